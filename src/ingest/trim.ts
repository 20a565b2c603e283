// Shortens what is too long to keep and drops what nobody reads: long strings, embedded images.

/** Longest string that is kept whole, in bytes of UTF-8. */
export const TRIM_OVER = 64 * 1024;
/** What is kept of a longer one at either end, in bytes. Together with the note under TRIM_OVER, so that trimming twice changes nothing. */
const KEPT = 31 * 1024;

const DROPPED = /^\[dropped \d+ bytes\]$/;
const IMAGE_URL = /(data:image\/[\w.+-]{1,40}(?:;[\w.=-]{1,40}){0,3};base64,)([A-Za-z0-9+/=_%-]+)/gi;

/** The text, or its head and tail with `[trimmed N bytes]` between when it is over 64 KiB. Never splits a character. */
export function trimText(text: string): string {
  if (text.length * 3 <= TRIM_OVER) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= TRIM_OVER) return text;
  const head = text.slice(0, headLength(text));
  const tail = text.slice(text.length - tailLength(text));
  const trimmed = bytes - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return `${head}[trimmed ${trimmed} bytes]${tail}`;
}

/** What stands in for a string that is dropped: its size. */
export function dropped(text: string): string {
  return text === '' || DROPPED.test(text) ? text : `[dropped ${Buffer.byteLength(text)} bytes]`;
}

/** The text without the base64 of the images in it. */
export function dropImages(text: string): string {
  if (!text.includes(';base64,')) return text;
  return text.replace(IMAGE_URL, (_, scheme: string, image: string) => scheme + dropped(image));
}

/** UTF-16 units at the start that fit into KEPT bytes. */
function headLength(text: string): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0;
    bytes += utf8Length(point);
    if (bytes > KEPT) break;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

/** UTF-16 units at the end that fit into KEPT bytes. */
function tailLength(text: string): number {
  let bytes = 0;
  let index = text.length;
  while (index > 0) {
    const pair = index > 1 && (text.codePointAt(index - 2) ?? 0) > 0xffff;
    const start = index - (pair ? 2 : 1);
    bytes += utf8Length(text.codePointAt(start) ?? 0);
    if (bytes > KEPT) break;
    index = start;
  }
  return text.length - index;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point > 0xffff ? 4 : 3;
}
