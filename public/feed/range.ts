// Which time the feed shows: the last so many minutes, from one moment to another, or all of it. The address holds it.
import { duration, moment } from '../design/format.ts';
import type { Params } from '../live/api.ts';

/** All in milliseconds; what is not there is not bounded. */
export interface Range {
  /** So long before now it begins. */
  readonly ago?: number;
  /** Since 1970, inclusive. */
  readonly since?: number;
  /** Since 1970, exclusive. */
  readonly until?: number;
}

/** What can be chosen with one press: the parameter, and how it is called. */
export const PRESETS: Readonly<Record<string, { readonly short: string; readonly title: string }>> = {
  '15m': { short: '15 min', title: 'Last 15 minutes' },
  '1h': { short: '1 h', title: 'Last hour' },
  '24h': { short: '24 h', title: 'Last 24 hours' },
  '7d': { short: '7 d', title: 'Last 7 days' },
  '': { short: 'All', title: 'All of the log' },
};

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The range that the address asks for: `since=15m`, or `since` and `until` as milliseconds since 1970 or ISO 8601.
 *
 * @throws RangeError for people, when it makes no sense
 */
export function rangeOf(params: URLSearchParams): Range {
  const [from, to] = ['since', 'until'].map(name => params.get(name) ?? '');
  const ago = agoOf(from ?? '');
  const until = momentOf('until', to ?? '');
  if (ago !== undefined) {
    if (until !== undefined) throw new RangeError(`since=${from} goes up to now: leave out until`);
    if (ago === 0) throw new RangeError(`since=${from} is no time at all`);
    return { ago };
  }
  const since = momentOf('since', from ?? '');
  if (since !== undefined && until !== undefined && since >= until)
    throw new RangeError('The range ends before it begins');
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** How long ago `15m`, `1h` or `7d` is, in milliseconds; undefined for anything else. */
export function agoOf(text: string): number | undefined {
  const [, many, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return many === undefined ? undefined : Number(many) * (UNITS[unit] ?? 0);
}

/** The parameters of the address for a range. */
export function paramsOf({ ago, since, until }: Range): Params {
  if (ago === undefined) return spanParams(since, until);
  const preset = Object.keys(PRESETS).find(one => agoOf(one) === ago);
  return { since: preset ?? `${Math.round(ago / 60_000)}m`, until: '' };
}

function momentOf(name: string, text: string): number | undefined {
  if (text === '') return undefined;
  const time = /^\d{1,15}$/.test(text)
    ? Number(text)
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  // Beyond what a date can be.
  if (!(time <= 8.64e15))
    throw new RangeError(`${name}=${text.slice(0, 40)} is no date and time such as 2026-11-30T14:05`);
  return time;
}

/** Where it begins, in milliseconds since 1970; undefined at the beginning of the log. */
export const beginOf = ({ ago, since }: Range, now = Date.now()): number | undefined =>
  ago === undefined ? since : now - ago;

/** Whether nothing new can come into it. */
export const isOver = ({ until }: Range, now = Date.now()): boolean => until !== undefined && until <= now;

/** The parameters of the address for a range from one moment to another. */
export const spanParams = (since: number | undefined, until: number | undefined): Params => ({
  since: since === undefined ? '' : new Date(since).toISOString(),
  until: until === undefined ? '' : new Date(until).toISOString(),
});

/** A range in words. */
export function rangeWords({ ago, since, until }: Range): string {
  if (ago !== undefined) return `the last ${duration(ago)}`;
  if (since === undefined) return until === undefined ? 'all of the log' : `up to ${moment(until)}`;
  return until === undefined ? `from ${moment(since)} on` : `${moment(since)} to ${moment(until)}`;
}
