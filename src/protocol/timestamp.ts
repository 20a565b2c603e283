// Moments as people write them: milliseconds since 1970, or a date and time as ISO 8601 has it.
import { z } from 'zod';

const DATE = z.iso.date();
const DATE_TIME = z.iso.datetime({ offset: true, local: true });

/**
 * Milliseconds since 1970 of `1795189013068`, `2026-11-30`, `2026-11-30T14:05` or `2026-11-30T14:05:00+01:00`; undefined when the
 * text is none. A date alone means its first moment in UTC, a time without a zone is local.
 */
export function parseTimestamp(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, date = '', time] = /^(\S+?)(?:[T ](.*))?$/s.exec(text.trim().toUpperCase()) ?? [];
  const spelled = time === undefined ? date : `${date}T${time.replace(/^(\d\d:\d\d)(?=$|[Z+-])/, '$1:00')}`;
  if (DATE.safeParse(spelled).success || DATE_TIME.safeParse(spelled).success) return Date.parse(spelled);
  return undefined;
}
