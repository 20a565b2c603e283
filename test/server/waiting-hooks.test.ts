// `POST /hook` of a hook that waits in the background: it is told of what comes for its session, and is no event.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon();
});
afterEach(() => daemon.stop());

const post = (path: string, body: unknown, token: string, headers: object = {}): Promise<Response> =>
  fetch(`${daemon.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const hook = (fields: object): Promise<Response> =>
  post('/hook', { session_id: 's1', permission_mode: 'default', ...fields }, daemon.hookToken);
const wait = (pid = 4_000_000, headers: object = {}): Promise<Response> =>
  post('/hook', { session_id: 's1' }, daemon.hookToken, {
    ...{ 'hookline-prints': 'rewake', 'hookline-waiter': `${pid} ${process.pid}` },
    ...headers,
  });
async function send(message: string): Promise<string> {
  const sent = await post('/api/messages', { to: 's1', message, from: 'ci' }, daemon.token);
  return ((await sent.json()) as { id: string }).id;
}
const find = async (id: string): Promise<unknown> => (await daemon.get(`/api/messages/${id}`)).json();
const seq = async (): Promise<number> =>
  ((await (await daemon.get('/health')).json()) as { seq: number }).seq;
/** Starts an idle session that has a name. */
async function startSession(): Promise<void> {
  await hook({ hook_event_name: 'SessionStart', source: 'startup' });
  const bound = await fetch(`${daemon.url}/api/names/backend`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sessionId: 's1' }),
  });
  expect(bound.status).toBe(200);
}
/** The daemon has heard of the hook, as it says to whoever asks how a session is reached. */
const isWaiting = (): Promise<unknown> =>
  until('it waits', async () => {
    const { names } = (await (await daemon.get('/api/names')).json()) as {
      names: { ways: { path: string; whyNot?: string }[] }[];
    };
    return names[0]?.ways.some(({ path, whyNot }) => path === 'rewake' && whyNot === undefined);
  });

test('it gets what comes while its session is idle, and the prompt that becomes of it is proof', async () => {
  await startSession();
  const before = await seq();
  const waiting = wait();
  await isWaiting();
  expect(await seq()).toBe(before);
  await hook({ hook_event_name: 'UserPromptSubmit', prompt: 'work' });
  const id = await send('the tests are red');
  expect(await find(id)).toMatchObject({ state: 'queued' });
  await hook({ hook_event_name: 'Stop' });
  const answer = await waiting;
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  const text = await answer.text();
  expect(text).toContain(`\n[hookline message id=${id} from=ci via=http unverified]\nthe tests are red\n`);
  expect(await find(id)).toMatchObject({ state: 'accepted', recipients: [{ path: 'rewake', tries: 1 }] });
  const prompt = `<task-notification>\n<summary>Stop hook feedback</summary>\n</task-notification>\n<system-reminder>\nStop hook blocking error from command "Stop": ${text}\n</system-reminder>`;
  await hook({ hook_event_name: 'UserPromptSubmit', prompt });
  await until('it has arrived', async () => ((await find(id)) as { state: string }).state === 'delivered');
  const found = await daemon.get('/api/events?topics=prompt.submitted');
  const { events } = (await found.json()) as { events: { data: { origin: unknown } }[] };
  expect(events.at(-1)?.data.origin).toEqual({ kind: 'peer', messageId: id, from: 'ci' });
});

test('one that does not say who it is is refused, and so is one without the token of hooks', async () => {
  const refused = await wait(1, { 'hookline-waiter': 'me' });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('Hookline-Waiter')]);
  expect((await wait(1, { authorization: 'Bearer no' })).status).toBe(401);
});

test('a daemon that stops lets it go at once, to ask the next one', async () => {
  await startSession();
  const waiting = wait();
  await isWaiting();
  await daemon.stop();
  expect((await waiting).status).toBe(204);
});
