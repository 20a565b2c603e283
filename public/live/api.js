// Asks the daemon over HTTP; the login is a cookie, so nothing has to be brought along.

/** The daemon said no, or nothing; `status` is 0 when it did not answer at all. */
export class ApiError extends Error {
  name = 'ApiError';
  status;

  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The JSON at a path of the API; parameters that are undefined or empty are left out.
 *
 * @throws ApiError; or AbortError when the signal says so.
 */
export async function get(path, params = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const url = query.size > 0 ? `${path}?${query}` : path;
  const response = await fetch(url, { signal, headers: { accept: 'application/json' } }).catch(error => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'hookline does not answer');
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  throw new ApiError(response.status, body?.error?.message ?? `hookline answered ${response.status}`);
}

/** A page of the log: `{ events, hasMore }`, ascending. With `before` and no `after` it is the newest before it. */
export const getEvents = (params, signal) => get('/api/events', params, signal);
