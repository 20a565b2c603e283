// Parses JSON from outside in bounded time: what is nobody's payload (a million keys, a million brackets deep) is cut down before it is parsed.
import { finish, type Steps } from './steps.ts';
import { TRIM_OVER } from './trim.ts';

/** Text up to so many bytes is parsed as it is: nothing in it can take long. */
const HARMLESS = 64 * 1024;
/** Most keys and items that are kept. */
const VALUES = 50_000;
/** Most bytes that are kept, each string counted for what trimming leaves of it. */
const BYTES = 2 * 1024 * 1024;
/** What is nested deeper is left out; the cleaner cuts much earlier, and says so. */
const DEEPEST = 128;
/** Members of the outermost object that are kept whatever there was before them: who sent it and what it is should not get lost. */
const SPARE = { members: 100, bytes: 1024 };

/** Bytes looked at in one step. */
const STEP = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NOTHING = Buffer.from('null');

/**
 * The value of a JSON text. Where it has more in it than anybody sends, the rest of the lists and objects it is in is left
 * out, with its number noted: `"[dropped 7 items]"`, `"[dropped]": "[dropped 7 keys]"`.
 *
 * @throws SyntaxError
 */
export function parseJson(json: string | Buffer): unknown {
  return finish(parsing(json));
}

/** The same in steps, the longest of which takes some milliseconds for each megabyte. */
export function* parsing(json: string | Buffer): Steps<unknown> {
  if (json.length <= HARMLESS) return JSON.parse(json.toString());
  const bytes = yield* bounded(typeof json === 'string' ? Buffer.from(json) : json);
  yield;
  const text = bytes.toString();
  yield;
  return JSON.parse(text);
}

/** The text without what is too much; the same bytes where there is nothing. One pass, and no judgement of what is left out. */
function* bounded(json: Buffer): Steps<Buffer> {
  const pieces: Buffer[] = [];
  /** How far it was taken over or left out. */
  let done = 0;
  const leaveOut = (from: number, to: number, instead?: Buffer): void => {
    if (from > done) pieces.push(json.subarray(done, from));
    if (instead) pieces.push(instead);
    done = to;
  };
  /** What closes the lists and objects that are open. */
  const open: number[] = [];
  let values = VALUES;
  let bytes = BYTES;
  let spare = SPARE.members;
  let breakAt = STEP;
  for (let at = 0; at < json.length; at++) {
    if (at >= breakAt) {
      breakAt = at + STEP;
      yield;
    }
    const byte = json[at];
    if (byte === QUOTE) {
      const end = endOfString(json, at);
      bytes -= Math.min(end - at, TRIM_OVER);
      at = end - 1;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values--;
      if (open.length < DEEPEST) {
        open.push(byte === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT);
        continue;
      }
      const end = endOfItem(json, at);
      leaveOut(at, end, NOTHING);
      at = end - 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      open.pop();
    } else if (byte === COMMA) {
      values--;
      if (values > 0 && bytes > 0) continue;
      let dropped = 0;
      while (json[at] === COMMA) {
        const end = endOfItem(json, at + 1);
        if (open.length === 1 && spare > 0 && end - at <= SPARE.bytes) spare--;
        else {
          dropped++;
          leaveOut(at, end);
        }
        at = end;
        if (at < breakAt) continue;
        breakAt = at + STEP;
        yield;
      }
      if (dropped > 0) leaveOut(at, at, note(dropped, open.at(-1) === CLOSE_OBJECT));
      at--;
    } else bytes--;
  }
  if (pieces.length === 0) return json;
  leaveOut(json.length, json.length);
  return Buffer.concat(pieces);
}

function note(dropped: number, inObject: boolean): Buffer {
  return Buffer.from(inObject ? `,"[dropped]":"[dropped ${dropped} keys]"` : `,"[dropped ${dropped} items]"`);
}

/** The index after the string that begins at `start`. */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return json.length;
}

/** The index of the comma or bracket after the item, or the member of an object, that begins at `start`. */
function endOfItem(json: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at) - 1;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT)) return at;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return json.length;
}
