// Messages over the WebSocket: sent and listed there by the rules of HTTP, never twice under a key, and not once the token has ended.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-ws-messages-'));
let daemon: TestDaemon;
let client: Client;
const start = async (): Promise<void> => {
  const messages = [{ from: 'mallory', allow: false }];
  daemon = await startTestDaemon({
    config: { home, store: true, inboxMessages: 3, messages },
    // What stands in a frame is longer than the text: here the text can be too long before the frame is.
    limits: { clientFrameBytes: 1024 * 1024, rateMessages: 1000, rateMessagesClose: 2000 },
  });
  client = await connect(daemon);
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const send = (fields: object, by = client): Promise<Frame> =>
  by.ask({ type: 'send_message', to: 'backend', message: 'hello', ...fields });
const list = (filter: object, by = client): Promise<Frame> => by.ask({ type: 'get_messages', ...filter });
const texts = ({ messages }: Frame): unknown[] =>
  (messages as { message?: string; type?: string }[]).map(({ message, type }) => message ?? type);

/** A connection with a token that was made for somebody. */
async function grant(fields: object): Promise<{ client: Client; revoke: () => Promise<Response> }> {
  const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
  const name = `t${Math.random().toString(36).slice(2)}`;
  const asked = { name, scopes: ['read', 'send'], ...fields };
  const body = JSON.stringify(asked);
  const made = await fetch(`${daemon.url}/api/tokens`, { method: 'POST', headers, body });
  const { token } = (await made.json()) as { token: string };
  return {
    client: await connect({ port: daemon.port, token }),
    revoke: () => fetch(`${daemon.url}/api/tokens/${name}`, { method: 'DELETE', headers }),
  };
}

describe('send_message', () => {
  it('is answered once the message is on record, with its id and whom it is for', async () => {
    const sent = await send({ from: 'ci', files: ['/tmp/a'], metadata: { ticket: '42' }, priority: 'high' });
    expect(sent).toEqual({
      ...{ type: 'message_sent', id: sent['id'], messageId: expect.any(String) },
      ...{ state: 'queued', duplicate: false },
      recipients: [{ name: 'backend', state: 'queued', at: expect.any(Number), tries: 0 }],
    });
    const answer = await daemon.get(`/api/messages/${sent['messageId']}`);
    expect(await answer.json()).toMatchObject({
      ...{ from: 'ci', to: 'backend', message: 'hello', via: 'ws', verified: false, priority: 'high' },
      ...{ files: ['/tmp/a'], metadata: { ticket: '42' } },
    });
  });

  it('sends a payload too, and is from the way in when it does not say', async () => {
    const { messageId } = await send({
      ...{ to: 'payloads', message: undefined, messageType: 'build', payload: { green: false } },
    });
    expect(await list({ to: 'payloads' })).toMatchObject({
      messages: [
        { id: messageId, type: 'build', payload: { green: false }, from: 'ws', via: 'ws', verified: true },
      ],
      hasMore: false,
    });
  });

  it('is told from something new by its key: on a new connection, and after a restart', async () => {
    client.send({ type: 'send_message', id: 1, to: 'keys', message: 'once', key: 'k1' });
    await until(
      'it arrived',
      async () => texts(await list({ to: 'keys' }, await connect(daemon))).length === 1,
    );
    client.close();
    client = await connect(daemon);
    const again = await send({ to: 'keys', message: 'once', key: 'k1' });
    expect(again).toMatchObject({ type: 'message_sent', duplicate: true, state: 'queued' });
    await daemon.daemon.stop();
    await start();
    const late = await send({ to: 'keys', message: 'once', key: 'k1' });
    expect(late).toMatchObject({ duplicate: true, messageId: again['messageId'] });
    expect(await send({ to: 'keys', message: 'other', key: 'k1' })).toMatchObject({
      ...{ type: 'error', code: 'conflict' },
    });
    expect(texts(await list({ to: 'keys' }))).toEqual(['once']);
  });

  it.each([
    ['no recipient', { to: undefined }, 'invalid_message', 'to: '],
    ['a field nobody knows', { mesage: 'x' }, 'invalid_message', 'mesage'],
    [
      'nothing in it',
      { message: undefined },
      'invalid_message',
      'either message, or messageType and payload',
    ],
    ['a type without a payload', { messageType: 'x' }, 'invalid_message', 'either message'],
    ['too short a time', { ttlMs: 999 }, 'invalid_message', 'ttlMs: '],
    ['a sender that is no name', { from: 'a b' }, 'invalid_message', 'from: must be a name'],
    ['a file that is nowhere', { files: ['a.md'] }, 'invalid_message', 'must be an absolute path'],
    ['a long text', { message: 'x'.repeat(64 * 1024 + 1) }, 'payload_too_large', 'put it into a file'],
    ['everybody, where nobody is', { to: '*' }, 'not_found', 'means no session that lives'],
    ['something that is no name', { to: 'a b' }, 'not_found', 'it is no name'],
    ['a sender whom a rule forbids', { from: 'mallory' }, 'forbidden', 'rule'],
  ])('is refused with %s, and the connection lives on', async (_, fields, code, words) => {
    const answer = await send(fields);
    expect([answer.type, answer['code']]).toEqual(['error', code]);
    expect(answer['message']).toContain(words);
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('is refused when too many wait', async () => {
    for (let n = 0; n < 3; n++) expect((await send({ to: 'full' })).type).toBe('message_sent');
    expect(await send({ to: 'full' })).toMatchObject({ type: 'error', code: 'inbox_full' });
  });

  it('has one answer each, in the order they were sent, between other questions', async () => {
    const from = client.frames.length;
    for (const id of [1, 2, 3]) client.send({ type: 'send_message', id, to: 'order', message: `${id}` });
    client.send({ type: 'ping', id: 4 });
    await client.waitFor(frame => frame['id'] === 4, from);
    const answers = client.frames.slice(from).filter(({ id }) => typeof id === 'number');
    expect(answers.map(({ type, id }) => [type, id])).toEqual([
      ...[1, 2, 3].map(id => ['message_sent', id]),
      ['pong', 4],
    ]);
    expect(texts(await list({ to: 'order' }))).toEqual(['3', '2', '1']);
  });
});

describe('get_messages', () => {
  it('lists the newest first, by whom they are from and for, and how they stand; as HTTP does', async () => {
    for (let n = 0; n < 3; n++)
      await send({ to: 'listed', from: `list${n % 2}`, message: `${n}`, key: `l${n}` });
    const page = await list({ to: 'listed', limit: 2 });
    expect([texts(page), page['hasMore']]).toEqual([['2', '1'], true]);
    const last = (page['messages'] as { id: string }[])[1]?.id;
    expect(texts(await list({ to: 'listed', before: last }))).toEqual(['0']);
    expect(texts(await list({ to: 'listed', from: 'list0' }))).toEqual(['2', '0']);
    expect(texts(await list({ key: 'l1' }))).toEqual(['1']);
    expect(texts(await list({ to: 'listed', state: 'delivered' }))).toEqual([]);
    const { id: _, type: __, ...answer } = await list({ to: 'listed' });
    expect(await (await daemon.get('/api/messages?to=listed')).json()).toEqual(answer);
  });

  it('is no longer than an answer may be, and says that there is more', async () => {
    const big = await startTestDaemon({ limits: { rateMessages: 1000, clientFrameBytes: 128 * 1024 } });
    const one = await connect(big);
    for (let n = 0; n < 140; n++) await send({ to: 'big', message: 'x'.repeat(63 * 1024) }, one);
    const page = await list({ to: 'big', limit: 1000 }, one);
    expect(page['hasMore']).toBe(true);
    const first = page['messages'] as { id: string }[];
    expect(first.length).toBeGreaterThan(100);
    const rest = await list({ to: 'big', limit: 1000, before: first.at(-1)?.id }, one);
    expect([first.length + (rest['messages'] as []).length, rest['hasMore']]).toEqual([140, false]);
    await big.stop();
  });

  it.each([{ state: 'lost' }, { limit: 0 }, { limit: 1001 }, { to: 7 }])(
    'is refused with %j',
    async wrong => {
      expect(await list(wrong)).toMatchObject({ type: 'error', code: 'invalid_message' });
    },
  );
});

describe('a token that was made for somebody', () => {
  it('without the scope send reads, and sends nothing', async () => {
    const { client: reader } = await grant({ scopes: ['read'] });
    expect(await send({ to: 'scopes' }, reader)).toMatchObject({
      ...{ type: 'error', code: 'forbidden' },
      message: expect.stringContaining('may not send_message (scope send)'),
    });
    expect(await list({ to: 'scopes' }, reader)).toMatchObject({ type: 'messages', messages: [] });
    reader.close();
  });

  it('writes to whom it reaches, as whom it was made for', async () => {
    const { client: ci } = await grant({ to: ['front*'], from: 'ci' });
    expect((await send({ to: 'frontend' }, ci)).type).toBe('message_sent');
    expect(await list({ to: 'frontend' }, ci)).toMatchObject({
      messages: [{ from: 'ci', via: 'ws', verified: true }],
    });
    expect(await send({ to: 'backend' }, ci)).toMatchObject({
      ...{ code: 'forbidden', message: expect.stringContaining('does not reach "backend"') },
    });
    expect(await send({ to: 'frontend', from: 'cd' }, ci)).toMatchObject({ code: 'forbidden' });
    ci.close();
  });

  it('writes in no name of a session that lives', async () => {
    await daemon.hook('SessionStart', { session_id: 'lives', source: 'startup' });
    const { client: some } = await grant({});
    expect(await send({ to: 'x', from: 'lives' }, some)).toMatchObject({ code: 'forbidden' });
    some.close();
  });

  it('and that has ended sends nothing, also while its connection is still open', async () => {
    const { client: ended, revoke } = await grant({});
    // It does not hear of the end, and so its end of the connection stays open.
    ended.socket.pause();
    await revoke();
    ended.send({ type: 'send_message', id: 1, to: 'ended', message: 'too late' });
    ended.socket.resume();
    expect((await ended.closed).code).toBe(4401);
    expect(ended.frames.some(({ type }) => type === 'message_sent')).toBe(false);
    expect(await list({ to: 'ended' })).toMatchObject({ messages: [] });
  });
});
