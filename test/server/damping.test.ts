// Damping by a running daemon: what sessions and webhooks are refused, what is held, who lets it go, and what a restart leaves of it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Webhooks } from '../../src/intake/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-damping-'));
const fifo = path.join(home, 'in.fifo');
let uptime = 0;
let daemon: TestDaemon;
const start = async (): Promise<void> => {
  daemon = await startTestDaemon({
    uptime: () => uptime + performance.now(),
    config: { home, store: true, in: [{ fifo, to: 'piped', from: 'pipe' }], inboxMessages: 30 },
  });
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

let pair = 0;
let one: string;
let two: string;
beforeEach(async () => {
  [one, two] = [`one${++pair}`, `two${pair}`];
  for (const name of [one, two])
    await daemon.hook('SessionStart', { session_id: `id-${name}`, session_title: name, source: 'startup' });
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  readonly body: any;
  readonly retryAfter: string | null;
}

async function ask(method: string, target: string, body?: object, via = 'http'): Promise<Answer> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: {
      ...{ authorization: `Bearer ${daemon.token}`, 'hookline-via': via },
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const retryAfter = answer.headers.get('retry-after');
  return { status: answer.status, body: await answer.json(), retryAfter };
}
let texts = 0;
const send = (fields: object = {}, via = 'mcp'): Promise<Answer> =>
  ask('POST', '/api/messages', { from: one, to: two, message: `text ${texts++}`, ...fields }, via);
const stateOf = async (id: string): Promise<string> => (await ask('GET', `/api/messages/${id}`)).body.state;

/** Both in turns, no faster than they may. */
async function exchange(messages: number): Promise<{ id: string; state: string }[]> {
  const all = [];
  for (let n = 0; n < messages; n++) {
    uptime += 1000;
    all.push((await send(n % 2 === 0 ? {} : { from: two, to: one })).body);
  }
  return all;
}

it('a session that is too fast is told how long to wait, in words and in a header', async () => {
  for (let n = 0; n < 10; n++) expect((await send()).status).toBe(202);
  expect(await send({ from: `id-${one}` }, 'http')).toEqual({
    status: 429,
    body: {
      error: {
        code: 'rate_limited',
        message: `id-${one} sent ${two} 10 messages within 10 s; send it again in 10 s`,
      },
    },
    retryAfter: '10',
  });
  uptime += 10_000;
  expect((await send()).status).toBe(202);
});

it('a program of the user is not, until the inbox is full', async () => {
  for (let n = 0; n < 30; n++) expect((await send({ from: 'ci', message: 'same' }, 'http')).status).toBe(202);
  expect(await send({ from: 'ci' }, 'http')).toMatchObject({
    ...{ status: 429, retryAfter: null },
    body: { error: { code: 'inbox_full' } },
  });
});

it('a webhook gets ten messages in ten seconds to one, and its sender is told', async () => {
  const secret = 'x'.repeat(32);
  await new Webhooks(home).add({ name: `hook${pair}`, to: two, secret, createdAt: 0 });
  const post = async (): Promise<[number, string | null]> => {
    const body = `posted ${texts++}`;
    const answer = await fetch(`${daemon.url}/in/hook${pair}?secret=${secret}`, { method: 'POST', body });
    return [answer.status, answer.headers.get('retry-after')];
  };
  for (let n = 0; n < 10; n++) expect(await post()).toEqual([202, null]);
  expect(await post()).toEqual([429, '10']);
});

it('the same words within half a minute are one message', async () => {
  const first = await send({ message: 'Seen.' });
  expect(await send({ message: 'Seen.' })).toMatchObject({
    status: 200,
    body: { id: first.body.id, duplicate: true },
  });
  expect((await send({ message: 'Seen.', key: 'k' })).status).toBe(202);
});

it('two sessions that go in circles are held, over a restart too, until somebody types something', async () => {
  await exchange(15);
  await daemon.daemon.stop();
  await start();
  const states = await exchange(7);
  expect(states.map(({ state }) => state)).toEqual([...Array(5).fill('queued'), 'held', 'held']);
  const [held, other] = states.slice(5).map(({ id }) => id) as [string, string];
  const { events } = (await ask('GET', `/api/events?topics=inbox.held&q=${held}`)).body;
  expect(events).toMatchObject([{ data: { messageId: held, reason: 'loop' }, sessionId: `id-${one}` }]);
  const { inboxes } = (await ask('GET', '/api/inbox')).body;
  expect(inboxes.find(({ name }: { name: string }) => name === two)).toMatchObject({
    queued: 8 + 3,
    held: 1,
  });
  // Neither a task's end nor what another session sent was typed by anybody.
  const [sent] = states.map(({ id }) => id) as [string];
  const { message } = (await ask('GET', `/api/messages/${sent}`)).body;
  for (const prompt of [
    '<task-notification>done</task-notification>',
    `[hookline message id=${sent} from=${one} via=mcp unverified]\n${message}\nreply: ...`,
  ])
    await daemon.hook('UserPromptSubmit', { session_id: `id-${two}`, prompt });
  await until('it was told of both', async () => (await stateOf(sent)) === 'delivered');
  expect([await stateOf(held), await stateOf(other)]).toEqual(['held', 'held']);
  await daemon.hook('UserPromptSubmit', { session_id: `id-${two}`, prompt: 'Go on with it.' });
  await until(
    'both may go',
    async () => `${await stateOf(held)} ${await stateOf(other)}` === 'queued queued',
  );
  await daemon.daemon.stop();
  await start();
  expect((await exchange(21)).map(({ state }) => state)).toEqual([...Array(20).fill('queued'), 'held']);
});

it('what is held stays so over a restart, and may go when somebody types something then', async () => {
  const held = (await exchange(21)).at(-1)?.id ?? '';
  await daemon.daemon.stop();
  await start();
  expect(await stateOf(held)).toBe('held');
  await daemon.hook('UserPromptSubmit', { session_id: `id-${one}`, prompt: 'Go on.' });
  await until('it may go', async () => (await stateOf(held)) === 'queued');
});

it('the user lets it go, one or all; nothing else is released', async () => {
  const [first, second, third] = (await exchange(23)).slice(20).map(({ id }) => id) as [
    string,
    string,
    string,
  ];
  const release = (id: string): Promise<Answer> => ask('POST', `/api/messages/${id}/release`);
  expect(await release(first)).toMatchObject({ status: 200, body: { id: first, state: 'queued' } });
  expect(await release(first)).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict', message: expect.stringContaining('it is not held') } },
  });
  expect((await release('nothing')).status).toBe(404);
  const { body } = await ask('POST', '/api/messages/release');
  expect(body.released).toBeGreaterThanOrEqual(2);
  expect([await stateOf(second), await stateOf(third)]).toEqual(['queued', 'queued']);
  expect(await ask('POST', '/api/messages/release')).toMatchObject({ body: { released: 0 } });
});

it('a line of a FIFO that is refused is a dead letter, with its text, and can be sent again', async () => {
  const lines = Array.from({ length: 12 }, (_, n) =>
    JSON.stringify({ from: one, message: `line ${n}`, to: two }),
  );
  fs.writeFileSync(fifo, `${[...lines, '{"message": 7}', 'the last'].join('\n')}\n`);
  await until(
    'the last has come',
    async () => (await ask('GET', '/api/inbox/piped')).body.messages.length > 0,
  );
  const { messages } = (await ask('GET', '/api/messages?state=dead')).body;
  const dead = messages.map(({ id, message, via, recipients: [{ name, reason }] }: Answer['body']) => ({
    ...{ id, message, via, name, reason },
  }));
  expect(dead.map(({ id: _, ...rest }: { id: string }) => rest)).toEqual([
    { message: '{"message": 7}', via: 'fifo', name: 'piped', reason: 'invalid_message' },
    { message: 'line 11', via: 'fifo', name: two, reason: 'rate_limited' },
    { message: 'line 10', via: 'fifo', name: two, reason: 'rate_limited' },
  ]);
  expect(daemon.logged.join('')).toContain(`it is kept as the dead letter ${dead[0].id}`);
  const { events } = (await ask('GET', `/api/events?topics=inbox.dead&q=${dead[1].id}`)).body;
  expect(events).toMatchObject([{ data: { message: 'line 11', reason: 'rate_limited' } }]);
  expect(await ask('POST', `/api/messages/${dead[1].id}/retry`)).toMatchObject({ body: { state: 'queued' } });
});
