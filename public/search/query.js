// What is looked for: the form, the address and the daemon's query are three ways to write it.

/** Times as one picks them: name → milliseconds back from now. */
export const AGES = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

/** The parameters of `/api/events` for an address; undefined when nothing is looked for. */
export function queryOf(params, now = Date.now()) {
  const text = name => (params.get(name) ?? '').trim();
  const age = AGES[text('since')];
  const query = {
    q: text('q'),
    // The form takes spaces between patterns, the daemon commas.
    topics: text('topics')
      .split(/[\s,]+(?![^{}]*\})/)
      .join(','),
    sessionId: text('session'),
    since: age === undefined ? momentOf(text('since')) : String(now - age),
    until: momentOf(text('until')),
  };
  return Object.values(query).some(value => value !== undefined && value !== '') ? query : undefined;
}

/** What `<input type="datetime-local">` holds, which is local, as milliseconds since 1970. */
function momentOf(text) {
  const time = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? undefined : String(time);
}
