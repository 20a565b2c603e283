// Moments as people write them.
import { expect, it } from 'vitest';
import { parseTimestamp } from '../../src/protocol/index.ts';

it.each([
  ['0', 0],
  ['1795189013068', 1_795_189_013_068],
  ['2026-11-30', Date.UTC(2026, 10, 30)],
  ['2026-11-30T14:05Z', Date.UTC(2026, 10, 30, 14, 5)],
  ['2026-11-30t14:05:01z', Date.UTC(2026, 10, 30, 14, 5, 1)],
  [' 2026-11-30 14:05:01.250-01:30 ', Date.UTC(2026, 10, 30, 15, 35, 1, 250)],
  ['2026-11-30T14:05+01:00', Date.UTC(2026, 10, 30, 13, 5)],
  ['2026-11-30T14:05', new Date(2026, 10, 30, 14, 5).getTime()],
  ['2026-11-30 14:05:01', new Date(2026, 10, 30, 14, 5, 1).getTime()],
])('%s', (text, moment) => {
  expect(parseTimestamp(text)).toBe(moment);
});

it.each([
  '',
  '-1',
  '1.5',
  '2h',
  'yesterday',
  '2026-02-30',
  '2026-11-30T',
  '2026-11-30T24:01',
  '2026-11-30T14',
  '2026-11-30T14:05 14:05',
  '30.11.2026',
  '9'.repeat(16),
])('%j is none', text => {
  expect(parseTimestamp(text)).toBeUndefined();
});
