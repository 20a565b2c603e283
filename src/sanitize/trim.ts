// Shortens what is too long to keep and drops what nobody reads: long strings, embedded images.

/** Longest string that is kept whole, in bytes of UTF-8. */
export const TRIM_OVER = 64 * 1024;
/** What is kept of a longer one at either end, in bytes. Together with the note under TRIM_OVER, so that trimming twice changes nothing. */
const KEPT = 31 * 1024;

const DROPPED = /^\[dropped \d+ bytes\]$/;
const BASE64 = ';base64,';
const IMAGE_SCHEME = /data:image\/[\w.+-]{1,40}(?:;[\w.=-]{1,40}){0,3}$/i;
/** Longest beginning of a data URL that IMAGE_SCHEME takes. */
const SCHEME_LENGTH = 180;
const NO_BASE64 = /[^A-Za-z0-9+/=_%-]/g;

/** A part of a text that must not be cut in two, and what stands for it. */
export interface Whole {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

/** Finds what a cut at an index would part. */
export type Across = (text: string, cut: number) => Whole | undefined;

export function isLong(text: string): boolean {
  return text.length * 3 > TRIM_OVER && Buffer.byteLength(text) > TRIM_OVER;
}

/**
 * The text, or its head and tail with `[trimmed N bytes]` between when it is over 64 KiB. `finish` makes what is kept of it,
 * and may make it longer: as much is taken of both ends as fits then. Never splits a character, nor what `across` finds.
 */
export function trimText(
  text: string,
  finish: (short: string) => string = short => short,
  across: Across = () => undefined,
): string {
  const whole = isLong(text) ? undefined : finish(text);
  if (whole !== undefined && !isLong(whole)) return whole;
  for (let kept = whole === undefined ? KEPT : KEPT / 2; ; kept /= 2) {
    const short = finish(ends(text, kept, across));
    if (!isLong(short)) return short;
  }
}

function ends(text: string, kept: number, across: Across): string {
  const headCut = headLength(text, kept);
  const tailCut = text.length - tailLength(text, kept);
  const atHead = across(text, headCut);
  const atTail = across(text, tailCut);
  const headEnd = atHead && atHead.start < headCut ? Math.max(atHead.end, headCut) : headCut;
  const tailStart = atTail ? Math.min(atTail.start, tailCut) : tailCut;
  // One thing reaches from end to end; it will be short.
  if (headEnd >= tailStart) return text;
  const head = atHead ? replaced(text, 0, headEnd, atHead) : text.slice(0, headEnd);
  const tail = atTail ? replaced(text, tailStart, text.length, atTail) : text.slice(tailStart);
  return `${head}[trimmed ${Buffer.byteLength(text.slice(headEnd, tailStart))} bytes]${tail}`;
}

/** A part of the text with what stands for something in it; all of the text of a cut that lies before it. */
function replaced(text: string, from: number, to: number, { start, end, instead }: Whole): string {
  return start >= to ? text.slice(from, to) : text.slice(from, start) + instead + text.slice(end, to);
}

/** What stands in for a string that is dropped: its size. */
export function dropped(text: string): string {
  return text === '' || DROPPED.test(text) ? text : droppedBytes(Buffer.byteLength(text));
}

function droppedBytes(bytes: number): string {
  return `[dropped ${bytes} bytes]`;
}

/** The text without the base64 of the images in it, of as many as `most`. */
export function dropImages(text: string, most = Number.POSITIVE_INFINITY): string {
  let out = '';
  let copied = 0;
  let looks = 0;
  for (let at = text.indexOf(BASE64); at >= 0 && looks < most; at = text.indexOf(BASE64, at + 1)) {
    looks++;
    const start = at + BASE64.length;
    if (!IMAGE_SCHEME.test(text.slice(Math.max(copied, at - SCHEME_LENGTH), at))) continue;
    NO_BASE64.lastIndex = start;
    const end = NO_BASE64.exec(text)?.index ?? text.length;
    if (end === start) continue;
    out += text.slice(copied, start) + droppedBytes(end - start);
    copied = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** UTF-16 units at the start that fit into so many bytes. */
function headLength(text: string, most: number): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0;
    bytes += utf8Length(point);
    if (bytes > most) break;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

/** UTF-16 units at the end that fit into so many bytes. */
function tailLength(text: string, most: number): number {
  let bytes = 0;
  let index = text.length;
  while (index > 0) {
    const pair = index > 1 && (text.codePointAt(index - 2) ?? 0) > 0xffff;
    const start = index - (pair ? 2 : 1);
    bytes += utf8Length(text.codePointAt(start) ?? 0);
    if (bytes > most) break;
    index = start;
  }
  return text.length - index;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point > 0xffff ? 4 : 3;
}
