// What a session does under a message names it, so that whoever sent it by a rule knows its own echo; nothing else does.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';

const session_id = 's1';
const ID = '019a7d2c-4f7e-7000-9c1e-5b7c6f0f9a11';
const MESSAGE = `<cross-session-message from="uds:/x.sock" from-name="hookline" msg="${ID}">\n[hookline message id=${ID} from=frontend via=cli unverified]\nhello\n</cross-session-message>`;

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon();
  await hook('SessionStart', { cwd: '/w', source: 'startup' });
});
afterEach(() => daemon.stop());

const hook = (name: string, fields: object): Promise<unknown> => daemon.hook(name, { session_id, ...fields });
const call = (id: string, prompt_id?: string): object => ({
  ...{ tool_name: 'Bash', tool_input: { command: 'ls' }, tool_use_id: id },
  ...(prompt_id && { prompt_id }),
});

async function told(): Promise<string[]> {
  const answer = await daemon.get('/api/events?limit=1000');
  const { events } = (await answer.json()) as { events: Frame[] };
  return events
    .filter(({ type }) => !type.startsWith('system.'))
    .map(({ type, data }) => (data?.['causedBy'] === ID ? `${type} *` : type));
}

it('from the prompt on until its turn is over, what follows from that included', async () => {
  await hook('UserPromptSubmit', { prompt: 'typed', prompt_id: 'p1' });
  await hook('Stop', { last_assistant_message: 'done', prompt_id: 'p1' });
  await hook('UserPromptSubmit', { prompt: MESSAGE, prompt_id: 'p2' });
  await hook('PreToolUse', call('t1', 'p2'));
  await hook('PostToolUse', { ...call('t1', 'p2'), tool_response: 'x' });
  await hook('Stop', { last_assistant_message: 'done', prompt_id: 'p2' });
  // What comes late says under which prompt it was.
  await hook('Notification', { message: 'late', prompt_id: 'p2' });
  await hook('Notification', { message: 'of itself' });
  await hook('UserPromptSubmit', { prompt: 'typed again', prompt_id: 'p3' });
  await hook('PreToolUse', call('t2', 'p3'));
  expect(await told()).toEqual([
    'session.discovered',
    ...['prompt.submitted', 'agent.state_changed', 'turn.completed', 'agent.state_changed'],
    ...['prompt.submitted', 'agent.state_changed *', 'tool.use *', 'agent.state_changed *'],
    ...['tool.result *', 'agent.state_changed *', 'turn.completed *', 'agent.state_changed'],
    ...['session.notification *', 'session.notification'],
    ...['prompt.submitted', 'agent.state_changed', 'tool.use', 'agent.state_changed'],
  ]);
});

it('the prompt itself says whose it is', async () => {
  await hook('UserPromptSubmit', { prompt: MESSAGE });
  const answer = await daemon.get('/api/sessions');
  const { sessions } = (await answer.json()) as { sessions: Record<string, unknown>[] };
  expect(sessions).toMatchObject([
    { currentPrompt: { origin: { kind: 'peer', messageId: ID, from: 'frontend' } } },
  ]);
});
