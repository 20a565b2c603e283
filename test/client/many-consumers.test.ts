// Many consumers of one client, against the daemon: each gets what it asked for, over as few connections as can be.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { clientOf, collect, foreign } from './support.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { positionEveryMs: 200, patternsPerConnection: 20 } });
});

const connections = async (): Promise<number> =>
  ((await (await daemon.get('/health')).json()) as { connections: number }).connections;
const numbers = (seen: readonly { data: object }[]): unknown[] =>
  seen.map(({ data }) => (data as { n?: number }).n);

/** The head of the log, once this client has it. */
async function settled(client: Client): Promise<void> {
  const tail = client.events(foreign('test.end'));
  await tail.ready;
  await daemon.emit(1, { topic: 'test.end' });
  await tail.next();
  tail.close();
}

describe('consumers of what comes from now on', () => {
  it('share a connection, and each gets its topics and its sessions', async () => {
    const client = clientOf(daemon);
    const before = await connections();
    const a = client.events(foreign('a.*'));
    const all = client.events([foreign('a.*'), foreign('b.**')]);
    const one = client.events(foreign('a.*'), { sessionId: 's1' });
    const two = client.events(foreign('{a,b}.x'), { sessionId: ['s2', 's3'] });
    await Promise.all([a.ready, all.ready, one.ready, two.ready]);
    const seen = [a, all, one, two].map(events => collect(events));
    for (const [topic, sessionId, n] of [
      ['a.x', 's1', 1],
      ['a.x', 's2', 2],
      ['b.x', 's2', 3],
      ['b.x.y', 's1', 4],
      ['c.x', 's1', 5],
      ['a.y', 's3', 6],
      ['b.x', 's3', 7],
    ] as const) {
      expect((await daemon.post({ sessionId, type: topic, data: { n } })).status).toBe(202);
    }
    await settled(client);
    expect(await connections()).toBe(before + 1);
    expect(seen.map(one => numbers(one.seen))).toEqual([[1, 2, 6], [1, 2, 3, 4, 6, 7], [1], [2, 3, 7]]);
  });

  it('may come later, and begin with what happens from then on', async () => {
    const client = clientOf(daemon);
    const first = collect(client.events(foreign('late.*')));
    await settled(client);
    await daemon.emit(3, { topic: 'late.a' });
    const second = client.events(foreign('late.*'));
    const other = client.events(foreign('late.b'));
    const at = await second.ready;
    await other.ready;
    const later = [collect(second), collect(other)];
    await daemon.emit(2, { topic: 'late.a' });
    await daemon.emit(1, { topic: 'late.b' });
    await settled(client);
    expect(first.seen).toHaveLength(6);
    expect(later[0]?.seen.map(event => event.seq)).toEqual([at.seq + 1, at.seq + 2, at.seq + 3]);
    expect(later[1]?.seen).toHaveLength(1);
  });

  it('that is the first of a connection that is old by now does not get what happened meanwhile', async () => {
    const client = clientOf(daemon);
    await client.getSessions();
    await daemon.emit(5, { topic: 'old.a' });
    const events = client.events(foreign('old.*'));
    await events.ready;
    const { seen } = collect(events);
    await daemon.emit(1, { topic: 'old.b' });
    await settled(client);
    expect(seen.map(event => event.type)).toEqual(['old.b']);
  });

  it('leave without taking what others still want', async () => {
    const client = clientOf(daemon);
    const stays = client.events(foreign('leave.*'), { sessionId: 's1' });
    const goes = client.events([foreign('leave.*'), foreign('gone.*')]);
    await Promise.all([stays.ready, goes.ready]);
    const { seen } = collect(stays);
    goes.close();
    await daemon.emit(2, { topic: 'leave.a' });
    await daemon.emit(2, { topic: 'leave.a', sessionId: 's2' });
    await settled(client);
    expect(numbers(seen)).toEqual([0, 1]);
  });

  it('more than the daemon holds are told so, and the others go on', async () => {
    const client = clientOf(daemon);
    const fine = collect(client.events(foreign('fine.*')));
    await settled(client);
    const many = client.events(Array.from({ length: 21 }, (_, n) => `many.t${n}`));
    await expect(many.ready).rejects.toMatchObject({ name: 'SubscriptionError', code: 'limit_exceeded' });
    await settled(client);
    await daemon.emit(1, { topic: 'fine.a' });
    await until('the other one goes on', () => fine.seen.length === 1);
  });
});

describe('hooks by their own name', () => {
  it('come as the agent sent them, whatever others of the same client ask for', async () => {
    const client = clientOf(daemon);
    const normal = client.events('tool.*');
    const hooks = client.events('hook.*');
    await Promise.all([normal.ready, hooks.ready]);
    await daemon.hook('PreToolUse', { tool_name: 'Bash', tool_input: {}, tool_use_id: 't1' });
    expect((await normal.next()).value).toMatchObject({ type: 'tool.use', data: { toolName: 'Bash' } });
    expect((await hooks.next()).value).toMatchObject({
      type: 'hook.pre_tool_use',
      data: { tool_name: 'Bash' },
    });
  });
});

describe('callbacks', () => {
  it('are called in order, one at a time, until they are taken off', async () => {
    const client = clientOf(daemon);
    const order: string[] = [];
    const listener = client.on(foreign('calls.*'), async event => {
      const { n } = event.data as { n: number };
      order.push(`begin ${n}`);
      await new Promise(resolve => setTimeout(resolve, n === 0 ? 5 : 0));
      order.push(`end ${n}`);
    });
    await listener.ready;
    await daemon.emit(3, { topic: 'calls.a' });
    await until('all three were handled', () => order.length === 6);
    expect(order).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
    listener.off();
    await listener.done;
    await daemon.emit(1, { topic: 'calls.a' });
    await settled(client);
    expect(order).toHaveLength(6);
  });

  it('that throw end their listener with what they threw', async () => {
    const client = clientOf(daemon);
    const listener = client.on(foreign('calls.*'), () => {
      throw new Error('no');
    });
    const ended = expect(listener.done).rejects.toThrow('no');
    await listener.ready;
    await daemon.emit(1, { topic: 'calls.a' });
    await ended;
  });

  it('end with their signal', async () => {
    const client = clientOf(daemon);
    const stop = new AbortController();
    const listener = client.on(foreign('calls.*'), () => {}, { signal: stop.signal });
    await listener.ready;
    stop.abort();
    await expect(listener.done).resolves.toBeUndefined();
  });
});

describe('a replay', () => {
  it('gives what the log holds up to now, and ends', async () => {
    const client = clientOf(daemon);
    await daemon.emit(5, { topic: 'past.a', sessionId: 's1' });
    await daemon.emit(5, { topic: 'past.a', sessionId: 's2' });
    await daemon.emit(1, { topic: 'past.b' });
    const seen: unknown[] = [];
    for await (const event of client.replay(foreign('past.a'), { sessionId: 's2' }))
      seen.push(event.data['n']);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    const all = client.events(foreign('past.b'), { from: 'oldest' });
    const { value } = await all.next();
    const after = { epoch: all.position?.epoch ?? '', seq: (value?.seq ?? 0) - 2 };
    const rest: number[] = [];
    for await (const event of client.replay(foreign('past.*'), { after })) rest.push(event.seq - after.seq);
    expect(rest).toEqual([1, 2]);
    for await (const event of client.replay(foreign('never.*'))) expect(event).toBeUndefined();
  });
});
