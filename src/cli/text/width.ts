// How wide texts are in a terminal, and what to do with those that are too wide.

/** Wide (East Asian, emoji) and zero-width characters, closely enough; where terminals differ, the wider. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
/** Makes the character before it an emoji. */
const EMOJI_SELECTOR = '\ufe0f';

/** Our own colours, which take no room. */
const COLOURS = /\p{Cc}\[[0-9;]*m/gu;

/** Columns a character takes after one of `before` columns. */
function columnsOf(character: string, before: number): number {
  if (character === EMOJI_SELECTOR) return before === 1 ? 1 : 0;
  if (character >= ' ' && character <= '~') return 1;
  return ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** Terminal columns a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  let last = 0;
  for (const character of text.replace(COLOURS, '')) width += last = columnsOf(character, last);
  return width;
}

/** Text filled up with spaces to a width in terminal columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The beginning of a text that is not wider than so many columns. */
export function beginning(text: string, columns: number): string {
  let width = 0;
  let last = 0;
  let end = 0;
  for (const character of text) {
    width += last = columnsOf(character, last);
    if (width > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The text, at most so many columns wide; what was cut is shown as `…`. */
export function cutTo(text: string, columns: number): string {
  const whole = beginning(text, columns);
  if (whole.length === text.length || columns < 1) return whole;
  return `${beginning(text, columns - 1)}…`;
}

/** The text without its beginning, at most so many columns wide; what was cut is shown as `…`. */
export function cutFront(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const characters = [...text];
  let from = characters.length;
  for (let room = columns - 1; from > 0; from--) {
    room -= displayWidth(characters[from - 1] ?? '');
    if (room < 0) break;
  }
  return `…${characters.slice(from).join('')}`;
}

/** Words on as many lines as they need to be no wider than so many columns; a word that is wider, such as a path, is left whole. */
export function wrap(text: string, columns: number | undefined): string[] {
  return flow(text.split(' '), ' ', columns);
}

/** Parts joined by `between`, on as many lines as they need to be no wider than so many columns; no part is cut. */
export function flow(parts: readonly string[], between: string, columns: number | undefined): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : last + between + part;
    if (last === undefined || (columns !== undefined && displayWidth(longer) > columns)) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
