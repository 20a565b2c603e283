// Where a connection stands: what `position`, `pong` and later snapshots tell, and that none of them runs ahead.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { isEvent } from '../support/frames.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon({ limits: { positionEveryMs: 100, socketBacklogBytes: 64 * 1024 } });
});
afterEach(() => daemon.stop());

describe('position', () => {
  test('moves a narrow subscriber on while nothing it wants happens', async () => {
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['never.happens'] });
    const head = await daemon.emit(5);
    expect(await client.waitFor(frame => frame.type === 'position' && frame.seq === head)).toEqual({
      type: 'position',
      seq: head,
    });
    const later = await daemon.emit(5);
    await client.waitFor(frame => frame.type === 'position' && frame.seq === later);
    expect(client.events()).toEqual([]);
  });

  test('comes again and again, also to a client that keeps asking other things', async () => {
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['never.happens'] });
    const head = await daemon.emit(5);
    const chatter = setInterval(() => client.send({ type: 'get_session_list' }), 70);
    await client.waitFor(frame => frame.type === 'position' && frame.seq === head);
    clearInterval(chatter);
  });

  test('stays at the snapshot for a client that never subscribed', async () => {
    const client = await connect(daemon);
    const start = client.frames[0]?.seq;
    await daemon.emit(5);
    expect(await client.waitFor('position')).toEqual({ type: 'position', seq: start });
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong', seq: start });
  });

  test('is not repeated to a client that is sent events anyway', async () => {
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['**'] });
    const first = await daemon.emit(1);
    const stop = Date.now() + 1200;
    while (Date.now() < stop) await daemon.emit(1);
    const last = await daemon.emit(1);
    await client.waitFor(frame => isEvent(frame) && frame.seq === last);
    const told = client.frames.slice(client.frames.findIndex(frame => isEvent(frame) && frame.seq === first));
    expect(told.length).toBeGreaterThan(12);
    for (const [index, frame] of told.entries()) {
      if (frame.type !== 'position') continue;
      // Only where the machine made the events pause for as long as that.
      const next = told.slice(index).find(isEvent)?.timestamp ?? Number.NaN;
      const previous = told.slice(0, index).findLast(isEvent)?.timestamp ?? Number.NaN;
      expect(next - previous).toBeGreaterThan(50);
    }
  });
});

/** A client that is not reading, with more waiting for it than the daemon writes ahead. */
async function laggard() {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  client.socket.pause();
  const head = await daemon.emit(300, { data: { pad: 'x'.repeat(60_000) } });
  return { client, head };
}

describe('a client that lags', () => {
  test('gets a snapshot only after all events up to it', async () => {
    const { client, head } = await laggard();
    client.send({ type: 'get_snapshot', id: 'snap' });
    client.socket.resume();
    const snapshot = await client.waitFor(frame => frame['id'] === 'snap');
    expect(snapshot.seq).toBe(head);
    const before = client.frames.slice(0, client.frames.indexOf(snapshot));
    expect(before.filter(frame => frame.type === 'test.tick')).toHaveLength(300);
  });

  test('is never told a seq beyond the events it was sent', async () => {
    const { client, head } = await laggard();
    for (const id of ['p1', 'p2', 'p3']) client.send({ type: 'ping', id });
    client.socket.resume();
    await until('all came', () => client.events().at(-1)?.seq === head);
    await client.waitFor(frame => frame['id'] === 'p3');
    let sent = client.frames[0]?.seq ?? 0;
    for (const frame of client.frames.slice(1)) {
      if (frame.type === 'test.tick') sent = frame.seq ?? 0;
      // What does not match may lie between the last event sent and the position; everything logged here matches but
      // the first events of the session.
      else if (frame.seq !== undefined)
        expect(frame.seq, JSON.stringify(frame)).toBeLessThanOrEqual(Math.max(sent, 2));
    }
  });
});

test('a position stored from any frame resumes without loss', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
  const emitting = daemon.emit(60);
  const stops: { seq: number; had: number }[] = [];
  for (let round = 0; round < 5; round++) {
    const pong = await client.ask({ type: 'ping' });
    const before = client.frames.slice(0, client.frames.indexOf(pong));
    stops.push({ seq: Number(pong.seq), had: before.filter(frame => frame.type === 'test.tick').length });
  }
  const head = await emitting;
  await until('all came', () => client.events().at(-1)?.seq === head);
  const all = client.events().map(event => event.seq);
  for (const { seq, had } of stops) {
    const again = await connect(daemon);
    const since = { epoch: daemon.daemon.epoch, seq };
    await again.ask({ type: 'subscribe', topics: ['test.*'], since });
    await until('the rest came', () => (again.events().at(-1)?.seq ?? seq) === head);
    expect([...all.slice(0, had), ...again.events().map(event => event.seq)]).toEqual(all);
    again.close();
  }
});
