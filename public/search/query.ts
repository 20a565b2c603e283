// What is looked for: the form, the address and the daemon's query are three ways to write it.

/** Times as one picks them: name → milliseconds back from now. */
export const AGES: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

import { own } from '../design/lookup.ts';
import type { Params } from '../live/api.ts';
import { patternsIn } from '../live/topics.ts';

/** The parameters of `/api/events` for an address; undefined when nothing is looked for. */
export function queryOf(params: URLSearchParams, now = Date.now()): Params | undefined {
  const text = (name: string): string => (params.get(name) ?? '').trim();
  const age = own(AGES, text('since'));
  const query = {
    q: text('q'),
    // The form takes spaces between patterns, the daemon commas.
    topics: patternsIn(text('topics')).join(','),
    sessionId: text('session'),
    since: age === undefined ? momentOf(text('since')) : String(now - age),
    until: momentOf(text('until')),
  };
  return Object.values(query).some(value => value !== undefined && value !== '') ? query : undefined;
}

/** What `<input type="datetime-local">` holds, which is local, as milliseconds since 1970. */
function momentOf(text: string): string | undefined {
  const time = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? undefined : String(time);
}
