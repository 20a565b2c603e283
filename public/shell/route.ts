// The address of what is shown: `#/session/<id>?event=17`. Everything one can look at has one, so that Back works.

import type { Params } from '../live/api.ts';

export interface Route {
  readonly view: string;
  readonly id: string;
  readonly params: URLSearchParams;
}

/** The route that a fragment names; whatever it does not understand is the board. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [view = '', id = ''] = path.split('/');
  return { view: view === '' ? 'board' : view, id: decode(id), params: new URLSearchParams(query) };
}

/** The fragment of a route; parameters that are undefined or empty are left out. */
export function href(view: string, id = '', params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const path = [view === 'board' ? '' : view, id].filter(part => part !== '').map(encodeURIComponent);
  return `#/${path.join('/')}${query.size > 0 ? `?${query}` : ''}`;
}

/** The same route with some parameters changed. */
export function withParams({ view, id, params }: Route, changes: Params): string {
  return href(view, id, { ...Object.fromEntries(params), ...changes });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
