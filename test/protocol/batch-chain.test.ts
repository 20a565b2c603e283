// `batch:true`: every batch says from where to where it goes, and the chain never breaks unless something was lost.
import { beforeEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon({ limits: { positionEveryMs: 50 }, config: { ringEvents: 100 } });
  return () => daemon.stop();
});

/** Walks the frames as a careful client does and returns its position; a `prev` that differs is a failure. */
function follow(client: Client): number | undefined {
  let position: number | undefined;
  for (const frame of client.frames) {
    if (frame.type === 'subscribed' || frame.type === 'position') position = frame.seq;
    else if (frame.type === 'replay_started') position = Number(frame['from']);
    else if (frame.type === 'events') {
      expect(frame['prev'], JSON.stringify(frame)).toBe(position);
      const events = frame['events'] as Frame[];
      expect(events.length).toBeGreaterThan(0);
      const seqs = events.map(event => event.seq ?? 0);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(seqs[0]).toBeGreaterThan(Number(frame['prev']));
      expect(seqs.at(-1)).toBeLessThanOrEqual(Number(frame['to']));
      position = Number(frame['to']);
    }
  }
  return position;
}

test('events come in batches and never one by one', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'], batch: true });
  const head = await daemon.emit(30);
  await until('all came', () => client.events().at(-1)?.seq === head);
  expect(client.frames.filter(frame => 'data' in frame)).toEqual([]);
  expect(client.events().map(event => event.seq)).toEqual(
    Array.from({ length: head - 1 }, (_, at) => 2 + at),
  );
  expect(follow(client)).toBe(head);
});

test('a backlog comes in few frames', async () => {
  const head = await daemon.emit(90);
  const client = await connect(daemon);
  await client.ask({
    type: 'subscribe',
    topics: ['**'],
    since: { epoch: daemon.daemon.epoch, seq: 0 },
    batch: true,
  });
  await until('all came', () => client.events().at(-1)?.seq === head);
  expect(client.frames.filter(frame => frame.type === 'events').length).toBeLessThan(5);
  follow(client);
});

test('under a filter that lets almost nothing through the chain holds, and positions are part of it', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['rare.*'], batch: true });
  let head = 0;
  for (let round = 0; round < 4; round++) {
    await daemon.emit(7);
    head = await daemon.emit(1, { topic: 'rare.bird' });
    await until('it came', () => client.events().at(-1)?.seq === head);
    if (round % 2 === 0) continue;
    const silent = await daemon.emit(5);
    await until('the position moved on', () =>
      client.frames.some(frame => frame.type === 'position' && frame.seq === silent),
    );
  }
  expect(client.events()).toHaveLength(4);
  expect(client.frames.filter(frame => frame.type === 'position').length).toBeGreaterThan(0);
  expect(follow(client)).toBeGreaterThanOrEqual(head);
});

test('through subscribes, unsubscribes, pings, snapshots and replays', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'], batch: true });
  const pouring = Promise.all([daemon.emit(30, { sessionId: 'a' }), daemon.emit(30, { sessionId: 'b' })]);
  for (let round = 0; round < 6; round++) {
    await client.ask({ type: 'ping' });
    await client.ask({ type: 'subscribe', topics: ['session.*', `x.${round}`] });
    await client.ask({ type: 'get_snapshot' });
    await client.ask({ type: 'unsubscribe', topics: [`x.${round}`] });
    await client.ask({ type: 'replay', lastSeq: round * 3 });
  }
  const head = Math.max(...(await pouring));
  await until('all came', () => client.events().at(-1)?.seq === head);
  follow(client);
});

test('holds for the connection until it is asked otherwise', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'], batch: true });
  await client.ask({ type: 'subscribe', topics: ['session.*'] });
  await daemon.emit(1);
  await client.waitFor('events');
  await client.ask({ type: 'subscribe', topics: ['test.*'], batch: false });
  await daemon.emit(1);
  await client.waitFor('test.tick');
});

test('a subscribe that is refused changes neither topics nor batch', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  expect(await client.ask({ type: 'subscribe', topics: ['a..b'], batch: true })).toMatchObject({
    code: 'invalid_topic',
  });
  await daemon.emit(1);
  await client.waitFor('test.tick');
});
