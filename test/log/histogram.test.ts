// How many events there were when: buckets as narrow as their number lets them be, and every event in exactly one of them.
import { describe, expect, it, vi } from 'vitest';
import { type HistogramQuery, Histograms, type LogRecord, MemoryStore } from '../../src/log/index.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

const record = (seq: number): LogRecord => ({
  ...{ seq, timestamp: NOON, type: 'test.a', sessionId: 's1', agentId: undefined },
  ...{ source: 'test', data: '{}', hook: undefined },
});

function storeWith(events: readonly Partial<LogRecord>[]): MemoryStore {
  const store = new MemoryStore('an-epoch', { events: 200_000, bytes: Number.MAX_SAFE_INTEGER });
  store.append(events.map((changes, index) => ({ ...record(index + 1), ...changes })));
  return store;
}

const histogram = (store: MemoryStore, query: Partial<HistogramQuery> = {}) =>
  new Histograms(store).of({ filter: {}, key: '', buckets: 10, now: NOON + MINUTE, ...query });

describe('a histogram', () => {
  it('counts each event once, what went wrong and what waited for somebody apart', async () => {
    const store = storeWith([
      { timestamp: NOON },
      { timestamp: NOON + 1, type: 'turn.failed' },
      { timestamp: NOON + 9999, type: 'tool.result', data: '{"success":false}' },
      { timestamp: NOON + 10_000, type: 'permission.requested' },
      { timestamp: NOON + 55_000, type: 'tool.result', data: '{"success":true}' },
    ]);
    expect(await histogram(store)).toEqual({
      ...{ epoch: 'an-epoch', seq: 5, since: NOON, until: NOON + MINUTE, width: 10_000 },
      buckets: [
        { at: NOON, events: 3, failed: 2, waiting: 0 },
        { at: NOON + 10_000, events: 1, failed: 0, waiting: 1 },
        { at: NOON + 50_000, events: 1, failed: 0, waiting: 0 },
      ],
    });
  });

  it('keeps to the time that is asked for, and begins buckets at multiples of their width', async () => {
    const store = storeWith([0, 1, 2, 3].map(n => ({ timestamp: NOON + n * MINUTE })));
    const filter = { since: NOON + 30_000, until: NOON + 3 * MINUTE };
    expect(await histogram(store, { filter, buckets: 3 })).toMatchObject({
      ...{ since: filter.since, until: filter.until, width: MINUTE },
      buckets: [{ at: NOON + MINUTE }, { at: NOON + 2 * MINUTE }],
    });
  });

  it('of nothing is empty, and ends now', async () => {
    expect(await histogram(storeWith([]))).toMatchObject({
      ...{ seq: 0, since: NOON + MINUTE, until: NOON + MINUTE, buckets: [] },
    });
  });

  it('shows what the clock of somebody else has told ahead of its time', async () => {
    const ahead = NOON + 5 * MINUTE;
    const { until, buckets } = await histogram(storeWith([{}, { timestamp: ahead }]));
    expect(until).toBeGreaterThan(ahead);
    expect(buckets.map(({ events }) => events)).toEqual([1, 1]);
  });

  it('has no more buckets than are wanted, whatever the times are', async () => {
    for (const days of [0.001, 9, 20_000]) {
      const count = 10_000;
      const step = (days * 86_400_000) / count;
      const store = storeWith(
        Array.from({ length: count }, (_, index) => ({ timestamp: NOON - Math.floor(index * step) })),
      );
      for (const wanted of [1, 120]) {
        const { buckets, since, until, width } = await histogram(store, { buckets: wanted });
        expect(buckets.reduce((sum, { events }) => sum + events, 0)).toBe(count);
        const first = NOON - Math.floor((count - 1) * step);
        expect([since, until]).toEqual([Math.floor(first / width) * width, NOON + MINUTE]);
        if (wanted > 1)
          expect(width, `${days} days`).toBeLessThanOrEqual(Math.max(1000, (until - first) / 16));
        expect(buckets.length, `${days} days`).toBeLessThanOrEqual(wanted);
        expect(Math.floor((until - 1) / width) - Math.floor(since / width) + 1).toBeLessThanOrEqual(wanted);
        expect(buckets.every(({ at }) => at % width === 0 && at + width > since && at < until)).toBe(true);
      }
    }
  });

  it('of words counts the events that have them', async () => {
    const store = storeWith([
      { data: '{"text":"Fix the till"}' },
      { data: '{"text":"no"}' },
      { type: 'till.b' },
    ]);
    const { buckets } = await histogram(store, { filter: { words: ['till'] } });
    expect(buckets).toEqual([{ at: NOON, events: 2, failed: 0, waiting: 0 }]);
  });

  it('that is asked for again counts what is new, and begins anew when the log has lost something', async () => {
    const store = storeWith([{}, { timestamp: NOON + 50_000 }]);
    const histograms = new Histograms(store);
    const tally = vi.spyOn(store, 'tallyByTime');
    const ask = async (key: string, now: number) =>
      (await histograms.of({ filter: {}, key, buckets: 10, now })).buckets.map(({ events }) => events);
    expect(await ask('all', NOON + MINUTE)).toEqual([1, 1]);
    store.append([{ ...record(3), timestamp: NOON + 30 * MINUTE }]);
    expect(await ask('all', NOON + 30 * MINUTE)).toEqual([2, 1]);
    expect(tally.mock.calls.map(([{ after }]) => after)).toEqual([0, 2]);
    store.prune({ olderThan: NOON + 1, bytes: Number.MAX_SAFE_INTEGER });
    expect(await ask('all', NOON + 30 * MINUTE)).toEqual([1, 1]);
    await Promise.all(['b', 'c', 'd', 'e', 'f', 'b'].map(key => ask(key, NOON)));
    tally.mockClear();
    expect(await ask('all', NOON + 30 * MINUTE)).toEqual([1, 1]);
    expect(tally.mock.calls.map(([{ after }]) => after)).toEqual([0]);
  });

  it('ends when nobody waits for it any more', async () => {
    const signal = AbortSignal.abort(new Error('nobody waits'));
    await expect(histogram(storeWith([{}]), { signal })).rejects.toThrow('nobody waits');
  });
});
