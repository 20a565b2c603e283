// What somebody may write after `to`.
import { Name } from '../../protocol/index.ts';

export type Address =
  | { readonly kind: 'name' | 'group' | 'project' | 'room' | 'elsewhere'; readonly what: string }
  /** Every session that lives, but for the one that sends. */
  | { readonly kind: 'all' };

const ROOM = 'room:';
const KINDS = { 'group:': 'group', 'project:': 'project', [ROOM]: 'room' } as const;
/** What is for somebody at a broker. */
const ELSEWHERE = /^mqtt:|@/;

export function parseAddress(to: string): Address {
  if (to === '*') return { kind: 'all' };
  for (const [prefix, kind] of Object.entries(KINDS))
    if (to.startsWith(prefix)) return { kind, what: to.slice(prefix.length) };
  return { kind: ELSEWHERE.test(to) ? 'elsewhere' : 'name', what: to };
}

export const isName = (text: string): boolean => Name.safeParse(text).success;

/** What a room may be called: as a name is, or as the id of a session. */
export const isRoom = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/** Where those in a room are written to, and who they write as. */
export const addressOfRoom = (room: string): string => `${ROOM}${room}`;

/** The room that an address means; undefined for another kind of address. */
export function roomAt(address: string): string | undefined {
  return address.startsWith(ROOM) ? address.slice(ROOM.length) : undefined;
}

/**
 * What a name becomes as that of a queue at brokers that take letters and digits only: `back-end` and `backEnd` are one there. Split at
 * `-`, `_` and blanks, put together in camel case, and only then is the rest dropped, as cbroker does it.
 */
export function queueNameOf(name: string): string {
  const [first = '', ...rest] = name.split(/[-_\s]+/).filter(part => part !== '');
  const lower = first.slice(0, 1).toLowerCase() + first.slice(1);
  const upper = rest.map(part => part.slice(0, 1).toUpperCase() + part.slice(1));
  return [lower, ...upper].join('').replace(/[^A-Za-z0-9]/g, '');
}

/**
 * Whether a folder is meant by a glob: `*` is any part of a name, `**` of a path, `?` a character. One without a slash means the folder's
 * own name.
 */
export function matchesFolder(folder: string, glob: string): boolean {
  const path = folder.replace(/\/+$/, '');
  const subject = glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  const pattern = glob.replace(/\*\*|[*?]|[^\w]/g, part => GLOB[part] ?? `\\${part}`);
  return new RegExp(`^${pattern}$`, 'su').test(subject);
}

const GLOB: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** Folders of which it is remembered whether they fit: their names come from outside. */
const FOLDERS = 500;

/** The same for many folders, again and again. @param glob undefined for all */
export function folderFilter(glob: string | undefined): (folder: string) => boolean {
  const known = new Map<string, boolean>();
  return folder => {
    if (glob === undefined) return true;
    const told = known.get(folder) ?? matchesFolder(folder, glob);
    if (known.size >= FOLDERS) known.clear();
    known.set(folder, told);
    return told;
  };
}
