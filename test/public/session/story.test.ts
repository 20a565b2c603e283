// A session's story, told from events as they come: newest pages first, live ones in between, hooks and transcript apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../public/session/lane.ts';
import { Story } from '../../../public/session/story.ts';
import type { EventEnvelope } from '../../../src/protocol/index.ts';

let seq = 0;
function event(
  type: string,
  timestamp: number,
  data: Record<string, unknown>,
  agentId?: string,
): EventEnvelope {
  return {
    type,
    timestamp,
    sessionId: 's1',
    source: 'claude-code',
    seq: ++seq,
    ...(agentId ? { agentId } : {}),
    data,
  };
}

/** What happened in a session of two turns with a subagent and one of its own. */
function session(): EventEnvelope[] {
  seq = 0;
  return [
    event('session.discovered', 1000, { startedBy: 'startup', cwd: '/w/shop', model: 'opus' }),
    event('prompt.submitted', 2000, { prompt: 'Fix the till', permissionMode: 'plan' }),
    event('tool.use', 3000, { toolName: 'Bash', toolUseId: 't1', input: { command: 'npm test' } }),
    event('permission.requested', 3100, { toolName: 'Bash', input: { command: 'npm test' } }),
    event('tool.result', 9000, {
      toolName: 'Bash',
      toolUseId: 't1',
      success: false,
      durationMs: 4000,
      error: 'Exit code 1',
    }),
    event('tool.use', 9500, { toolName: 'Agent', toolUseId: 't2', input: { description: 'Look around' } }),
    event('agent.started', 9600, { agentType: 'Explore' }, 'a1'),
    event('agent.updated', 9600, { description: 'Look around', toolUseId: 't2' }, 'a1'),
    event('tool.result', 9700, { toolName: 'Agent', toolUseId: 't2', success: true, durationMs: 9 }),
    event('tool.use', 10_000, { toolName: 'Agent', toolUseId: 't3', input: {} }, 'a1'),
    event('agent.started', 10_100, { agentType: 'Explore' }, 'a2'),
    event('agent.updated', 10_100, { toolUseId: 't3' }, 'a2'),
    event('agent.stopped', 11_000, { lastMessage: 'Found it.' }, 'a2'),
    event('message.user', 1990, { text: 'Fix the till' }),
    event('message.assistant', 12_000, {
      text: 'It was the rounding.',
      messageId: 'm1',
      usage: { input: 10, cacheRead: 100, cacheCreation: 5, output: 7 },
    }),
    event('usage.updated', 12_000, { input: 10, output: 7, cacheRead: 100, cacheCreation: 5, costUsd: 0.1 }),
    event('turn.completed', 12_050, { lastMessage: 'It was the rounding.' }),
    event('prompt.submitted', 20_000, { prompt: 'continue', promptId: 'p2' }),
    event('message.user', 20_000, { text: 'continue', promptId: 'p2' }),
    event('prompt.submitted', 30_000, { prompt: 'continue', promptId: 'p3' }),
    event('message.user', 30_001, { text: 'continue', promptId: 'p3' }),
    event('prompt.submitted', 31_000, {
      prompt: '<task-notification>\n<summary>Agent "x" finished</summary>\n</task-notification>',
    }),
    event('model.switched', 32_000, { from: 'opus', to: 'sonnet' }),
    event('turn.failed', 40_000, { error: 'rate_limit', errorDetails: '429' }),
    event('session.removed', 50_000, { reason: 'other' }),
  ];
}

/** What of an item does not depend on which event told it first. */
const TOLD = ['kind', 'at', 'tool', 'what', 'ok', 'ms', 'text', 'words'];
const kinds = (lane: Lane | undefined): string[] => lane?.items.map(({ kind }) => kind) ?? [];

describe('a story', () => {
  it('says once what hook and transcript both told, and twice what was said twice', () => {
    const story = new Story();
    story.add(session());
    expect(kinds(story.lane(''))).toEqual([
      'note',
      'prompt',
      'call',
      'asked',
      'call',
      'said',
      'turn',
      'prompt',
      'prompt',
      'note',
      'note',
      'turn',
      'note',
    ]);
    expect(story.counts).toEqual({ prompts: 3, tools: 3, failures: 1 });
    const notes = story.lane('')?.items.filter(item => item.kind === 'note');
    expect(notes?.map(({ words }) => words)).toEqual([
      'The session started',
      'Agent "x" finished',
      'Now with sonnet',
      'The session ended',
    ]);
  });

  it('has each call once, with what it was and how it ended', () => {
    const story = new Story();
    story.add(session());
    const [call] = story.lane('')?.items.filter(({ kind }) => kind === 'call') ?? [];
    expect(call).toMatchObject({
      tool: 'Bash',
      what: 'npm test',
      at: 3000,
      ended: 9000,
      ms: 4000,
      ok: false,
      error: 'Exit code 1',
    });
  });

  it('puts subagents under whoever started them', () => {
    const story = new Story();
    story.add(session());
    expect(story.lanes().map(({ lane, depth }) => [lane.id, depth])).toEqual([
      ['', 0],
      ['a1', 1],
      ['a2', 2],
    ]);
    expect(story.lane('a2')).toMatchObject({ type: 'Explore', stopped: 11_000, lastMessage: 'Found it.' });
  });

  it('knows the newest of what is known about the session', () => {
    const story = new Story();
    story.add(session());
    expect(story.facts.all).toMatchObject({
      cwd: '/w/shop',
      model: 'sonnet',
      permissionMode: 'plan',
      startedAt: 1000,
      endedAt: 50_000,
      reason: 'other',
    });
    story.add([event('session.discovered', 60_000, { startedBy: 'resume' })]);
    expect(story.facts.all).not.toHaveProperty('endedAt');
  });

  it('knows what was used, and how full the context was', () => {
    const story = new Story();
    story.add(session());
    expect(story.spent).toMatchObject([{ at: 12_000, tokens: 22, costUsd: 0.1 }]);
    expect(story.context.map(({ tokens }) => tokens)).toEqual([115]);
    const nothing = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };
    const text = 'API Error: 529 Overloaded.';
    story.add([event('message.assistant', 13_000, { text, messageId: 'm9', usage: nothing })]);
    expect(story.context.map(({ tokens }) => tokens)).toEqual([115]);
  });

  it('knows what a session ran with that never said so itself, as one without a terminal', () => {
    const story = new Story();
    story.add([
      event('session.discovered', 1000, { startedBy: 'startup' }),
      event('message.assistant', 2000, { text: 'Hello.', model: 'claude-opus-5-5' }),
      event('message.assistant', 2500, { text: 'Found it.', model: 'claude-haiku-5-5' }, 'a1'),
      event('message.assistant', 3000, { text: 'API Error', model: '<synthetic>' }),
      event('session.removed', 4000, { reason: 'other' }),
    ]);
    expect(story.facts.all).toMatchObject({ model: 'claude-opus-5-5', endedAt: 4000 });
  });

  it('takes nothing for a prompt that the client put in its place', () => {
    const story = new Story();
    const summary =
      'This session is being continued from a previous conversation that ran out of context.\n\nDone.';
    story.add([
      event('prompt.submitted', 1000, { prompt: '/review api' }),
      event('message.user', 1000, {
        text: '<command-message>review</command-message>\n<command-name>/review</command-name>\n<command-args>api</command-args>',
      }),
      event('message.user', 2000, { text: summary }),
      event('message.user', 3000, {
        text: '<command-name>/compact</command-name>\n<command-message>compact</command-message>\n<command-args>keep the plan</command-args>',
      }),
      event('message.user', 4000, {
        text: '<local-command-stdout>\u001b[2mCompacted \u001b[22m</local-command-stdout>',
      }),
      event('message.user', 4500, { text: '<local-command-stdout></local-command-stdout>' }),
      event('message.user', 5000, { text: '<bash-input>git status</bash-input>' }),
      event('message.user', 6000, { text: '[Request interrupted by user]' }),
      event('turn.failed', 6000, { error: 'interrupted', lastMessage: '[Request interrupted by user]' }),
      event('message.user', 7000, { text: '<p>is missing in the page' }),
    ]);
    const { items = [] } = story.lane('') ?? {};
    expect(
      items.map(item => [item.kind, 'words' in item ? item.words : 'text' in item ? item.text : undefined]),
    ).toEqual([
      ['prompt', '/review api'],
      ['summary', summary],
      ['note', 'Command /compact keep the plan'],
      ['note', 'Compacted'],
      ['note', 'Shell: git status'],
      ['turn', 'interrupted'],
      ['prompt', '<p>is missing in the page'],
    ]);
    expect(story.counts.prompts).toBe(2);
  });

  it('has no lane for the nameless one that a compaction ends with, and one for any other agent', () => {
    const story = new Story();
    const stop = event('agent.stopped', 9000, { agentType: '', lastMessage: 'The summary.' }, 'ghost');
    const late = event('agent.stopped', 9000, { lastMessage: 'Found it.' }, 'a1');
    story.add([stop, late]);
    expect(story.lanes().map(({ lane }) => lane.id)).toEqual(['']);
    // An older page tells of the start of one of them.
    seq = -10;
    story.add([event('agent.started', 8000, { agentType: 'Explore' }, 'a1')]);
    expect(story.lanes().map(({ lane }) => lane.id)).toEqual(['', 'a1']);
    expect(story.lane('a1')).toMatchObject({ stopped: 9000, lastMessage: 'Found it.' });
  });

  it('keeps the lines of an error, without the tags around it', () => {
    const story = new Story();
    const error = '<tool_use_error>InputValidationError:\n  file_path is missing\n</tool_use_error>';
    story.add([
      event('tool.result', 2000, { toolName: 'Read', toolUseId: 't1', success: false, error }),
      event('turn.failed', 3000, { error: 'server_error', errorDetails: '529\nOverloaded' }),
      event('tool.result', 4000, {
        toolName: 'Read',
        toolUseId: 't2',
        success: false,
        error: 'x'.repeat(9000),
      }),
    ]);
    expect(story.lane('')?.items).toMatchObject([
      { error: 'InputValidationError:\n  file_path is missing' },
      { words: '529\nOverloaded' },
      { error: `${'x'.repeat(600)}…` },
    ]);
  });

  it('is the same whatever page came first', () => {
    const told = (pages: EventEnvelope[][]): unknown => {
      const story = new Story();
      for (const one of pages) story.add(one);
      const lanes = story.lanes().map(({ lane, depth }) => ({
        id: lane.id,
        depth,
        stopped: lane.stopped,
        items: lane.items.map(item => TOLD.map(name => Reflect.get(item, name))),
      }));
      return {
        lanes,
        facts: story.facts.all,
        counts: story.counts,
        spent: story.spent,
        events: story.events,
      };
    };
    const whole = told([session()]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 25 }),
        (cuts, live) => {
          const events = session();
          const newest = events.slice(live);
          const edges = [0, ...new Set(cuts)].filter(cut => cut < live).sort((a, b) => b - a);
          const pages: EventEnvelope[][] = newest.length > 0 ? [newest] : [];
          let end = live;
          for (const edge of edges) {
            pages.push(events.slice(edge, end));
            end = edge;
          }
          expect(told(pages)).toEqual(whole);
        },
      ),
    );
  });

  it('takes no event twice', () => {
    const story = new Story();
    const events = session();
    story.add(events.slice(5));
    story.add(events.slice(10));
    story.add(events);
    story.add(events);
    expect(story.events).toBe(events.length);
  });
});
