// A store that breaks under running consumers: nothing of the new epoch reaches who counts in the old one.
import { expect, test } from 'vitest';
import { Feed, type Sink } from '../../src/fanout/index.ts';
import { EventLog, MemoryStore, type Store } from '../../src/log/index.ts';

const ring = { events: 100, bytes: 1e9 };
const draft = { type: 'test.tick', timestamp: 0, sessionId: 's', source: 'test', data: {} };

test('a feed stands still once the epoch is another', () => {
  const store = new MemoryStore('e1', ring);
  let broken = false;
  const breaking: Store = Object.create(store, {
    epoch: { get: () => store.epoch },
    head: { get: () => store.head },
    oldest: { get: () => store.oldest },
    read: { value: store.read.bind(store) },
    abandon: { value: () => '' },
    append: {
      value: (records: Parameters<Store['append']>[0]) => {
        if (broken) throw new Error('disk full');
        store.append(records);
      },
    },
  });
  const log = new EventLog(breaking, { ring });
  const sent: number[] = [];
  const sink: Sink = {
    ready: () => true,
    events: deliveries => sent.push(...deliveries.map(({ record }) => record.seq)),
    gap: () => sent.push(-1),
    replayComplete: () => {},
    failed: error => {
      throw error;
    },
  };
  const feed = new Feed(log, sink, 0, 10);
  feed.subscribe(['**']);
  log.append([draft, draft]);
  feed.run();
  broken = true;
  log.append([draft]);
  expect(log.epoch).not.toBe('e1');
  feed.run();
  expect(sent).toEqual([1, 2]);
  const fresh = new Feed(log, sink, log.head, 10);
  fresh.subscribe(['**']);
  log.append([draft]);
  fresh.run();
  expect(sent).toEqual([1, 2, 4]);
});
