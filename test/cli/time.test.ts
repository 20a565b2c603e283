// Times and durations as people write and read them.
import { describe, expect, it } from 'vitest';
import { table } from '../../src/cli/text/table.ts';
import { clock, duration, elapsed, parseDuration } from '../../src/cli/text/time.ts';
import { displayWidth } from '../../src/cli/text/width.ts';

describe('durations', () => {
  it('are read', () => {
    expect(['90s', '15m', '2h', '1.5d', '1w', '1h30m'].map(parseDuration)).toEqual([
      90_000, 900_000, 7_200_000, 129_600_000, 604_800_000, 5_400_000,
    ]);
    expect(['', '5', 'm', '-1h', '1y', '2 h', '1h30'].map(parseDuration)).toEqual(Array(7).fill(undefined));
  });

  it('are written', () => {
    expect([0, 59_400, 60_000, 7_800_000, 7_200_000, 360_000_000].map(duration)).toEqual([
      '0s',
      '59s',
      '1m',
      '2h 10m',
      '2h',
      '4d 4h',
    ]);
    expect([12, 1420, 125_000].map(elapsed)).toEqual(['12ms', '1.4s', '2m']);
  });
});

describe('the clock', () => {
  it('shows the date only when it is another day', () => {
    const at = new Date(2026, 10, 21, 9, 5, 7).getTime();
    expect(clock(at, at + 60_000)).toBe('09:05:07');
    expect(clock(at, at + 86_400_000)).toBe('2026-11-21 09:05:07');
    expect(clock(Number.NaN, at)).toBe('--:--:--');
    expect(clock(9e15, at)).toBe('--:--:--');
  });
});

describe('a table', () => {
  it('aligns wide characters too', () => {
    expect(displayWidth('日本👩é')).toBe(7);
    expect(
      table([
        [{ text: '日本' }, { text: 'x' }],
        [{ text: 'abcde' }, { text: 'y' }],
      ]),
    ).toEqual(['日本   x', 'abcde  y']);
  });
});
