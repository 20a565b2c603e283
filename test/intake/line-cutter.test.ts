// Lines come out whole however their bytes came in, and one that is too long is none.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LINE_MOST, LineCutter } from '../../src/intake/line-cutter.ts';

const line = fc.string({ unit: 'binary', maxLength: 20 }).map(text => text.replaceAll(/[\r\n]/g, ''));

it('any lines, cut anywhere, also within a character', () => {
  fc.assert(
    fc.property(fc.array(line), line, fc.array(fc.nat(400), { maxLength: 20 }), (lines, half, cuts) => {
      const bytes = Buffer.from(`${lines.map(one => `${one}\n`).join('')}${half}`);
      const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
      const cutter = new LineCutter();
      const got = places.flatMap((place, n) => cutter.cut(bytes.subarray(places[n - 1] ?? 0, place)));
      expect(got).toEqual(lines);
      expect(cutter.rest).toBe(Buffer.byteLength(half));
      expect(cutter.end()).toBe(half);
      expect(cutter.rest).toBe(0);
    }),
  );
});

it('one as long as may be is taken, a longer one is none, and the next is taken again', () => {
  const cutter = new LineCutter();
  const longest = 'x'.repeat(LINE_MOST);
  expect(cutter.cut(Buffer.from(`${longest}\n${longest}x\nnext\r\n`))).toEqual([longest, undefined, 'next']);
  for (let n = 0; n < 100; n++) expect(cutter.cut(Buffer.from(longest))).toEqual([]);
  expect(cutter.cut(Buffer.from('\nafter\n'))).toEqual([undefined, 'after']);
});
