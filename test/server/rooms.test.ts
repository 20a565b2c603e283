// Rooms over the WebSocket at /channel: what clients write goes to the session, what is sent to the room comes to all of them, and what is known of either.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { enterRoom, type RoomClient } from '../support/room-client.ts';
import { until } from '../support/until.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-rooms-'));
let daemon: TestDaemon;
/** How far the clock is ahead, in milliseconds. */
let ahead = 0;
const start = async (): Promise<void> => {
  daemon = await startTestDaemon({ config: { home, store: true }, now: () => Date.now() + ahead });
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
type Said = any;
async function ask(method: string, target: string, body?: object): Promise<Said> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: {
      authorization: `Bearer ${daemon.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}
const send = (to: string, message: string, fields: object = {}): Promise<Said> =>
  ask('POST', '/api/messages', { to, message, ...fields });
const messageOf = (id: unknown): Promise<Said> => ask('GET', `/api/messages/${id}`);
const delivered = (id: unknown): Promise<Said> =>
  ask('GET', `/api/messages/${id}?wait=delivered&timeoutMs=15000`);
const history = async (client: RoomClient, room: string, limit?: number): Promise<Frame[]> => {
  const asked = { type: 'fetch_history', session_id: room, ...(limit === undefined ? {} : { limit }) };
  return (await client.ask(asked, 'history'))['messages'] as Frame[];
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

it('a message goes to whom the room is named after, and what becomes of it is told', async () => {
  const client = await enterRoom(daemon, { room: 'backend' });
  client.say('Which port?');
  const { message_id: id } = await client.waitFor('receipt');
  expect(client.frames).toEqual([
    { type: 'receipt', session_id: 'backend', message_id: expect.any(String), state: 'queued' },
  ]);
  expect(await messageOf(id)).toMatchObject({
    ...{ from: 'room:backend', to: 'backend', message: 'Which port?', via: 'channel', verified: false },
    ...{ metadata: { user: 'alice', ts: TIME }, state: 'queued' },
  });
  await ask('POST', '/api/inbox/backend/take', {});
  await ask('POST', `/api/messages/${id}/ack`, { name: 'backend' });
  await client.waitFor(({ state }) => state === 'delivered');
  expect(client.of('receipt').map(({ state }) => state)).toEqual(['queued', 'accepted', 'delivered']);
  client.close();
});

it('what is sent to a room is a reply to everybody in it, and delivered once one of them has it', async () => {
  const clients = [await enterRoom(daemon, { room: 'two' }), await enterRoom(daemon, { room: 'two' })];
  const elsewhere = await enterRoom(daemon, { room: 'elsewhere' });
  const { id, state } = await send('room:two', 'Port 3838.', { from: 'backend', files: ['/tmp/a'] });
  expect(state).toBe('queued');
  for (const client of clients)
    expect(await client.waitFor('reply')).toEqual({
      ...{ type: 'reply', session_id: 'two', message_id: id },
      ...{ content: 'Port 3838.\nfiles: /tmp/a', ts: TIME },
    });
  expect(await delivered(id)).toMatchObject({
    state: 'delivered',
    recipients: [{ name: 'room:two', path: 'channel', tries: 1 }],
  });
  expect(await history(elsewhere, 'elsewhere')).toEqual([]);
  expect(elsewhere.of('reply')).toEqual([]);
  for (const client of [...clients, elsewhere]) client.close();
});

it('the others in a room read what one of them writes, and all are told what becomes of it', async () => {
  const alice = await enterRoom(daemon, { room: 'chat', to: 'helper' });
  const bob = await enterRoom(daemon, { room: 'chat', to: 'helper' });
  alice.say('Hello', 'Alice of Shop');
  const said = await bob.waitFor('user_message');
  expect(said).toEqual({
    ...{ type: 'user_message', session_id: 'chat', message_id: said['message_id'] },
    ...{ content: 'Hello', user: 'Alice of Shop', ts: TIME },
  });
  await ask('POST', '/api/inbox/helper/take', {});
  await ask('POST', `/api/messages/${said['message_id']}/ack`, { name: 'helper' });
  for (const client of [alice, bob]) {
    await client.waitFor(({ state }) => state === 'delivered');
    expect(client.of('receipt').map(one => [one['message_id'], one['state']])).toEqual(
      ['queued', 'accepted', 'delivered'].map(state => [said['message_id'], state]),
    );
  }
  expect(bob.frames[0]).toBe(said);
  expect(alice.of('user_message')).toEqual([]);
  alice.close();
  bob.close();
});

it('what was said is there for late joiners and after a restart, the newest, the oldest of them first', async () => {
  const room = 'past';
  const early = await enterRoom(daemon, { room });
  early.say('One?');
  await early.waitFor('receipt');
  const { id } = await send('room:past', 'One.', { from: 'past' });
  await delivered(id);
  // In the room's name, and not from anybody in it; and how far somebody is.
  await send('past', 'Not said here', { from: 'room:past' });
  const status = { type: 'status', payload: { status: 'thinking', detail: 'hm' } };
  await ask('POST', '/api/messages', { to: 'room:past', ...status });
  expect(await early.waitFor('status')).toEqual({
    ...{ type: 'status', session_id: 'past', status: 'thinking', detail: 'hm' },
  });
  early.say('Two?', 'bob');
  await until('it is on record', () => new Set(early.of('receipt').map(one => one['message_id'])).size === 2);
  const ts = TIME;
  const all = [
    { role: 'user', content: 'One?', ts },
    { role: 'assistant', content: 'One.', ts: TIME },
    { role: 'user', content: 'Two?', ts },
  ];
  const late = await enterRoom(daemon, { room });
  expect(await history(late, room)).toEqual(all);
  expect(late.of('reply')).toEqual([]);
  expect(await history(late, room, 2)).toEqual(all.slice(1));
  expect([await history(late, room, -5), await history(late, room, 1e9)]).toEqual([all.slice(2), all]);
  early.close();
  late.close();
  await daemon.daemon.stop();
  await start();
  const later = await enterRoom(daemon, { room });
  expect(await history(later, room)).toEqual(all);
  later.close();
});

it('a reply waits for somebody to come, is told once it is given, and its time may be over before', async () => {
  const { id } = await send('room:empty', 'Anybody?', { from: 'empty' });
  const gone = await send('room:empty', 'Too late', { from: 'empty', ttlMs: 1000 });
  ahead += 1500;
  expect(await ask('GET', `/api/messages/${gone.id}?wait=expired`)).toMatchObject({ state: 'expired' });
  expect(await messageOf(id)).toMatchObject({ state: 'queued' });
  expect((await ask('GET', '/api/inbox')).inboxes).toContainEqual(
    expect.objectContaining({ name: 'room:empty', queued: 1, live: false }),
  );
  const client = await enterRoom(daemon, { room: 'empty' });
  expect(await client.waitFor('reply')).toMatchObject({ message_id: id, content: 'Anybody?' });
  await delivered(id);
  expect(await history(client, 'empty')).toMatchObject([{ role: 'assistant', content: 'Anybody?' }]);
  expect(client.of('reply')).toHaveLength(1);
  client.close();
});

it('a client that gives no sign proves nothing: the reply stays accepted, and is given again', async () => {
  const silent = await enterRoom(daemon, { room: 'silent', autoPong: false });
  const { id } = await send('room:silent', 'Heard?', { from: 'silent' });
  await silent.waitFor('reply');
  // What answers no ping of ours is no sign either.
  for (const pong of ['', '0', '99', 'x']) silent.socket.pong(pong);
  await history(silent, 'silent');
  expect(await messageOf(id)).toMatchObject({ state: 'accepted', recipients: [{ path: 'channel' }] });
  expect(await ask('POST', `/api/messages/${id}/ack`, { name: 'room:silent' })).toMatchObject({
    error: { code: 'conflict' },
  });
  const other = await enterRoom(daemon, { room: 'silent' });
  ahead += 16_000;
  expect(await other.waitFor('reply')).toMatchObject({ message_id: id });
  expect(await delivered(id)).toMatchObject({ state: 'delivered', recipients: [{ tries: 2 }] });
  silent.close();
  other.close();
});

it('a reply that nobody proved to have is given again after a restart', async () => {
  const silent = await enterRoom(daemon, { room: 'cut', autoPong: false });
  const { id } = await send('room:cut', 'Heard?', { from: 'cut' });
  await silent.waitFor('reply');
  silent.close();
  await daemon.daemon.stop();
  await start();
  expect(await messageOf(id)).toMatchObject({ state: 'accepted' });
  ahead += 16_000;
  const client = await enterRoom(daemon, { room: 'cut' });
  expect(await client.waitFor('reply')).toMatchObject({ message_id: id });
  await delivered(id);
  client.close();
});

it('many replies come in order, none twice, each proven', async () => {
  const client = await enterRoom(daemon, { room: 'many' });
  const texts = Array.from({ length: 120 }, (_, n) => `${n}`);
  const sent: string[] = [];
  for (const text of texts) sent.push((await send('room:many', text, { from: 'many' })).id);
  await Promise.all(sent.map(delivered));
  expect(client.of('reply').map(({ content }) => content)).toEqual(texts);
  expect((await history(client, 'many')).map(({ content }) => content)).toEqual(texts.slice(-50));
  expect(await history(client, 'many', 100)).toHaveLength(100);
  client.close();
});

it('it says what the session of that name is doing, also to who comes later', async () => {
  const client = await enterRoom(daemon, { room: 'worker' });
  const other = await enterRoom(daemon, { room: 'page', to: 'worker' });
  const hook = (event: string, fields: object = {}): Promise<void> =>
    daemon.hook(event, { session_id: 'w1', ...fields });
  await hook('SessionStart', { source: 'startup' });
  await ask('PUT', '/api/names/worker', { sessionId: 'w1' });
  await hook('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' });
  const call = { tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'ls' } };
  await hook('PreToolUse', call);
  for (const one of [client, other]) await one.waitFor(({ status }) => status === 'tool_use');
  const late = await enterRoom(daemon, { room: 'worker' });
  const status = (fields: object, room = 'worker'): object => ({
    ...{ type: 'status', session_id: room },
    ...fields,
  });
  expect(await late.waitFor('status')).toEqual(status({ status: 'tool_use', detail: 'Bash' }));
  await hook('SubagentStart', { agent_id: 'a1', agent_type: 'general-purpose' });
  await hook('PostToolUse', { ...call, tool_response: {} });
  await hook('Stop', { last_assistant_message: 'Done.' });
  for (const one of [client, other, late]) await one.waitFor(({ status }) => status === 'idle');
  expect(client.frames).toEqual([
    status({ status: 'thinking' }),
    status({ status: 'tool_use', detail: 'Bash' }),
    status({ status: 'thinking' }),
    status({ status: 'idle' }),
  ]);
  expect(other.frames[0]).toEqual(status({ status: 'thinking' }, 'page'));
  for (const one of [client, other, late]) one.close();
});

it('one for several is as far as the least of them', async () => {
  await ask('PUT', '/api/names/g1', { groups: ['web'] });
  await ask('PUT', '/api/names/g2', { groups: ['web'] });
  const client = await enterRoom(daemon, { room: 'lobby', to: 'group:web' });
  const other = await enterRoom(daemon, { room: 'lobby', to: 'group:web' });
  client.say('All of you');
  const { message_id: id } = await client.waitFor('receipt');
  const arrives = async (name: string): Promise<void> => {
    await ask('POST', `/api/inbox/${name}/take`, {});
    await ask('POST', `/api/messages/${id}/ack`, { name });
  };
  await arrives('g1');
  expect(await messageOf(id)).toMatchObject({ state: 'queued' });
  await arrives('g2');
  // What is said afterwards comes after all that is told of it.
  client.say('And now?');
  for (const one of [client, other]) await one.waitFor(({ message_id }) => (message_id ?? id) !== id);
  for (const one of [client, other]) {
    const told = one.of('receipt').filter(({ message_id }) => message_id === id);
    // How far it was in between is not told to who reads later than that.
    const states = told.map(({ state }) => state).filter(state => state !== 'accepted');
    expect(states).toEqual(['queued', 'delivered']);
  }
  expect(other.of('user_message').filter(({ message_id }) => message_id === id)).toHaveLength(1);
  client.close();
  other.close();
});

it('asked in plain HTTP it says how many rooms somebody is in, to everybody', async () => {
  const count = async (): Promise<Said> => (await fetch(`${daemon.url}/channel?token=x&session=y`)).json();
  await until('the rooms before are empty', async () => (await count()).sessions === 0);
  const clients = [await enterRoom(daemon), await enterRoom(daemon), await enterRoom(daemon, { room: 'r2' })];
  expect(await count()).toEqual({ status: 'ok', sessions: 2 });
  for (const client of clients) client.close();
  await until('they are empty', async () => (await count()).sessions === 0);
});
