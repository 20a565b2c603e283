// How the calls of a session went, tool by tool.
import { expect, it } from 'vitest';
import { byTool } from '../../../public/session/by-tool.ts';
import type { CallItem } from '../../../public/session/items.ts';
import { placeFor } from '../../../public/session/place.ts';

let made = 0;
const call = (tool: string, ms?: number, more: Partial<CallItem> = {}): CallItem => ({
  ...{ kind: 'call', id: `c${++made}`, tool, what: '', at: made, seq: made, version: 0, lane: '' },
  ...(ms === undefined ? { ended: undefined } : { ended: made + ms, ms, ok: true }),
  ...more,
});

it('counts calls and failures, and finds those that took longest', () => {
  const calls = [
    ...[call('Read', 5), call('Read', 9), call('Read')],
    ...[call('Bash', 70, { ok: false }), call('Bash', 900, { ok: false, interrupted: true })],
  ];
  const { rows, slowest } = byTool(calls);
  expect(
    rows.map(({ tool, calls: all, failed, ms, slowest: one }) => [tool, all, failed, ms, one?.ms]),
  ).toEqual([
    ['Read', 3, 0, 14, 9],
    ['Bash', 2, 1, 970, 900],
  ]);
  expect(slowest.map(({ ms }) => ms)).toEqual([900, 70, 9, 5]);
});

it('of many calls lists a few, the slowest first', () => {
  const calls = Array.from({ length: 1000 }, (_, index) => call('Bash', (index * 37) % 1000));
  expect(byTool(calls).slowest.map(({ ms }) => ms)).toEqual([999, 998, 997, 996, 995, 994, 993, 992]);
  expect(byTool([])).toEqual({ rows: [], slowest: [] });
});

it('the place of something in a sorted list is after what is the same', () => {
  for (const [one, at] of [
    [0, 0],
    [1, 1],
    [2, 3],
    [9, 4],
  ] as const)
    expect(placeFor([1, 2, 2, 3], item => item > one)).toBe(at);
  expect(placeFor([], () => true)).toBe(0);
});
