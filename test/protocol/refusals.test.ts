// Messages that are wrong: each gets exactly one reply with its own id, the right code and words that help.
import { beforeEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
beforeEach(async () => {
  daemon = await startTestDaemon();
  client = await connect(daemon);
  return () => daemon.stop();
});

/** What came for one frame sent, proved by a ping behind it: the replies to it and nothing else. */
async function repliesTo(frame: object | string): Promise<Frame[]> {
  const from = client.frames.length;
  client.send(frame);
  client.send({ type: 'ping', id: 'fence' });
  const fence = await client.waitFor(reply => reply['id'] === 'fence', from);
  return client.frames.slice(from, client.frames.indexOf(fence));
}

describe('one reply, with its code', () => {
  test.each<[string, object | string, string]>([
    ['no JSON', 'hello', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['half of it', '{"type":"ping"', 'invalid_json'],
    ['a string', '"ping"', 'invalid_message'],
    ['a number', '7', 'invalid_message'],
    ['null', 'null', 'invalid_message'],
    ['an array', '[{"type":"ping"}]', 'invalid_message'],
    ['no type', {}, 'invalid_message'],
    ['a type that is a number', { type: 1 }, 'invalid_message'],
    ['an unknown type', { type: 'make_coffee' }, 'unknown_type'],
    ['a type of the server', { type: 'snapshot' }, 'unknown_type'],
    ['a name every object has', { type: 'constructor' }, 'unknown_type'],
    ['__proto__', '{"type":"__proto__"}', 'unknown_type'],
    ['subscribe without topics', { type: 'subscribe' }, 'invalid_message'],
    ['no topics at all', { type: 'subscribe', topics: [] }, 'invalid_message'],
    [
      '101 topics',
      { type: 'subscribe', topics: Array.from({ length: 101 }, (_, at) => `t.${at}`) },
      'invalid_message',
    ],
    ['topics as text', { type: 'subscribe', topics: '**' }, 'invalid_message'],
    ['a topic that is a number', { type: 'subscribe', topics: [1] }, 'invalid_message'],
    ['a pattern outside the grammar', { type: 'subscribe', topics: ['tool.[a-z]'] }, 'invalid_topic'],
    ['batch that is text', { type: 'subscribe', topics: ['**'], batch: 'yes' }, 'invalid_message'],
    [
      'a session filter that is a number',
      { type: 'subscribe', topics: ['**'], sessionId: 1 },
      'invalid_message',
    ],
    ['unsubscribe without topics', { type: 'unsubscribe' }, 'invalid_message'],
    ['replay without lastSeq', { type: 'replay' }, 'invalid_message'],
    ['replay from -1', { type: 'replay', lastSeq: -1 }, 'invalid_message'],
    ['history without a session', { type: 'get_session_history' }, 'invalid_message'],
    ['a session nobody knows', { type: 'get_session_history', sessionId: 'x' }, 'not_found'],
    ['an id that is an object', { type: 'ping', id: {} }, 'invalid_message'],
    ['an id that is null', { type: 'ping', id: null }, 'invalid_message'],
    ['an id that is true', { type: 'ping', id: true }, 'invalid_message'],
  ])('%s', async (_what, frame, code) => {
    const replies = await repliesTo(frame);
    expect(replies).toEqual([
      expect.objectContaining({ type: 'error', code, message: expect.stringMatching(/.{15}/) }),
    ]);
    expect(replies[0]).not.toHaveProperty('id');
  });
});

describe('the id', () => {
  const messages: Record<string, unknown>[] = [
    { type: 'subscribe', topics: ['**'] },
    { type: 'subscribe', topics: ['a..b'] },
    { type: 'subscribe' },
    { type: 'unsubscribe', topics: ['**'] },
    { type: 'get_snapshot' },
    { type: 'get_session_list' },
    { type: 'get_session_history', sessionId: 'nobody' },
    { type: 'get_usage' },
    { type: 'subscribe_agent_log', sessionId: 'nobody' },
    { type: 'unsubscribe_agent_log' },
    { type: 'ping' },
    { type: 'make_coffee' },
    { no: 'type' },
  ];

  test.each(['text', '', 0, -1, 1.5, 42, 9_007_199_254_740_991, 'ünï "quoted"\n', 'x'.repeat(500)])(
    '%j comes back unchanged on every kind of reply, once',
    async id => {
      for (const message of messages) {
        const from = client.frames.length;
        client.send({ ...message, id });
        await client.waitFor(frame => frame['id'] === id, from);
        await client.ask({ type: 'ping' });
        const replies = client.frames.slice(from).filter(frame => frame['id'] === id);
        expect(replies, JSON.stringify(message)).toHaveLength(1);
      }
    },
  );

  test('is left out of a reply to a message that had none', async () => {
    for (const { type } of [{ type: 'ping' }, { type: 'get_session_list' }, { type: 'get_usage' }])
      expect((await repliesTo({ type })).map(reply => 'id' in reply)).toEqual([false]);
  });

  test("may repeat: ids are the client's own business", async () => {
    client.send({ type: 'ping', id: 'same' });
    client.send({ type: 'ping', id: 'same' });
    await client.ask({ type: 'ping' });
    expect(client.frames.filter(frame => frame['id'] === 'same')).toHaveLength(2);
  });
});

test('details name the field that is wrong', async () => {
  const [reply] = await repliesTo({ type: 'subscribe', topics: ['**', 7], since: { epoch: 'x' } });
  expect(reply?.['details']).toEqual([
    { path: 'topics.1', message: expect.any(String) },
    { path: 'since.seq', message: expect.any(String) },
  ]);
});

test('fields hookline does not know are ignored', async () => {
  expect(await client.ask({ type: 'ping', fromTheFuture: 1 })).toMatchObject({ type: 'pong' });
});

test('200 patterns fit, the next is limit_exceeded and changes nothing', async () => {
  const some = (from: number, count: number) => Array.from({ length: count }, (_, at) => `t.n${from + at}`);
  await client.ask({ type: 'subscribe', topics: some(0, 100) });
  expect((await client.ask({ type: 'subscribe', topics: some(100, 100) }))['topics']).toHaveLength(200);
  const over = await client.ask({ type: 'subscribe', topics: ['one.more', 't.n0'] });
  expect(over).toMatchObject({ type: 'error', code: 'limit_exceeded' });
  expect((await client.ask({ type: 'subscribe', topics: ['t.n0', 't.n1'] }))['topics']).toHaveLength(200);
  await client.ask({ type: 'unsubscribe', topics: ['t.n0'] });
  expect((await client.ask({ type: 'subscribe', topics: ['one.more'] }))['topics']).toHaveLength(200);
});
