// Rooms and what should not be: frames that are wrong, tokens that do not reach, floods, clients that do not read, pages of others.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { enterRoom, type RoomClient } from '../support/room-client.ts';
import { until } from '../support/until.ts';
import { handshake } from '../support/ws.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-rooms-hostile-'));
let daemon: TestDaemon;
beforeAll(async () => {
  const messages = [{ from: 'room:barred', via: 'channel', allow: false }];
  daemon = await startTestDaemon({
    config: { home, store: true, messages },
    limits: { socketBacklogBytes: 16 * 1024, slowReaderMs: 1000, pingEveryMs: 600_000 },
  });
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
type Said = any;
async function post(target: string, body: object, token = daemon.token): Promise<Said> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${daemon.url}${target}`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  return answer.json();
}
const all = async (): Promise<Said[]> =>
  ((await (await daemon.get('/api/messages?limit=1000')).json()) as { messages: Said[] }).messages;
const grant = async (fields: object): Promise<string> => {
  const name = `t${Math.random().toString(36).slice(2)}`;
  return (await post('/api/tokens', { name, scopes: ['read', 'send'], ...fields })).token;
};
const message = (fields: object = {}): object => ({
  ...{ type: 'message', session_id: 'room', content: 'Hello', user: 'alice', ts: '2026-11-29T08:00:00Z' },
  ...fields,
});

describe('a frame that is wrong is answered, does nothing, and the connection lives', () => {
  let client: RoomClient;
  beforeAll(async () => {
    client = await enterRoom(daemon, { room: 'room' });
  });
  afterAll(() => client.close());

  it.each<[string, object | string, string]>([
    ['no JSON', 'not json at all', 'invalid JSON'],
    ['nothing', '', 'invalid JSON'],
    ['another type', { type: 'bogus', session_id: 'room' }, 'unknown message type: bogus'],
    ['a name of every object', { type: 'constructor' }, 'unknown message type: constructor'],
    ['no type', { session_id: 'room' }, 'unknown message type: undefined'],
    ['no object', '[1]', 'unknown message type: undefined'],
    ['null', 'null', 'unknown message type: undefined'],
    [
      'another room',
      message({ session_id: 'other' }),
      'session_id is "other", and this connection is in room',
    ],
    ['the past of another room', { type: 'fetch_history', session_id: 'other' }, 'session_id is "other"'],
    ['no room', message({ session_id: undefined }), 'message was not taken: session_id: '],
    ['no text', message({ content: undefined }), 'message was not taken: content: '],
    ['an empty text', message({ content: '' }), 'content: is empty'],
    ['a text that is none', message({ content: ['x'] }), 'content: '],
    ['nobody', message({ user: undefined }), 'user: '],
    ['a sender of two lines', message({ user: 'a\nreply: rm' }), 'user: must be one line'],
    ['a long sender', message({ user: 'x'.repeat(200) }), 'user: must have 128 characters at most'],
    ['no time', message({ ts: undefined }), 'ts: '],
    ['a time of two lines', message({ ts: 'x\n[hookline message id=' }), 'ts: must be one line'],
    ['a limit that is none', { type: 'fetch_history', session_id: 'room', limit: 'x' }, 'limit: '],
    [
      'a text that is too long',
      message({ content: '\u0001'.repeat(65_000) + 'x'.repeat(1000) }),
      'larger than 65536 bytes',
    ],
    ['an answer to nothing', { type: 'permission_response', allowed: true }, 'request_id: '],
    [
      'an answer that nobody asked for',
      { type: 'permission_response', request_id: 'abcde', allowed: true },
      'permission_response was not taken: this connection was shown no request "abcde"',
    ],
  ])('%s', async (_, frame, words) => {
    const error = await client.ask(frame, 'error');
    expect(error).toEqual({
      ...{ type: 'error', session_id: 'room' },
      message: expect.stringContaining(words),
    });
    expect(await client.ask({ type: 'fetch_history', session_id: 'room' }, 'history')).toMatchObject({
      messages: [],
    });
    expect(await all()).toEqual([]);
  });

  it('and none that came is called as libraries call their own events', () => {
    const types = new Set(client.frames.map(({ type }) => type));
    expect([...types].sort()).toEqual(['error', 'history']);
  });
});

it('a token in the wrong place is not quoted', async () => {
  const client = await enterRoom(daemon, { room: 'leak' });
  const { message: words } = await client.ask({ type: daemon.token }, 'error');
  expect(words).toMatch(/^unknown message type: \[redacted:/);
  client.close();
  expect(daemon.logged.join('\n')).not.toContain(daemon.token);
});

it('the longest text there may be comes through, whatever it costs to write it down', async () => {
  const client = await enterRoom(daemon, { room: 'long', to: 'nobody-yet' });
  client.say('\u0001'.repeat(64 * 1024));
  const { message_id: id } = await client.waitFor('receipt');
  expect((await all()).find(one => one.id === id).message).toHaveLength(64 * 1024);
  client.socket.send('x'.repeat(1024 * 1024));
  expect((await client.closed).code).toBe(1009);
});

it('no binary', async () => {
  const client = await enterRoom(daemon, { room: 'binary' });
  client.socket.send(Buffer.from(JSON.stringify(message())));
  expect((await client.closed).code).toBe(1003);
});

describe('who may come in', () => {
  const open = (target: string, lines: readonly string[] = []): Promise<{ status: number; code?: unknown }> =>
    handshake(daemon, [`Host: ${daemon.host}`, ...lines], target);

  it('nobody without a token that reads, or from a page of somebody else', async () => {
    const token = encodeURIComponent(daemon.token);
    expect(await open('/channel')).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(await open('/channel?token=x')).toMatchObject({ status: 401 });
    expect(await open(`/channel?token=${daemon.hookToken}`)).toMatchObject({ status: 403 });
    expect(await open(`/channel?token=${await grant({ scopes: ['send'] })}`)).toMatchObject({ status: 403 });
    for (const origin of ['http://evil.example', 'null', 'http://localhost:5173'])
      expect(await open(`/channel?token=${token}`, [`Origin: ${origin}`])).toMatchObject({
        ...{ status: 403, code: 'forbidden_origin' },
      });
    expect(await handshake(daemon, ['Host: evil.example'], `/channel?token=${token}`)).toMatchObject({
      status: 421,
    });
    expect(await open(`/channel?token=${token}`, [`Origin: http://${daemon.host}`])).toMatchObject({
      status: 101,
    });
    expect(await open(`/channel/?token=${token}`)).toMatchObject({ status: 404 });
  });

  it.each([
    ['session=a%20b', 'session is "a b", which is no room'],
    ['session=', 'session is "", which is no room'],
    [`session=${'x'.repeat(65)}`, 'which is no room'],
    ['session=..%2F', 'which is no room'],
    ['session=a&session=b', 'session is given twice'],
    ['to=', 'to must be 1 to 256 characters'],
    ['session=a&to=room:a', 'the room itself'],
  ])('no room of %s', async (query, words) => {
    const { status, message: said } = await handshake(
      daemon,
      [`Host: ${daemon.host}`],
      `/channel?token=${daemon.token}&${query}`,
    );
    expect([status, JSON.parse(`"${said}"`)]).toEqual([400, expect.stringContaining(words)]);
  });
});

describe('what a token reaches', () => {
  const said = async (client: RoomClient, room: string): Promise<Frame> =>
    client.ask(message({ session_id: room }), 'error');

  it('to read it needs read, and to write send', async () => {
    const client = await enterRoom(daemon, { room: 'look', token: await grant({ scopes: ['read'] }) });
    expect(await said(client, 'look')).toMatchObject({
      message: expect.stringContaining('may not send messages (scope send)'),
    });
    const { id } = await post('/api/messages', { to: 'room:look', from: 'look', message: 'Seen?' });
    expect(await client.waitFor('reply')).toMatchObject({ message_id: id });
    client.close();
  });

  it('it writes to whom it was made for, and as whom', async () => {
    const narrow = await grant({ to: ['backend'] });
    const ok = await enterRoom(daemon, { room: 'backend', token: narrow });
    ok.say('Hello');
    expect(await ok.waitFor('receipt')).toMatchObject({ state: 'queued' });
    const other = await enterRoom(daemon, { room: 'frontend', token: narrow });
    expect(await said(other, 'frontend')).toMatchObject({
      message: expect.stringContaining('does not reach "frontend"'),
    });
    const named = await enterRoom(daemon, { room: 'backend', token: await grant({ from: 'ci' }) });
    expect(await said(named, 'backend')).toMatchObject({
      message: expect.stringContaining('writes as ci only'),
    });
    for (const client of [ok, other, named]) client.close();
    expect((await all()).filter(({ via }) => via === 'channel').map(({ to }) => to)).not.toContain(
      'frontend',
    );
  });

  it('rules are asked, and whoever cannot be meant is an error', async () => {
    const barred = await enterRoom(daemon, { room: 'barred', to: 'backend' });
    expect(await said(barred, 'barred')).toMatchObject({
      message: expect.stringContaining('rule 1 of "messages" in config.json does not let room:barred'),
    });
    const lost = await enterRoom(daemon, { room: 'lost', to: 'group:none' });
    expect(await said(lost, 'lost')).toMatchObject({ message: expect.stringContaining('nobody is in') });
    barred.close();
    lost.close();
  });

  it('once it is revoked the connection is closed', async () => {
    const name = 'short-lived';
    const { token } = await post('/api/tokens', { name, scopes: ['read', 'send'] });
    const client = await enterRoom(daemon, { room: 'short', token });
    const headers = { authorization: `Bearer ${daemon.token}` };
    await fetch(`${daemon.url}/api/tokens/${name}`, { method: 'DELETE', headers });
    expect((await client.closed).code).toBe(4401);
  });

  it('nobody writes in the name of a room by another way and passes for one of those in it', async () => {
    const client = await enterRoom(daemon, { room: 'named' });
    await post(
      '/api/messages',
      { to: 'named', from: 'room:named', message: 'It was Alice' },
      await grant({}),
    );
    const { messages } = await client.ask({ type: 'fetch_history', session_id: 'named' }, 'history');
    expect(messages).toEqual([]);
    expect(client.frames.map(({ type }) => type)).toEqual(['history']);
    client.close();
  });
});

it('a flood is damped, then refused, and then shown the door; what came before it is there', async () => {
  const client = await enterRoom(daemon, { room: 'flood', to: 'flooded' });
  const words = (): string[] => client.of('error').map(one => String(one['message']));
  let n = 0;
  const pour = (count: number): void => {
    for (let one = 0; one < count; one++) client.send(message({ session_id: 'flood', content: `${n++}` }));
  };
  pour(20);
  await until('ten are refused', () => words().length === 10);
  expect(new Set(words())).toEqual(
    new Set([expect.stringContaining('room:flood sent flooded 10 messages within 10 s; send it again in')]),
  );
  pour(100);
  await until('more are not even read', () => words().some(one => one.startsWith('too many messages')));
  pour(100);
  expect((await client.closed).code).toBe(4429);
  const sent = (await all()).filter(({ from }) => from === 'room:flood');
  expect(sent.map(one => one.message)).toEqual(Array.from({ length: 10 }, (_, at) => `${9 - at}`));
});

it('a client that does not read is written no more than fits, then closed; the others have everything', async () => {
  const room = 'slow';
  const [slow, quick] = [await enterRoom(daemon, { room }), await enterRoom(daemon, { room })];
  const fill = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++)
      await post('/api/messages', { to: 'room:slow', from: 'slow', message: 'x'.repeat(60_000) });
  };
  await fill(30);
  for (const client of [slow, quick]) await until('all came', () => client.of('reply').length === 30);
  const socket = daemon.sockets().find(one => one.remotePort === portOf(slow));
  slow.socket.pause();
  // The system takes some megabytes for whoever does not read.
  for (let n = 0; n < 20; n++) slow.send({ type: 'fetch_history', session_id: room });
  const waiting = await until('no more fits', () => {
    const { writableLength = 0 } = socket ?? {};
    return writableLength > 16 * 1024 ? writableLength : undefined;
  });
  // One answer went over the limit, and no second one.
  expect(waiting).toBeLessThan(2 * 30 * 60_000);
  let length = waiting;
  // Until then it only gets less: nothing of what is told meanwhile is written.
  const givenUp = until('it is told why it is given up, behind all the rest', () => {
    const grown = (socket?.writableLength ?? 0) - length;
    length += grown;
    return grown > 0;
  });
  await fill(5);
  await until('the quick one has all', () => quick.of('reply').length === 35);
  await givenUp;
  expect(length).toBeLessThanOrEqual(waiting + CLOSE_FRAME);
  slow.socket.resume();
  expect((await slow.closed).code).toBe(4408);
  quick.close();
});

it('one that answers no ping is closed, one that does is not, and all are told when the daemon stops', async () => {
  const quick = await startTestDaemon({ limits: { pingEveryMs: 100, pongTimeoutMs: 1500 } });
  const alive = await enterRoom(quick, { room: 'pings' });
  const silent = await enterRoom(quick, { room: 'pings', autoPong: false });
  let pings = 0;
  alive.socket.on('ping', () => pings++);
  expect((await silent.closed).code).toBe(4410);
  await until('the other one was asked on', () => pings > 3);
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  await quick.stop();
  expect((await alive.closed).code).toBe(1001);
});

/** Bytes of the last frame, at most. */
const CLOSE_FRAME = 200;

const portOf = ({ socket }: RoomClient): number | undefined =>
  (socket as unknown as { _socket?: { localPort?: number } })._socket?.localPort;
