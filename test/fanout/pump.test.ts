// The pump: one turn for everybody, and nobody's trouble is another's.
import { beforeEach, expect, test } from 'vitest';
import { Feed, Pump, type Sink } from '../../src/fanout/index.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';

const ring = { events: 10_000, bytes: 1e9 };
const draft = { type: 'test.tick', timestamp: 0, sessionId: 's', source: 'test', data: {} };

let log: EventLog;
let tasks: (() => void)[];
let failures: unknown[];
let pump: Pump;
beforeEach(() => {
  log = new EventLog(new MemoryStore('e', ring), { ring });
  tasks = [];
  failures = [];
  pump = new Pump({ schedule: task => tasks.push(task) });
});

const turn = (): void => {
  for (const task of tasks.splice(0)) task();
};

function consumer(events: (seqs: number[]) => void = () => {}): { feed: Feed; got: number[] } {
  const got: number[] = [];
  const sink: Sink = {
    ready: () => true,
    events: deliveries => {
      const seqs = deliveries.map(({ record }) => record.seq);
      events(seqs);
      got.push(...seqs);
    },
    gap: () => {},
    replayComplete: () => {},
    failed: error => failures.push(error),
  };
  const feed = new Feed(log, sink, log.head, 10);
  feed.subscribe(['**']);
  pump.add(feed);
  return { feed, got };
}

test('many commits in one tick cost one turn', () => {
  const { got } = consumer();
  for (let commit = 0; commit < 5; commit++) {
    log.append([draft]);
    pump.wakeAll();
  }
  expect(tasks).toHaveLength(1);
  turn();
  expect(got).toEqual([1, 2, 3, 4, 5]);
  expect(tasks).toHaveLength(0);
});

test('a feed with very much to do takes turns with the others', () => {
  log.append(Array.from({ length: 5000 }, () => draft));
  const far = consumer();
  far.feed.subscribe(['**'], undefined, { epoch: 'e', seq: 0 });
  const near = consumer();
  log.append([draft]);
  pump.wakeAll();
  turn();
  expect(near.got).toEqual([5001]);
  expect(far.got.length).toBeLessThan(1000);
  while (tasks.length > 0) turn();
  expect(far.got).toHaveLength(5001);
});

test('a consumer that throws is told of, left alone, and harms nobody', () => {
  const bad = consumer(() => {
    throw new Error('no');
  });
  const good = consumer();
  log.append([draft]);
  pump.wakeAll();
  turn();
  expect(failures).toHaveLength(1);
  expect(good.got).toEqual([1]);
  expect(tasks).toHaveLength(0);
  pump.remove(bad.feed);
  log.append([draft]);
  pump.wakeAll();
  turn();
  expect(good.got).toEqual([1, 2]);
  expect(failures).toHaveLength(1);
});

test('one that is removed in the middle of a turn is not run any more', () => {
  const second: { feed?: Feed } = {};
  consumer(() => {
    if (second.feed) pump.remove(second.feed);
  });
  const removed = consumer();
  second.feed = removed.feed;
  log.append([draft]);
  pump.wakeAll();
  turn();
  expect(removed.got).toEqual([]);
  pump.wake(removed.feed);
  expect(tasks).toHaveLength(0);
});

test('a turn that took long is followed by a pause in which events gather; who is alone gets each at once', () => {
  let now = 0;
  const delays: number[] = [];
  pump = new Pump({
    schedule: (task, delayMs) => {
      delays.push(delayMs);
      tasks.push(task);
    },
    now: () => now,
  });
  const { got } = consumer(() => {
    now += 1;
  });
  for (let commit = 0; commit < 2; commit++) {
    log.append([draft]);
    pump.wakeAll();
    turn();
  }
  expect(delays).toEqual([0, 6]);
  now += 20;
  log.append([draft]);
  pump.wakeAll();
  expect(delays.at(-1)).toBe(0);
  turn();
  expect(got).toEqual([1, 2, 3]);
});

test('consumers of the same topics are given the very same deliveries; of others their own', () => {
  const given: unknown[] = [];
  const sink = (): Sink => ({
    ready: () => true,
    events: deliveries => given.push(deliveries),
    gap: () => {},
    replayComplete: () => {},
    failed: error => failures.push(error),
  });
  for (const topics of [['test.*', 'a.b'], ['a.b', 'test.*'], ['**']]) {
    const feed = new Feed(log, sink(), log.head, 10);
    feed.subscribe(topics);
    pump.add(feed);
  }
  log.append([draft, draft]);
  pump.wakeAll();
  turn();
  expect(given).toHaveLength(3);
  expect(given[0]).toBe(given[1]);
  expect(given[2]).not.toBe(given[0]);
  expect(given[2]).toEqual(given[0]);
});
