// What the feed keeps: the newest entries, and of them those that match and older ones, whatever is added at either end.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DayItem, daysBetween } from '../../public/feed/days.ts';
import { Ring, Selection } from '../../public/live/ring.ts';

interface Entry {
  n: number;
  seq?: number;
  at?: number;
}
type Dated = Entry & { at: number };

const some = (from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ n: from + index }));
const numbered = (from: number, count: number): Entry[] => some(from, count).map(({ n }) => ({ n, seq: n }));
const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();
const entry = (seq: number, day: number, hour: number): Dated => ({ n: seq, seq, at: at(day, hour) });
const values = (entries: readonly Entry[]): number[] => entries.map(({ n }) => n);

it('keeps the newest and drops the oldest', () => {
  const ring = new Ring<Entry>(100);
  for (let n = 0; n < 300; n++) ring.add(some(n, 1));
  expect(ring.entries.length).toBeGreaterThanOrEqual(100);
  expect(ring.entries.length).toBeLessThanOrEqual(105);
  expect(values(ring.entries)).toEqual(values(some(300 - ring.entries.length, ring.entries.length)));
});

it('puts older ones before the first, as many of the newest of them as there is room for', () => {
  const ring = new Ring<Entry>(10);
  const selection = new Selection(ring);
  ring.add(some(100, 6).map(entry => ({ ...entry, seq: entry.n })));
  selection.reload();
  expect([selection.from, selection.room]).toEqual([100, 4]);
  expect(selection.addOlder(numbered(98, 2), 98)).toBe(2);
  expect(selection.from).toBe(98);
  expect(selection.addOlder(numbered(90, 8), 90)).toBe(2);
  expect(values(selection.items)).toEqual([96, 97, 98, 99, 100, 101, 102, 103, 104, 105]);
  expect([selection.from, selection.room]).toEqual([96, 0]);
});

it('knows how far back it is whole when little of it matches', () => {
  const ring = new Ring<Entry>(10);
  const selection = new Selection(ring);
  ring.add(numbered(100, 6));
  selection.choose(
    () =>
      ({ n }) =>
        n % 50 === 0,
  );
  expect(selection.addOlder(numbered(60, 40), 60)).toBe(0);
  expect([values(selection.items), selection.from]).toEqual([[100], 60]);
  expect(selection.addOlder(numbered(10, 50), 10)).toBe(1);
  expect([values(selection.items), selection.from]).toEqual([[50, 100], 10]);
  // What the ring drops stays, once it is chosen.
  ring.add(numbered(106, 9));
  selection.update();
  ring.add(numbered(115, 2));
  selection.update();
  expect(values(selection.items)).toEqual([50, 100]);
});

it('has a selection that is what there is, less what there is no room for', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 30 }) }),
    fc.record({ unseen: fc.integer({ min: 0, max: 90 }) }),
    fc.record({ older: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ every: fc.integer({ min: 1, max: 4 }) }),
    fc.constant({ clear: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const ring = new Ring<Entry>(40);
      const selection = new Selection(ring);
      let matches = (_: Entry): boolean => true;
      let next = 0;
      let first = 0;
      for (const one of steps) {
        if ('add' in one) ring.add(numbered(next, one.add));
        if ('unseen' in one) for (let n = 0; n < one.unseen; n++) ring.add(numbered(next + n, 1));
        next += ('add' in one ? one.add : 0) + ('unseen' in one ? one.unseen : 0);
        if ('older' in one && selection.from !== undefined) {
          first = selection.from - one.older;
          selection.addOlder(numbered(first, one.older), first);
        } else if ('every' in one) {
          matches = ({ n }) => n % one.every === 0;
          selection.choose(() => matches);
        } else if ('clear' in one) {
          ring.clear();
          selection.reload();
        } else {
          selection.update();
        }
        // Nothing is left out from there on, and nothing is there twice.
        const { from = next } = selection;
        expect(values(selection.items)).toEqual(values(numbered(from, next - from).filter(matches)));
        expect(selection.items.length).toBeLessThanOrEqual(42);
      }
    }),
  );
});

it('marks where another day begins, once, whichever end it came from', () => {
  const ring = new Ring<Dated>(100);
  const selection = new Selection<Dated, DayItem>(
    ring,
    daysBetween(() => at(25, 12)),
  );
  const days = (): unknown[] =>
    selection.items.map(item => ('day' in item ? new Date(item.day).getDate() : item.seq));
  ring.add([entry(5, 24, 22), entry(6, 24, 23), entry(7, 25, 1)]);
  expect(selection.update().added).toBe(3);
  expect(days()).toEqual([24, 5, 6, 25, 7]);
  expect(selection.addOlder([entry(3, 23, 4), entry(4, 24, 5)], 3)).toBe(3);
  expect(days()).toEqual([23, 3, 24, 4, 5, 6, 25, 7]);
  expect(selection.addOlder([], 1)).toBe(0);
  expect(days()).toEqual([23, 3, 24, 4, 5, 6, 25, 7]);
  ring.add([entry(8, 25, 3)]);
  selection.update();
  expect(days().slice(-2)).toEqual([7, 8]);
  selection.choose(
    () =>
      ({ seq }) =>
        seq === 8,
  );
  expect(days()).toEqual([8]);
});

it('tells how much was added and how much fell off', () => {
  const ring = new Ring<Entry>(20);
  const selection = new Selection(ring);
  selection.choose(
    () =>
      ({ n }) =>
        n % 2 === 0,
  );
  ring.add(some(0, 20));
  expect(selection.update()).toEqual({ added: 10, dropped: 0 });
  ring.add(some(20, 10));
  expect(selection.update()).toEqual({ added: 5, dropped: 0 });
  ring.add(some(30, 14));
  expect(selection.update()).toEqual({ added: 7, dropped: 2 });
  expect(selection.update()).toEqual({ added: 0, dropped: 0 });
});
