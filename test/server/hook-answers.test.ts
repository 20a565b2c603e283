// What the daemon has to say to an agent is the answer to its hook; to everybody else the answer is what it always was.
import { expect, test } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';

const output = { hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: 'grüße' } };

test('a hook that is answered gets 200 and the output, after its event is in the log', async () => {
  let head: () => Promise<number>;
  let headThen: number | undefined;
  const daemon = await startTestDaemon({
    answerHook: async ({ type }) => {
      if (type !== 'tool.result') return undefined;
      headThen = await head();
      return output;
    },
  });
  head = async () => ((await (await daemon.get('/health')).json()) as { seq: number }).seq;
  const call = { session_id: 's', tool_name: 'Bash', tool_use_id: 't' };
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
  const daemon = await startTestDaemon({
    answerHook: () => {
      throw new Error('no');
    },
  });
  const answer = await daemon.post({ session_id: 's', hook_event_name: 'Stop' });
  expect([answer.status, await answer.text()]).toEqual([202, '{"status":"accepted"}']);
  expect(daemon.logged.join('\n')).toContain('no');
  await daemon.stop();
});
