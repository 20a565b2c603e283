// A consumer with a life of its own: begins where it was, waits for what is under way, tries again, goes on in a new epoch, and stops.
import { beforeEach, expect, test, vi } from 'vitest';
import { Consumer, type ConsumerOptions, Pump, type SavedPosition } from '../../src/fanout/index.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';
import type { Position } from '../../src/protocol/index.ts';

/** A machine may have ten times as much to do as it can. */
const PATIENT = { timeout: 60_000 };

const ring = { events: 10_000, bytes: 1e9 };
const draft = (type = 'test.tick') => ({ type, timestamp: 0, sessionId: 's', source: 'test', data: {} });

let log: EventLog;
let pump: Pump;
let got: number[][];
beforeEach(() => {
  vi.useRealTimers();
  log = new EventLog(new MemoryStore('e', ring), { ring });
  pump = new Pump();
  got = [];
});

function consumer(options: Partial<ConsumerOptions> = {}): Consumer {
  const deliver: ConsumerOptions['deliver'] = deliveries => {
    got.push(deliveries.map(({ record }) => record.seq));
  };
  return new Consumer({ name: 'test', log, pump, deliver, ...options });
}

function append(count: number, type?: string): void {
  log.append(Array.from({ length: count }, () => draft(type)));
  pump.wakeAll();
}

const seqs = (): number[] => got.flat();

function positions(at?: Position): SavedPosition & { at: Position | undefined } {
  return {
    at,
    load() {
      return this.at;
    },
    save(position) {
      this.at = position;
    },
  };
}

test('it is told what comes after it was made, once it is started', async () => {
  append(3);
  const one = consumer();
  append(2);
  await new Promise(setImmediate);
  expect(seqs()).toEqual([]);
  one.start();
  append(1);
  await vi.waitFor(() => expect(seqs()).toEqual([4, 5, 6]), PATIENT);
  await vi.waitFor(() => expect([one.idle, one.position]).toEqual([true, { epoch: 'e', seq: 6 }]), PATIENT);
  await one.stop();
  append(1);
  await new Promise(setImmediate);
  expect(seqs()).toEqual([4, 5, 6]);
});

test('only topics and sessions that it wants', async () => {
  const one = consumer({ topics: ['wanted.*'], sessions: new Set(['s']) });
  one.start();
  append(1);
  append(1, 'wanted.this');
  await vi.waitFor(() => expect(seqs()).toEqual([2]), PATIENT);
  expect(() => consumer({ topics: ['not a topic'] })).toThrow(/topic/);
  await one.stop();
});

test('while a delivery is under way no other comes, and its position is not kept', async () => {
  const saved = positions();
  const ends: (() => void)[] = [];
  const one = consumer({
    saved,
    deliver: deliveries => {
      got.push(deliveries.map(({ record }) => record.seq));
      return new Promise(resolve => ends.push(resolve));
    },
  });
  one.start();
  append(2);
  await vi.waitFor(() => expect(got).toEqual([[1, 2]]), PATIENT);
  append(2);
  await new Promise(setImmediate);
  expect([got, saved.at, one.position.seq, one.idle]).toEqual([[[1, 2]], undefined, 0, false]);
  ends.shift()?.();
  await vi.waitFor(
    () =>
      expect(got).toEqual([
        [1, 2],
        [3, 4],
      ]),
    PATIENT,
  );
  expect(saved.at).toEqual({ epoch: 'e', seq: 2 });
  // Who stops waits for it, and it counts.
  const stopped = one.stop();
  ends.shift()?.();
  await stopped;
  expect(saved.at).toEqual({ epoch: 'e', seq: 4 });
});

test('it goes on where it was, and says so when it cannot', async () => {
  append(5);
  const again = consumer({ saved: positions({ epoch: 'e', seq: 3 }) });
  again.start();
  await vi.waitFor(() => expect(seqs()).toEqual([4, 5]), PATIENT);
  expect(again.refused).toBeUndefined();
  await again.stop();
  for (const [from, reason] of [
    [{ epoch: 'other', seq: 3 }, 'epoch_changed'],
    [{ epoch: 'e', seq: 9 }, 'future'],
  ] as const) {
    const lost = consumer({ from });
    expect([lost.refused, lost.position.seq]).toEqual([reason, 5]);
  }
});

test('what fails comes again, the very same, ever more rarely, and its health tells why', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let fails = 3;
  const saved = positions();
  const one = consumer({
    saved,
    deliver: async deliveries => {
      got.push(deliveries.map(({ record }) => record.seq));
      if (fails-- > 0) throw new Error('nobody is home');
    },
  });
  one.start();
  append(1);
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  await turns();
  append(1);
  expect([got.length, one.health(), saved.at]).toEqual([
    1,
    expect.stringContaining('nobody is home'),
    undefined,
  ]);
  for (const [wait, tries] of [
    [499, 1],
    [1, 2],
    [999, 2],
    [1, 3],
    [1999, 3],
    [1, 4],
  ] as const) {
    vi.advanceTimersByTime(wait);
    await turns();
    expect(got.filter(([first]) => first === 1)).toHaveLength(tries);
  }
  expect([seqs().at(-1), one.health(), saved.at]).toEqual([2, undefined, { epoch: 'e', seq: 2 }]);
  await one.stop();
});

test('a throw is a failure like any other', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let fails = true;
  const one = consumer({
    deliver: deliveries => {
      if (fails) throw new Error('a bug');
      got.push(deliveries.map(({ record }) => record.seq));
    },
  });
  one.start();
  append(1);
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  expect(one.health()).toMatch(/a bug/);
  fails = false;
  vi.advanceTimersByTime(500);
  expect(seqs()).toEqual([1]);
  await one.stop();
});

test('one that is not ready costs nothing but its place, and is told when it is', async () => {
  let ready = false;
  const one = consumer({ ready: () => ready });
  one.start();
  append(600);
  await new Promise(setImmediate);
  expect(seqs()).toEqual([]);
  ready = true;
  one.wake();
  await vi.waitFor(
    () => expect(seqs()).toEqual(Array.from({ length: 600 }, (_, index) => index + 1)),
    PATIENT,
  );
  await one.stop();
});

test('what retention deleted before its turn is told as lost', async () => {
  const small = { events: 3, bytes: 1e9 };
  log = new EventLog(new MemoryStore('e', small), { ring: small });
  const lost: unknown[] = [];
  const one = consumer({ lost: (...what) => lost.push(what) });
  append(10);
  one.start();
  await vi.waitFor(() => expect(seqs()).toEqual([8, 9, 10]), PATIENT);
  expect(lost).toEqual([['evicted', 1, 7]]);
  await one.stop();
});

test('what failed is tried at once when it is woken, and not once more when its time has come', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let isAway = true;
  const one = consumer({
    deliver: async deliveries => {
      got.push(deliveries.map(({ record }) => record.seq));
      if (isAway) throw new Error('the broker is away');
    },
  });
  one.start();
  append(1);
  await vi.waitFor(() => expect(one.health()).toContain('away'), PATIENT);
  isAway = false;
  one.wake();
  await vi.waitFor(() => expect(one.health()).toBeUndefined(), PATIENT);
  expect(got).toEqual([[1], [1]]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(got).toEqual([[1], [1]]);
  await one.stop();
  one.wake();
  expect(got).toEqual([[1], [1]]);
});

test('when the store fails it goes on in the new epoch with the next event', async () => {
  const one = consumer();
  one.start();
  append(2);
  await vi.waitFor(() => expect(seqs()).toEqual([1, 2]), PATIENT);
  log.fail(new Error('the disk is gone'));
  append(2);
  await vi.waitFor(() => expect(seqs()).toEqual([1, 2, 3, 4]), PATIENT);
  expect(one.position).toEqual({ epoch: log.epoch, seq: 4 });
  expect(log.epoch).not.toBe('e');
  await one.stop();
});
