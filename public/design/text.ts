// Makes text of other people's making fit to be shown: in one line, with nothing in it that hides or reorders the rest.

import { visible } from '../../src/story/words.ts';

export { visible };

/** Longest text put into one line of a page, in characters; the rest is in the event itself. */
const LINE = 300;

/** Any value as text; what is no string, as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : (JSON.stringify(value) ?? '');
}

/** Any value as one line of visible text. */
export function line(value: unknown, longest = LINE): string {
  const text = textOf(value);
  // A lone half of a character at the cut would be shown as a box.
  const flat = visible(
    text
      .slice(0, 4 * longest)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return flat.length > longest ? `${cut(flat, longest)}…` : flat;
}

/** Words of a person or an agent as one line, without the marks that Markdown puts on them. */
export function prose(value: unknown, longest = LINE): string {
  const text = textOf(value).slice(0, 8 * longest);
  return line(
    text
      .replace(/^```.*$/gm, '')
      .replace(/^#{1,6} +/gm, '')
      .replace(/^\|[-:| ]+\|$/gm, '')
      .replace(/!?\[([^[\]\n]+)\]\([^()\s]+\)/g, '$1')
      .replace(/\*\*(?=\S)([^*\n]*[^*\s])\*\*/g, '$1')
      .replace(/`([^`\n]+)`/g, '$1'),
    longest,
  );
}

/** The beginning of a text, not ending within a character. */
export function cut(text: string, length: number): string {
  const half = text.charCodeAt(length - 1);
  return text.slice(0, half >= 0xd800 && half <= 0xdbff ? length - 1 : length);
}

/** Parts that are not empty, with a dot between them. */
export const join = (...parts: (string | undefined)[]): string =>
  parts.filter(part => part !== '' && part !== undefined).join(' · ');

/** The last part of a path, which is what people call a project. */
export const baseName = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
