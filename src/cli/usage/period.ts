// The time that a report is about: today, this week, or what was typed after `--since` and `--until`.
import { UsageError } from '../failure.ts';
import { dayOf, midnight } from '../local-day.ts';
import { parseMoment } from '../when.ts';

/** Local days, both included; everything there is when left out. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
}

/** From when and until when, in milliseconds since 1970; the end is not in it. */
export interface Range {
  readonly since?: number;
  readonly until?: number;
}

/** Today, where this runs. */
export function today(now: number): Period {
  const day = dayOf(new Date(now));
  return { from: day, to: day };
}

/** From Monday on. */
export function thisWeek(now: number): Period {
  const at = new Date(now);
  const monday = new Date(at.getFullYear(), at.getMonth(), at.getDate() - ((at.getDay() + 6) % 7));
  return { from: dayOf(monday), to: dayOf(at) };
}

/** The same as moments: from the first midnight to the one after the last day. */
export function rangeOf({ from, to }: Period): Range {
  return {
    ...(from === undefined ? {} : { since: midnight(from, 0) }),
    ...(to === undefined ? {} : { until: midnight(to, 1) }),
  };
}

/** What was typed. @throws UsageError */
export function rangeTyped(since: string | undefined, until: string | undefined, now: number): Range {
  const range = {
    ...(since === undefined ? {} : { since: parseMoment('--since', since, now) }),
    ...(until === undefined ? {} : { until: parseMoment('--until', until, now) }),
  };
  if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
    throw new UsageError('--since is not before --until, so that there is nothing between them');
  return range;
}
