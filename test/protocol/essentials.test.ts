// What somebody reads who wants the essentials: each call once, each sentence once, whoever told it first.
import { describe, expect, it } from 'vitest';
import { Essentials, EVENT_TYPES, type EventEnvelope, partOf } from '../../src/protocol/index.ts';

type Told = Pick<EventEnvelope, 'type' | 'sessionId' | 'agentId' | 'data'>;

const event = (type: string, data: object = {}, more: Partial<Told> = {}): Told => ({
  type,
  sessionId: 's1',
  data: { ...data },
  ...more,
});
const use = (toolUseId: string, more = {}): Told => event('tool.use', { toolUseId }, more);
const result = (toolUseId: string, more = {}): Told => event('tool.result', { toolUseId }, more);
const said = (text: string, more = {}): Told => event('message.assistant', { text }, more);
const ended = (lastMessage: string, more = {}): Told => event('turn.completed', { lastMessage }, more);

/** The indexes of events that have a line, and of what each one belongs to: `2<0`. */
function lines(...events: Told[]): string {
  const essentials = new Essentials<number>();
  return events
    .flatMap((one, index) => {
      const { shown, of } = essentials.take(partOf(one), index);
      return shown ? [of === undefined ? String(index) : `${index}<${of}`] : [];
    })
    .join(' ');
}

describe('a tool call', () => {
  it('is one line, however many events tell of it', () => {
    expect(
      lines(
        use('t1'),
        event('agent.state_changed', { state: 'tool_running' }),
        said(''),
        result('t1'),
        event('agent.state_changed', { state: 'working' }),
        event('tool.batch', { toolUseIds: ['t1'] }),
        event('usage.updated'),
      ),
    ).toBe('0');
  });

  it('has the line of its result when its beginning was not seen', () => {
    expect(lines(result('t1'), use('t2'), result('t2'))).toBe('0 1');
  });

  it('is told apart from that of another session', () => {
    expect(lines(use('t1'), result('t1', { sessionId: 's2' }), result('t1'))).toBe('0 1');
  });
});

describe('what a hook and the transcript both tell', () => {
  it('stands once when the hook came first, also when the transcript has more to tell before it', () => {
    expect(lines(ended('Done.'), said('I look.'), said('Done.\n'))).toBe('0 1');
    expect(lines(event('agent.stopped', { lastMessage: 'Found.' }), said('Found.'))).toBe('0');
  });

  it('stands once when the transcript was ahead: the end of the turn says that its words were told', () => {
    expect(lines(said('Done.'), ended('Done.'))).toBe('0 1<0');
  });

  it('stands twice when it was said twice, or by somebody else', () => {
    expect(lines(ended('Done.'), said('Done.'), said('Done.'))).toBe('0 2');
    expect(lines(ended('Done.'), said('Done.', { agentId: 'a1' }), said('Done.', { sessionId: 's2' }))).toBe(
      '0 1 2',
    );
  });

  it('a prompt is told by its hook alone', () => {
    expect(lines(event('prompt.submitted', { prompt: 'go' }), event('message.user', { text: 'go' }))).toBe(
      '0',
    );
  });
});

it('a dialog that no hook tells of is told; what else becomes known about a session is not', () => {
  const waits = (waitingFor: string): Told => event('session.updated', { status: 'waiting', waitingFor });
  expect(lines(waits('dialog open'), waits('permission prompt'))).toBe('0');
  expect(
    lines(event('session.updated', { gitBranch: 'main' }), event('session.updated', { status: 'busy' })),
  ).toBe('');
});

it('the agent that compacts a conversation is none, for the compaction is told', () => {
  const stopped = (agentType: string): Told =>
    event('agent.stopped', { agentType, lastMessage: 'The user…' });
  expect(lines(stopped(''), stopped('Explore'))).toBe('1');
});

it('what needs somebody, begins, ends or fails has a line, and so has what nobody knows yet', () => {
  const without = EVENT_TYPES.filter(type => lines(event(type)) === '');
  expect(without.sort()).toEqual([
    'agent.state_changed',
    'agent.updated',
    'alert.closed',
    'alert.delivered',
    'message.assistant',
    'message.displayed',
    'message.user',
    'model.switching',
    'session.updated',
    'tool.batch',
    'usage.updated',
  ]);
  expect(lines(event('hook.brand_new'))).toBe('0');
});

it('remembers no more than it must', () => {
  const essentials = new Essentials<string>();
  for (let n = 0; n < 2001; n++) essentials.take(partOf(use(`t${n}`)), `t${n}`);
  expect(essentials.take(partOf(result('t0')), '').of).toBeUndefined();
  expect(essentials.take(partOf(result('t1')), '').of).toBe('t1');
});
