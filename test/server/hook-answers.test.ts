// What the daemon has to say to an agent is the answer to its hook; to everybody else the answer is what it always was.
import { expect, test } from 'vitest';
import type { HookAnswerer, HookReply } from '../../src/engine/index.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const output = { hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: 'grüße' } };

/** Says something in answer to the hooks of one type. */
const saying =
  (type: string, answer: HookReply['answer']): HookAnswerer =>
  ({ event }) =>
    event.type === type ? { answer } : undefined;
const call = { session_id: 's', tool_name: 'Bash', tool_use_id: 't' };

test('a hook that is answered gets 200 and the output, after its event is in the log', async () => {
  let head: () => Promise<number>;
  let headThen: number | undefined;
  const answerer = saying('tool.result', async () => {
    headThen = await head();
    return output;
  });
  const daemon = await startTestDaemon({ hookAnswerers: [answerer] });
  head = async () => ((await (await daemon.get('/health')).json()) as { seq: number }).seq;
  const silent = await daemon.post({ ...call, hook_event_name: 'PreToolUse' });
  expect([silent.status, await silent.text()]).toEqual([202, '{"status":"accepted"}']);
  const before = await head();
  const answered = await daemon.post({ ...call, hook_event_name: 'PostToolUse' });
  expect([answered.status, await answered.json()]).toEqual([200, output]);
  expect(answered.headers.get('content-type')).toBe('application/json');
  expect(headThen).toBeGreaterThan(before);
  await daemon.stop();
});

test('whoever fails to answer costs the hook nothing but the answer', async () => {
  const fails = (): never => {
    throw new Error('no');
  };
  const daemon = await startTestDaemon({ hookAnswerers: [fails, saying('turn.completed', fails)] });
  const answer = await daemon.post({ session_id: 's', hook_event_name: 'Stop' });
  expect([answer.status, await answer.text()]).toEqual([202, '{"status":"accepted"}']);
  expect(daemon.logged.filter(line => line.includes('no answer could be made'))).toHaveLength(2);
  await daemon.stop();
});

test('of several the first who has something to say is heard, and the others are not asked', async () => {
  const asked: string[] = [];
  const answerer = (name: string, said?: object) =>
    saying('turn.completed', () => {
      asked.push(name);
      return said;
    });
  const daemon = await startTestDaemon({
    hookAnswerers: [answerer('silent'), answerer('first', output), answerer('second', {})],
  });
  const answer = await daemon.post({ session_id: 's', hook_event_name: 'Stop' });
  expect(await answer.json()).toEqual(output);
  expect(asked).toEqual(['silent', 'first']);
  await daemon.stop();
});

test('it sees what was posted as it was, adds to the event, and hears when nobody waits any more', async () => {
  let posted: unknown;
  let gone = false;
  const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  const daemon = await startTestDaemon({
    hookAnswerers: [
      ({ event, body }) => {
        if (event.type !== 'tool.use') return undefined;
        posted = body;
        const answer = (signal: AbortSignal) =>
          new Promise<undefined>(resolve => {
            signal.addEventListener('abort', () => {
              gone = true;
              resolve(undefined);
            });
          });
        return { data: { mark: 7 }, answer };
      },
    ],
  });
  const body = { ...call, hook_event_name: 'PreToolUse', tool_input: { command: secret } };
  const impatient = new AbortController();
  const post = fetch(`${daemon.url}/hook`, {
    method: 'POST',
    signal: impatient.signal,
    headers: { authorization: `Bearer ${daemon.hookToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => 'gave up');
  const told = async () => (await daemon.get('/api/events?topics=tool.use')).json();
  const events = await until('it is told while it waits', async () => {
    const { events: all } = (await told()) as { events: { data: Record<string, unknown> }[] };
    return all.length > 0 ? all : undefined;
  });
  expect(posted).toEqual(body);
  expect(events[0]?.data).toMatchObject({ mark: 7 });
  expect(JSON.stringify(events)).not.toContain(secret);
  expect(gone).toBe(false);
  impatient.abort();
  await until('it hears', () => gone);
  expect(await post).toBe('gave up');
  await daemon.stop();
});
