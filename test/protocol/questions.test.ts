// The questions a client may ask: history, lists, usage, and their limits.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
let head: number;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { rateMessages: 10_000, rateMessagesClose: 20_000 } });
  await daemon.emit(150, { sessionId: 'other' });
  head = await daemon.emit(249, { sessionId: 's1' });
  client = await connect(daemon);
});

const history = (message: object) => client.ask({ type: 'get_session_history', ...message });
const seqs = (frame: Frame): number[] => (frame['events'] as Frame[]).map(event => event.seq ?? 0);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('get_session_history', () => {
  test('gives the newest 100, ascending, and tells that there is more', async () => {
    const reply = await history({ sessionId: 's1' });
    expect(reply).toMatchObject({ type: 'session_history', sessionId: 's1', hasMore: true });
    expect(seqs(reply)).toEqual(range(head - 99, head));
    expect((reply['events'] as Frame[])[0]).toMatchObject({ type: 'test.tick', sessionId: 's1', data: {} });
  });

  test('pages back with `before`, and every event comes once', async () => {
    const pages: number[][] = [];
    let before: number | undefined;
    for (;;) {
      const reply = await history({
        sessionId: 's1',
        limit: 60,
        ...(before === undefined ? {} : { before }),
      });
      pages.unshift(seqs(reply));
      before = seqs(reply)[0];
      if (reply['hasMore'] === false) break;
    }
    expect(pages.map(page => page.length)).toEqual([10, 60, 60, 60, 60]);
    expect(pages.flat()).toEqual(range(head - 249, head));
  });

  test('hasMore is exact at the edge', async () => {
    expect(await history({ sessionId: 's1', limit: 250 })).toMatchObject({ hasMore: false });
    expect(await history({ sessionId: 's1', limit: 249 })).toMatchObject({ hasMore: true });
    expect(await history({ sessionId: 's1', before: 1 })).toMatchObject({ events: [], hasMore: false });
    expect(seqs(await history({ sessionId: 's1', limit: 1, before: head }))).toEqual([head - 1]);
    expect(seqs(await history({ sessionId: 's1', limit: 1, before: head + 1000 }))).toEqual([head]);
  });

  test('takes a limit of 1 to 1000', async () => {
    expect((await history({ sessionId: 's1', limit: 1000 })).type).toBe('session_history');
    for (const limit of [0, 1001, -1, 1.5, '10', null])
      expect(await history({ sessionId: 's1', limit }), String(limit)).toMatchObject({
        code: 'invalid_message',
      });
  });

  test('of a session nobody knows is not_found', async () => {
    expect(await history({ sessionId: 'nobody' })).toMatchObject({ type: 'error', code: 'not_found' });
  });

  test('of a session that is over, but still in the log, is given', async () => {
    await daemon.hook('SessionStart', { session_id: 'gone', source: 'startup' });
    await daemon.hook('SessionEnd', { session_id: 'gone', reason: 'clear' });
    const list = await client.ask({ type: 'get_session_list' });
    expect(JSON.stringify(list['sessions'])).not.toContain('gone');
    const types = ((await history({ sessionId: 'gone' }))['events'] as Frame[]).map(event => event.type);
    expect(types).toEqual(['session.discovered', 'session.removed', 'agent.state_changed']);
  });

  test('is bounded in bytes too, and says that there is more', async () => {
    const small = await startTestDaemon({ limits: { historyBytes: 10_000 } });
    await small.emit(10, { data: { pad: 'x'.repeat(3000) } });
    const reader = await connect(small);
    const reply = await reader.ask({ type: 'get_session_history', sessionId: 's1' });
    expect((reply['events'] as Frame[]).length).toBe(3);
    expect(reply['hasMore']).toBe(true);
    await small.emit(1, { data: { pad: 'x'.repeat(30_000) } });
    const big = await reader.ask({ type: 'get_session_history', sessionId: 's1' });
    expect((big['events'] as Frame[]).length).toBe(1);
    await small.stop();
  });
});

test('get_session_list and /api/sessions answer the same', async () => {
  const { id, ...reply } = await client.ask({ type: 'get_session_list' });
  expect(id).toBeDefined();
  expect(reply['type']).toBe('session_list');
  expect((reply['sessions'] as { sessionId: string }[]).map(one => one.sessionId)).toEqual(['other', 's1']);
  expect(await (await daemon.get('/api/sessions')).json()).toEqual(reply);
});

test('get_snapshot and /api/snapshot answer the same', async () => {
  const { id, ...reply } = await client.ask({ type: 'get_snapshot' });
  expect(id).toBeDefined();
  expect(await (await daemon.get('/api/snapshot')).json()).toEqual(reply);
});

describe('get_usage', () => {
  test('adds up sessions and models, in whole and for one', async () => {
    const used = (input: number) => ({ input, output: 1, cacheRead: 2, cacheCreation: 3, costUsd: 0.5 });
    const post = (sessionId: string, input: number) =>
      daemon.post({
        sessionId,
        type: 'usage.updated',
        data: { ...used(input), byModel: { opus: used(input) } },
      });
    // Usage is the daemon's own word: nobody may post it, so both stay at nothing.
    await post('u1', 10);
    const { totals } = await client.ask({ type: 'get_usage' });
    expect(totals).toEqual({ input: 0, output: 0, cacheRead: 0, cacheCreation: 0 });
  });

  test('of one session names it, of an unknown one is not_found', async () => {
    expect(await client.ask({ type: 'get_usage', sessionId: 's1' })).toMatchObject({
      type: 'usage',
      sessionId: 's1',
      byModel: {},
    });
    expect(await client.ask({ type: 'get_usage', sessionId: 'nobody' })).toMatchObject({ code: 'not_found' });
    expect((await daemon.get('/api/usage?sessionId=nobody')).status).toBe(404);
    expect(await (await daemon.get('/api/usage?sessionId=s1')).json()).toMatchObject({
      type: 'usage',
      sessionId: 's1',
    });
  });
});
