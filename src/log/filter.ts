// What a search is about, and whether a record is one that it is about.
import { fold } from '../protocol/index.ts';
import type { LogRecord } from './record.ts';

/** Everything that is given must hold; an empty filter is true of every record. */
export interface Filter {
  readonly sessions?: ReadonlySet<string>;
  /** Not before this time, in milliseconds since 1970. Times do not follow the seq: what is told late carries its own. */
  readonly since?: number;
  /** Before this time, in milliseconds since 1970. */
  readonly until?: number;
  /** Folded words (`splitWords`), each of which occurs in the type, in the data or in the payload, as a person reads them. */
  readonly words?: readonly string[];
  readonly topics?: TopicFilter;
}

/** One that can be judged without a look into the data. */
export type WordlessFilter = Omit<Filter, 'words'>;

/** What topics say of a record. */
export interface About {
  readonly type: string;
  readonly hook?: { readonly topic: string } | undefined;
}

export interface TopicFilter {
  /** What the type or the hook's topic of all that `match` takes looks like, roughly: `*` stands for any text. */
  readonly globs: readonly string[];
  readonly match: (about: About) => boolean;
}

/** The session that all records of a filter belong to, if it names a single one. */
export function onlySession({ sessions }: Filter): string | undefined {
  const [session] = sessions?.size === 1 ? sessions : [];
  return session;
}

export function matches(record: LogRecord, { sessions, since, until, words, topics }: Filter): boolean {
  if (sessions && !sessions.has(record.sessionId)) return false;
  if (since !== undefined && record.timestamp < since) return false;
  if (until !== undefined && record.timestamp >= until) return false;
  if (topics && !topics.match(record)) return false;
  return words === undefined || words.length === 0 || mentions(record, words);
}

function mentions({ type, data, hook }: LogRecord, words: readonly string[]): boolean {
  const seen = fold(`${type} ${unescaped(data)}`);
  const missing = words.filter(word => !seen.includes(word));
  if (missing.length === 0) return true;
  if (!hook) return false;
  // The payload may have to be fetched, so it comes last.
  const payload = fold(unescaped(hook.payload));
  return missing.every(word => payload.includes(word));
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** JSON text with its escapes undone: `say \"hi\"` reads as it was said. */
function unescaped(json: string): string {
  if (!json.includes('\\')) return json;
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, character = '') =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
