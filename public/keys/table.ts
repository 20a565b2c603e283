// The keys of the page and what they do: read when one is pressed, and shown in the help.

/** Where `g` and a further key lead. */
export interface Place {
  readonly key: string;
  readonly title: string;
  readonly href: string;
}

export const PLACES: readonly Place[] = [
  { key: 'b', title: 'Sessions', href: '#/' },
  { key: 'f', title: 'Feed', href: '#/feed' },
  { key: 'i', title: 'Inbox', href: '#/inbox' },
  { key: 's', title: 'Search', href: '#/search' },
  { key: 'u', title: 'Usage', href: '#/usage' },
  { key: 't', title: 'Stats', href: '#/stats' },
  { key: 'd', title: 'Docs', href: '/docs' },
];

/** What a key can do besides. */
export type Deed = 'help' | 'search' | 'next' | 'previous';

export const DEEDS: Readonly<Record<string, Deed>> = {
  '?': 'help',
  '/': 'search',
  j: 'next',
  k: 'previous',
};

/** Keys that belong together, under a heading. */
export interface Chapter {
  readonly title: string;
  /** Several keys of a row are pressed one after the other; several rows of keys do the same. */
  readonly rows: readonly { readonly keys: readonly (readonly string[])[]; readonly does: string }[];
}

/** The key that opens the palette, as this machine writes it. */
export const paletteKey = (isMac: boolean): string => (isMac ? '⌘ K' : 'Ctrl K');

/** All of it, for people. */
export const chapters = (isMac: boolean): Chapter[] => [
  {
    title: 'Anywhere',
    rows: [
      { keys: [[paletteKey(isMac)]], does: 'Everything by its name: sessions, views, what can be done' },
      { keys: [['?']], does: 'These keys' },
      { keys: [['/']], does: 'To the filter of the view, or to the search' },
      { keys: [['j'], ['k']], does: 'The next in a list, and the one before' },
      { keys: [['Enter']], does: 'Opens it' },
      { keys: [['Esc']], does: 'Closes what lies beside or over the view' },
    ],
  },
  { title: 'Go to', rows: PLACES.map(({ key, title }) => ({ keys: [['g', key]], does: title })) },
  {
    title: 'What a session asks',
    rows: [
      { keys: [['a']], does: 'Allows the request that shows this key' },
      { keys: [['d']], does: 'Denies it' },
    ],
  },
  {
    title: 'Beside the view',
    rows: [{ keys: [['j'], ['k']], does: 'The event after, and the one before' }],
  },
];
