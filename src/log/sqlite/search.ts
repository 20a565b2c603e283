// From a filter to the part of it that SQLite can judge: it may let through too much, and never too little.
import { type Filter, onlySession } from '../filter.ts';

/** A condition on `e` (events) and, if `payloads` says so, on `p` (payloads), of which only seqs between ?1 and ?2 are looked at. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
  readonly payloads: boolean;
  /** The only session there can be, whose events are listed. */
  readonly session: string | undefined;
}

/** Beyond these a condition costs more than it saves. */
const MOST = { words: 3, globs: 16 };
/** Longest part of a word that is looked for; it keeps the worst case of LIKE bounded. */
const ANCHOR_MAX = 32;

/** @param sessionEvents where the seqs of a session's events are selected from, see `sessionsIn` */
export function conditionOf(filter: Filter, sessionEvents: string): Condition {
  const { sessions, since, until, words = [], topics } = filter;
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, ...given: (string | number)[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  const session = onlySession(filter);
  if (session !== undefined)
    add(`e.seq IN (SELECT seq FROM ${sessionEvents} WHERE session = ? AND seq > ?1 AND seq < ?2)`, session);
  else if (sessions) add('e.session IN (SELECT value FROM json_each(?))', JSON.stringify([...sessions]));
  if (since !== undefined) add('e.timestamp >= ?', since);
  if (until !== undefined) add('e.timestamp < ?', until);
  if (topics && topics.globs.length <= MOST.globs) {
    const any = topics.globs.map(() => 'e.type GLOB ? OR e.hook GLOB ?').join(' OR ');
    add(`(${any || '0'})`, ...topics.globs.flatMap(glob => [glob, glob]));
  }
  const anchors = words.map(anchorOf).sort((a, b) => weight(b) - weight(a));
  for (const anchor of anchors.slice(0, MOST.words)) {
    if (anchor === 'anything') continue;
    const holds = (column: string): string =>
      anchor === 'not ascii' ? `octet_length(${column}) <> length(${column})` : `${column} LIKE ?`;
    const given = anchor === 'not ascii' ? [] : Array<string>(3).fill(`%${anchor.text}%`);
    add(`(${holds('e.type')} OR ${holds('e.data')} OR ${holds('p.payload')})`, ...given);
  }
  return {
    sql: parts.map(part => ` AND ${part}`).join(''),
    values,
    payloads: parts.some(part => part.includes('p.payload')),
    session,
  };
}

/** What every text with a word in it has in common, as far as SQLite can tell. */
type Anchor = { readonly text: string } | 'not ascii' | 'anything';

const weight = (anchor: Anchor): number =>
  anchor === 'anything' ? -1 : anchor === 'not ascii' ? 0 : anchor.text.length;

/**
 * Stored JSON escapes quotes, backslashes, control characters and halves of surrogate pairs; `%` means something to LIKE,
 * and LIKE knows upper and lower case in ASCII only. What stands between such characters is stored as it is searched for.
 * (`_` means any character to LIKE, itself among them.)
 */
function anchorOf(word: string): Anchor {
  let longest = '';
  let run = '';
  let wide = false;
  for (const character of word) {
    const code = character.codePointAt(0) ?? 0;
    const half = code >= 0xd800 && code <= 0xdfff;
    const cased =
      code > 0x7f && (character.toLowerCase() !== character || character.toUpperCase() !== character);
    wide ||= code > 0x7f && !half;
    run = code < 0x20 || half || cased || '"\\%'.includes(character) ? '' : run + character;
    if (run.length > longest.length && run.length <= ANCHOR_MAX) longest = run;
  }
  if (/[^_]/.test(longest) && (longest.length > 1 || !wide)) return { text: longest };
  return wide ? 'not ascii' : 'anything';
}
