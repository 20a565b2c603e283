// `replay`: back to lastSeq, filtered by the topics held, with a beginning, an end and honest numbers.
import { beforeEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon({ config: { ringEvents: 50 } });
  return () => daemon.stop();
});

/** Sends a replay and collects its frames, from `replay_started` to `replay_complete`. */
async function replay(client: Client, message: Record<string, unknown>, id: string | number = 'r') {
  const from = client.frames.length;
  client.send({ type: 'replay', id, ...message });
  const complete = await client.waitFor(
    frame => frame.type === 'replay_complete' && frame['id'] === id,
    from,
  );
  const frames = client.frames.slice(from);
  const first = frames.findIndex(frame => frame.type === 'replay_started' && frame['id'] === id);
  return { started: frames[first], events: frames.slice(first + 1, frames.indexOf(complete)), complete };
}

test('gives what is held again, then goes on live', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  const head = await daemon.emit(10);
  await until('all came', () => client.events().at(-1)?.seq === head);
  const again = await replay(client, { lastSeq: 5 });
  expect(again.started).toEqual({ type: 'replay_started', id: 'r', from: 5, to: head });
  expect(again.events.map(event => event.seq)).toEqual(Array.from({ length: head - 5 }, (_, at) => 6 + at));
  expect(again.complete).toEqual({
    type: 'replay_complete',
    id: 'r',
    to: head,
    count: head - 5,
    recovered: true,
  });
  const last = await daemon.emit(1);
  await until('the next came', () => client.events().at(-1)?.seq === last);
  expect(
    client
      .events()
      .slice(-2)
      .map(event => event.seq),
  ).toEqual([head, last]);
});

test('is filtered by the topics held and their sessions', async () => {
  const client = await connect(daemon);
  await daemon.emit(3, { sessionId: 'a' });
  await daemon.emit(3, { sessionId: 'b' });
  await client.ask({ type: 'subscribe', topics: ['test.*'], sessionId: 'b' });
  await until('the live ones came', () => client.events().length === 3);
  const again = await replay(client, { lastSeq: 0 });
  expect(again.complete).toMatchObject({ count: 3, recovered: true });
  expect(again.events.map(event => event.sessionId)).toEqual(['b', 'b', 'b']);
});

test('before any subscribe it has nothing to give, and the first subscribe still follows on the snapshot', async () => {
  const client = await connect(daemon);
  const start = client.frames[0]?.seq ?? 0;
  const head = await daemon.emit(5);
  expect((await replay(client, { lastSeq: 0 })).complete).toMatchObject({
    count: 0,
    to: head,
    recovered: true,
  });
  expect(await client.ask({ type: 'subscribe', topics: ['**'] })).toMatchObject({ seq: start });
  await until('all came', () => client.events().at(-1)?.seq === head);
  expect(client.events()[0]?.seq).toBe(start + 1);
});

test('subscribe and replay in one breath, as an old client does on a reconnect', async () => {
  const head = await daemon.emit(5);
  const client = await connect(daemon);
  client.send({ type: 'subscribe', topics: ['test.tick'] });
  const again = await replay(client, { lastSeq: 3 });
  expect(again.started).toMatchObject({ from: 3, to: head });
  expect(again.events.map(event => event.seq)).toEqual(Array.from({ length: head - 3 }, (_, at) => 4 + at));
});

test('what retention has deleted is named as a gap, and the rest is given', async () => {
  const head = await daemon.emit(100);
  const oldest = head - 49;
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  const again = await replay(client, { lastSeq: 10 });
  expect(again.started).toMatchObject({ from: 10, to: head });
  expect(again.events[0]).toEqual({ type: 'gap', from: 11, to: oldest - 1, reason: 'evicted' });
  expect(again.events.slice(1).map(event => event.seq)).toEqual(
    Array.from({ length: 50 }, (_, at) => oldest + at),
  );
  expect(again.complete).toMatchObject({ to: head, count: 50, recovered: false, reason: 'evicted' });
});

test('another epoch or the future: nothing is replayed, and the position stays', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  const head = await daemon.emit(5);
  await until('all came', () => client.events().at(-1)?.seq === head);
  for (const [message, reason] of [
    [{ lastSeq: 2, epoch: 'another' }, 'epoch_changed'],
    [{ lastSeq: 10_000 }, 'future'],
  ] as const) {
    const again = await replay(client, message);
    expect(again.started).toMatchObject({ from: head, to: head });
    expect(again.events).toEqual([]);
    expect(again.complete).toMatchObject({ to: head, count: 0, recovered: false, reason });
  }
  const last = await daemon.emit(1);
  await until('the next came', () => client.events().at(-1)?.seq === last);
  expect(client.events().filter(event => event.seq === last)).toHaveLength(1);
});

test('the right epoch, and one at the head', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  const head = await daemon.emit(5);
  const again = await replay(client, { lastSeq: head, epoch: daemon.daemon.epoch }, 7);
  expect(again.complete).toEqual({ type: 'replay_complete', id: 7, to: head, count: 0, recovered: true });
});

test('two in one breath: the first is ended as superseded, and each reply bears its own id', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  const head = await daemon.emit(5);
  await until('all came', () => client.events().at(-1)?.seq === head);
  const before = client.frames.length;
  client.send({ type: 'replay', id: 1, lastSeq: 0 });
  client.send({ type: 'replay', id: 2, lastSeq: 3 });
  await client.waitFor(frame => frame.type === 'replay_complete' && frame['id'] === 2, before);
  const said = client.frames.slice(before).filter(frame => frame.type.startsWith('replay'));
  expect(said.map(frame => [frame.type, frame['id'], frame['recovered'], frame['reason']])).toEqual([
    ['replay_started', 1, undefined, undefined],
    ['replay_complete', 1, false, 'superseded'],
    ['replay_started', 2, undefined, undefined],
    ['replay_complete', 2, true, undefined],
  ]);
});

test('a `since` during a replay ends it as superseded', async () => {
  const client = await connect(daemon);
  const head = await daemon.emit(5);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  client.send({ type: 'replay', id: 'r', lastSeq: 0 });
  const since = { epoch: daemon.daemon.epoch, seq: head - 1 };
  expect(await client.ask({ type: 'subscribe', topics: ['**'], since })).toMatchObject({
    recovered: true,
    seq: head - 1,
  });
  expect(await client.waitFor('replay_complete')).toMatchObject({
    id: 'r',
    recovered: false,
    reason: 'superseded',
  });
});

test('what happens while it runs comes after it, once', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  await daemon.emit(30);
  const pouring = daemon.emit(10);
  const again = await replay(client, { lastSeq: 5 });
  const head = await pouring;
  await until('all came', () => client.events().at(-1)?.seq === head);
  const after = client.frames.slice(client.frames.indexOf(again.complete) + 1).map(frame => frame.seq);
  const to = Number(again.complete['to']);
  expect(after).toEqual(Array.from({ length: head - to }, (_, at) => to + 1 + at));
});
