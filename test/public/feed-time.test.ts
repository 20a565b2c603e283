// The time that the feed shows: as the address says it, as a picture counts it, and as it is saved.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Counts } from '../../public/feed/counts.ts';
import { agoOf, isOver, paramsOf, rangeOf } from '../../public/feed/range.ts';
import {
  deleteView,
  hrefOf,
  renameView,
  savedViews,
  saveView,
  viewOf,
} from '../../public/feed/saved-views.ts';
import { windowFor } from '../../public/feed/window.ts';
import type { Entry, EventEntry } from '../../public/live/entry.ts';
import { Ring } from '../../public/live/ring.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const range = (query: string) => rangeOf(new URLSearchParams(query));

describe('a range in the address', () => {
  it.each([
    ['', {}],
    ['since=15m', { ago: 15 * 60_000 }],
    ['since=7d', { ago: 7 * 24 * HOUR }],
    ['since=2026-11-20T12:00:00Z', { since: NOON }],
    [`since=${NOON}&until=2026-11-20T13:00:00.000Z`, { since: NOON, until: NOON + HOUR }],
    ['until=2026-11-20T12:00:00Z', { until: NOON }],
  ])('%s', (query, wanted) => {
    expect(range(query)).toEqual(wanted);
    const again = new URLSearchParams(paramsOf(wanted) as Record<string, string>);
    expect(rangeOf(again)).toEqual(wanted);
  });

  it.each([
    ['since=yesterday', 'since=yesterday is no date and time'],
    ['until=1h', 'until=1h is no date and time'],
    ['since=0m', 'no time at all'],
    ['since=1h&until=2026-11-20', 'goes up to now'],
    [`since=${NOON}&until=${NOON}`, 'ends before it begins'],
    ['since=999999999999999999', 'is no date and time'],
    ['since=2026-13-45', 'is no date and time'],
  ])('%s makes no sense', (query, words) => {
    expect(() => range(query)).toThrow(words);
  });

  it('is over once nothing new can come into it', () => {
    expect([{}, { ago: 5 }, { since: NOON }].map(one => isOver(one, NOON))).toEqual([false, false, false]);
    expect([isOver({ until: NOON }, NOON), isOver({ until: NOON + 1 }, NOON)]).toEqual([true, false]);
  });

  it('is the last so long only where it says so', () => {
    expect(['15m', '24h', '1d', '', '1', 'm', '1w', '-1h'].map(agoOf)).toEqual([
      ...[900_000, 24 * HOUR, 24 * HOUR],
      ...Array(5).fill(undefined),
    ]);
  });
});

describe('what the picture shows', () => {
  it('is the range, or what it showed before when that is a part of it', () => {
    const day = { ago: 24 * HOUR };
    const part = { since: NOON - 3 * HOUR, until: NOON - 2 * HOUR };
    expect(windowFor(day, undefined, NOON)).toBe(day);
    expect(windowFor(part, day, NOON)).toBe(day);
    expect(windowFor(part, {}, NOON)).toEqual({});
    const around = { since: NOON - 3.5 * HOUR, until: NOON - 1.5 * HOUR };
    expect(windowFor(part, undefined, NOON)).toEqual(around);
    expect(windowFor(part, { ago: HOUR }, NOON)).toEqual(around);
    // Time goes on while a part is marked at its beginning.
    const first = { since: NOON - 24 * HOUR, until: NOON - 23 * HOUR };
    expect(windowFor(first, day, NOON + 5000)).toBe(day);
    expect(windowFor({ since: NOON - 3 * HOUR, until: NOON - 2.5 * HOUR }, around, NOON)).toBe(around);
  });
});

describe('what it counts', () => {
  const entry = (seq: number, at: number, tone: EventEntry['tone'] = 'plain'): EventEntry => ({
    ...{ seq, at, tone, type: 'test.a', sessionId: 's1', agentId: undefined, text: '' },
    part: { kind: 'line', key: '' },
  });
  const counts = (seq: number) =>
    new Counts({
      ...{ seq, since: NOON, until: NOON + 60_000, width: 10_000 },
      buckets: [{ at: NOON, events: 2, failed: 1, waiting: 0 }],
    });
  const all = (of: Counts) => of.between(NOON, NOON + HOUR);

  it('is what the daemon counted, and what came after it, once', () => {
    const ring = new Ring<Entry>(100);
    ring.add([entry(1, NOON), entry(2, NOON), entry(3, NOON + 25_000, 'wait')]);
    const mine = counts(2);
    expect(mine.follow(ring, () => true)).toBe(true);
    ring.add([entry(4, NOON + 26_000, 'bad'), entry(5, NOON + 1)]);
    expect(mine.follow(ring, ({ seq }) => seq !== 5)).toBe(true);
    expect(mine.follow(ring, () => true)).toBe(true);
    expect(all(mine)).toEqual({
      bars: [
        { at: NOON, events: 2, failed: 1, waiting: 0 },
        { at: NOON + 20_000, events: 2, failed: 1, waiting: 1 },
      ],
      total: { at: NOON, events: 4, failed: 2, waiting: 1 },
    });
    expect(mine.between(NOON + 10_000, NOON + 20_000).bars).toEqual([]);
  });

  it('begins where the first is that came late', () => {
    const ring = new Ring<Entry>(100);
    const mine = counts(0);
    ring.add([entry(1, NOON - HOUR + 5)]);
    expect([mine.since, mine.follow(ring, () => true), mine.since]).toEqual([NOON, true, NOON - HOUR]);
  });

  it('has to be asked for anew when more came than is held here', () => {
    const ring = new Ring<Entry>(10);
    const mine = counts(0);
    expect(mine.follow(ring, () => true)).toBe(true);
    ring.add(Array.from({ length: 40 }, (_, index) => entry(index + 1, NOON)));
    expect(mine.follow(ring, () => true)).toBe(false);
  });
});

describe('saved views', () => {
  beforeEach(() => {
    const items = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    });
    return () => vi.unstubAllGlobals();
  });

  it('are filter and time by name, and nothing else of the address', () => {
    const query = viewOf(new URLSearchParams('event=5&since=1h&topics=tool.*&q=&at=3'));
    expect(query).toBe('topics=tool.*&since=1h');
    saveView({ name: 'tools', query });
    saveView({ name: 'all', query: '' });
    saveView({ name: 'tools', query: 'since=7d' });
    expect(savedViews()).toEqual([
      { name: 'all', query: '' },
      { name: 'tools', query: 'since=7d' },
    ]);
    expect(savedViews().map(hrefOf)).toEqual(['#/feed', '#/feed?since=7d']);
    renameView('all', 'tools');
    expect(savedViews()).toEqual([{ name: 'tools', query: '' }]);
    deleteView('tools');
    expect([savedViews(), localStorage.getItem('hookline.feed-views')]).toEqual([[], null]);
  });

  it.each(['{', '5', '[1,{"name":3},null]'])('of anybody else, %s, are left out', text => {
    localStorage.setItem('hookline.feed-views', text);
    expect(savedViews()).toEqual([]);
  });

  it('are fifty at most: the last one is there', () => {
    for (let n = 0; n < 60; n++) saveView({ name: `view ${n}`, query: '' });
    expect(savedViews()).toHaveLength(50);
    expect(savedViews().map(({ name }) => name)).toContain('view 59');
  });
});
