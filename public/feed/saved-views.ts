// Views of the feed that somebody saved under a name: filter and time. They are kept in this browser.
import { keep, kept } from '../design/kept.ts';
import { field } from '../design/lookup.ts';

export interface SavedView {
  readonly name: string;
  /** The parameters of its address; a time such as `since=1h` stays what it is: the last hour, whenever it is opened. */
  readonly query: string;
}

/** Of an address, what a view is made of. */
const PARTS = ['topics', 'q', 'session', 'all', 'since', 'until'];
const MOST = 50;
const KEY = 'feed-views';

/** What of an address is the view, always in the same order. */
export function viewOf(params: URLSearchParams): string {
  const given = PARTS.map(name => [name, params.get(name) ?? ''] as const).filter(
    ([, value]) => value !== '',
  );
  return String(new URLSearchParams(given.map(([name, value]) => [name, value])));
}

export const hrefOf = ({ query }: SavedView): string => `#/feed${query === '' ? '' : `?${query}`}`;

/** By name. What somebody else has put there is left out. */
export function savedViews(): SavedView[] {
  try {
    const list: unknown = JSON.parse(kept(KEY) ?? '[]');
    return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
      const [name, query] = [field(one, 'name'), field(one, 'query')];
      return typeof name === 'string' && typeof query === 'string' ? [{ name, query }] : [];
    });
  } catch {
    return [];
  }
}

/** Saves a view; one of that name is replaced, and the oldest go when there are too many. */
export function saveView({ name, query }: SavedView): void {
  const others = savedViews().filter(one => one.name !== name);
  write([...others.slice(Math.max(0, others.length - MOST + 1)), { name, query }]);
}

export function deleteView(name: string): void {
  write(savedViews().filter(one => one.name !== name));
}

/** Gives a view another name; one that has it already goes. */
export function renameView(name: string, to: string): void {
  write(
    savedViews()
      .filter(one => one.name !== to || to === name)
      .map(one => (one.name === name ? { ...one, name: to } : one)),
  );
}

const write = (views: readonly SavedView[]): void =>
  keep(
    KEY,
    views.length === 0 ? undefined : JSON.stringify(views.toSorted((a, b) => a.name.localeCompare(b.name))),
  );
