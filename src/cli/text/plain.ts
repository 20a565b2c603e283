// Makes text that others wrote safe for a terminal: event data is hostile until proven otherwise.
import { beginning, cutTo } from './width.ts';

/**
 * Escape sequences with all they carry: CSI, the string kinds (OSC, DCS, SOS, PM, APC) with their terminator, and short ones.
 * No alternative can run past the start of the next sequence, which keeps the match linear.
 */
const SEQUENCES = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]',
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x90-\\x9f\\n]*(?:\\x07|\\x1b\\\\|\\x9c)',
    '\\x1b[ -/]+[0-~]',
    '\\x1b[0-~]',
  ].join('|'),
  'g',
);

/** Characters that end a line or stand for a space. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** What a terminal might still act on: C0, DEL and C1, what reorders text (bidi), and what hides in it. */
const CONTROLS =
  /[\p{Cc}\p{Bidi_Control}\u00ad\u200b\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text on one line without anything a terminal would handle; line breaks and tabs become a space. */
export function plain(text: string): string {
  return text.replace(SEQUENCES, '').replace(BREAKS, ' ').replace(CONTROLS, '');
}

/** The same for a text of several lines: their ends and tabs stay. */
export function plainText(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, plain);
}

/** Text on one line, at most so many columns wide; what was cut is shown as `…`. */
export function plainShort(text: string, columns: number): string {
  // Cutting first keeps a megabyte of somebody's output from being searched for a line of eighty characters.
  const looked = text.slice(0, columns * 4 + 256);
  const safe = plain(looked).replace(/ {2,}/g, ' ').trim();
  return looked.length === text.length ? cutTo(safe, columns) : `${beginning(safe, columns - 1)}…`;
}

/** JSON on one line in which every character a terminal might act on is escaped; it still parses to the same value. */
export function jsonLine(value: unknown): string {
  return terminalSafe(JSON.stringify(value));
}

/** The same for lines of JSON that are text already. */
export function terminalSafe(json: string): string {
  return json.replace(CONTROLS, found =>
    found === '\n'
      ? found
      : Array.from({ length: found.length }, (_, index) => unicodeEscape(found.charCodeAt(index))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
