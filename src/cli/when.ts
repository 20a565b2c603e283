// A place in the log as it is typed after `--since` and `--until`: a seq, a time ago, a day, or a date and time.
import { parseTimestamp } from '../protocol/index.ts';
import { UsageError } from './failure.ts';
import { isDay, midnight } from './local-day.ts';
import { parseDuration } from './text/time.ts';

/** A seq, a number of milliseconds ago, or milliseconds since 1970. */
export type When = { readonly seq: number } | { readonly agoMs: number } | { readonly at: number };

/** What may be typed, for the help; the second where a seq means nothing. */
export const WHEN = '<seq|duration|day|time>';
export const MOMENT = '<duration|day|time>';
/** What `--until` means where a seq may be typed. */
export const UNTIL =
  'Up to this seq, at least that long ago, up to the end of this day, or before this time.';

/** A day counts whole, as it is here. @throws UsageError, naming the option, for anything else. */
export function parseWhen(option: '--since' | '--until', text: string): When {
  const when = read(option, text);
  if (when !== undefined) return when;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}, but it must be a seq such as 120, a time ago such as 90s, 15m, 2h or 1d, a day such as 2026-11-30, or a time such as 2026-11-30T14:05`,
  );
}

/** The same where a seq means nothing: milliseconds since 1970. @throws UsageError */
export function parseMoment(option: '--since' | '--until', text: string, now: number): number {
  const when = read(option, text);
  const at = when && momentOf(when, now);
  if (at !== undefined) return at;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}, but it must be a day such as 2026-11-20, a time ago such as 90m, 2h or 7d, or a time such as 2026-11-30T14:05`,
  );
}

function read(option: '--since' | '--until', text: string): When | undefined {
  if (isDay(text)) return { at: midnight(text, option === '--since' ? 0 : 1) };
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return { agoMs };
  const at = parseTimestamp(text);
  return at === undefined ? undefined : { at };
}

/** The moment in milliseconds since 1970; undefined for a seq. */
export function momentOf(when: When, now: number): number | undefined {
  if ('seq' in when) return undefined;
  return 'at' in when ? when.at : Math.floor(now - when.agoMs);
}

/**
 * The parameters of `/api/events` for a span. Spans that share an end share no event: `since` begins after a seq and with a time,
 * `until` ends with a seq and before a time.
 */
export function spanOf(
  since: When | undefined,
  until: When | undefined,
  now: number,
): Record<string, string> {
  const span: Record<string, number> = {};
  if (since && 'seq' in since) span['after'] = since.seq;
  else if (since) span['since'] = momentOf(since, now) ?? 0;
  if (until && 'seq' in until) span['before'] = until.seq + 1;
  else if (until) span['until'] = momentOf(until, now) ?? 0;
  return Object.fromEntries(Object.entries(span).map(([key, value]) => [key, String(Math.max(0, value))]));
}
