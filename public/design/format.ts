// Numbers and times as people read them.

import type { UsageTotals } from '../../src/protocol/index.ts';
import { costOf } from '../../src/protocol/spent.ts';
import { count, duration } from '../../src/story/words.ts';

export { count, duration };

/** Milliseconds as a clock that runs: `0:07`, `12:30`, `1:02:03`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits);
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** How long it has been so, in whole units that do not jitter: `now`, `5 s`, `3 min`. */
export const span = (ms: number): string =>
  ms < 2000 ? 'now' : duration(Math.round(ms / 1000) * 1000).replace('.0', '');

/** How long ago. */
export const ago = (ms: number): string => (ms < 2000 ? 'just now' : `${span(ms)} ago`);

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A clock time in the reader's own time zone. */
export function clock(timestamp: number): string {
  const at = new Date(timestamp);
  return Number.isNaN(at.getTime())
    ? '--:--:--'
    : [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day: `16 Nov`, with the year when it is not this one. */
export function day(timestamp: number, now = Date.now()): string {
  const at = new Date(timestamp);
  if (Number.isNaN(at.getTime())) return '?';
  const year = at.getFullYear() === new Date(now).getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year}`;
}

/** A clock time, with the day when it is not today. */
export function moment(timestamp: number, now = Date.now()): string {
  const sameDay = new Date(timestamp).toDateString() === new Date(now).toDateString();
  return sameDay ? clock(timestamp) : `${day(timestamp, now)}, ${clock(timestamp)}`;
}

export const plural = (number: number, word: string, words = `${word}s`): string =>
  `${count(number)} ${number === 1 ? word : words}`;

/** A number in three digits or so: `950`, `12.3k`, `4.1M`. */
export function short(value: number): string {
  if (value < 1000) return String(Math.round(value));
  const [unit, by] =
    value < 999_500
      ? (['k', 1e3] as const)
      : value < 999_500_000
        ? (['M', 1e6] as const)
        : (['G', 1e9] as const);
  const scaled = value / by;
  return `${scaled < 99.95 ? scaled.toFixed(1).replace('.0', '') : Math.round(scaled)}${unit}`;
}

/** What a use cost: `$0.42`, and `~$0.42` as long as that is an estimate; empty when nobody knows. */
export function cost(used: Pick<UsageTotals, 'costUsd' | 'costEstimateUsd'>): string {
  const usd = costOf(used);
  return usd === undefined ? '' : `${used.costEstimateUsd === undefined ? '' : '~'}${money(usd)}`;
}

/** US dollars: `$0.0042`, `$0.42`, `$12.30`, `$1,204`. */
export function money(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.01) return `$${usd.toFixed(4)}`;
  return usd < 1000 ? `$${usd.toFixed(2)}` : `$${count(usd)}`;
}
