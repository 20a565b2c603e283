// What the feed keeps: the newest entries, and of them those that match, whatever is added at either end.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { page } from './page.ts';

interface Entry {
  n: number;
  number?: number;
}
interface Ring {
  readonly entries: Entry[];
  readonly room: number;
  add(entries: Entry[]): void;
  addOlder(entries: Entry[]): Entry[];
  clear(): void;
}
interface Selection {
  readonly items: Entry[];
  choose(matches: (entry: Entry) => boolean): void;
  reload(): void;
  update(): { added: number; dropped: number };
}
const { Ring, Selection } = await page<{
  Ring: new (capacity: number) => Ring;
  Selection: new (ring: Ring) => Selection;
}>('live/ring.js');

const some = (from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ n: from + index }));
const values = (entries: Entry[]): number[] => entries.map(({ n }) => n);

it('keeps the newest and drops the oldest', () => {
  const ring = new Ring(100);
  for (let n = 0; n < 300; n++) ring.add(some(n, 1));
  expect(ring.entries.length).toBeGreaterThanOrEqual(100);
  expect(ring.entries.length).toBeLessThanOrEqual(105);
  expect(values(ring.entries)).toEqual(values(some(300 - ring.entries.length, ring.entries.length)));
});

it('takes older ones before the first, as many of the newest of them as there is room for', () => {
  const ring = new Ring(10);
  ring.add(some(100, 6));
  expect(values(ring.addOlder(some(90, 10)))).toEqual([96, 97, 98, 99]);
  expect(values(ring.entries)).toEqual([96, 97, 98, 99, 100, 101, 102, 103, 104, 105]);
  expect(ring.room).toBe(0);
});

it('has a selection that is always what a fresh look would find', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 30 }) }),
    fc.record({ older: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ every: fc.integer({ min: 1, max: 4 }) }),
    fc.constant({ clear: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const ring = new Ring(40);
      const selection = new Selection(ring);
      let matches = (_: Entry): boolean => true;
      let next = 0;
      let before = -1;
      for (const one of steps) {
        if ('add' in one) {
          ring.add(some(next, one.add));
          next += one.add;
          selection.update();
        } else if ('older' in one) {
          ring.addOlder(some(before - one.older + 1, one.older));
          before -= one.older;
          selection.reload();
        } else if ('every' in one) {
          matches = ({ n }) => n % one.every === 0;
          selection.choose(matches);
        } else {
          ring.clear();
          selection.reload();
        }
        expect(values(selection.items)).toEqual(values(ring.entries.filter(matches)));
      }
    }),
  );
});

it('tells how much was added and how much fell off', () => {
  const ring = new Ring(20);
  const selection = new Selection(ring);
  selection.choose(({ n }) => n % 2 === 0);
  ring.add(some(0, 20));
  expect(selection.update()).toEqual({ added: 10, dropped: 0 });
  ring.add(some(20, 10));
  expect(selection.update()).toEqual({ added: 5, dropped: 5 });
  expect(selection.update()).toEqual({ added: 0, dropped: 0 });
});
