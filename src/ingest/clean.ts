// What every value goes through before it is stored or sent: secrets out, long strings trimmed, depth bounded.
import type { JsonObject } from './json.ts';
import { redactionOf, redactText } from './redact.ts';
import { TELLING_NAME } from './secrets.ts';
import { dropImages, dropped, trimText } from './trim.ts';

export interface CleanerOptions {
  /** Replace secrets in well-known formats. Default true. */
  readonly redact?: boolean;
  /** Trim strings over 64 KiB, drop `originalFile` of tool responses and base64 images. Default true. */
  readonly trim?: boolean;
  /** The daemon's own tokens as they are now: replaced wherever they occur, even with `redact: false`. Default none. */
  readonly ownTokens?: () => readonly string[];
}

/** Cleans a JSON value. Gives back the same object when there was nothing to do; cleaning twice changes nothing. */
export type Cleaner = <T>(value: T) => T;

/** Objects nested deeper are cut, with a note; keeps whoever walks or prints an event off the end of the stack. */
export const DEEPEST = 64;

/** Where in the value the walk is, as far as it matters. */
interface Place {
  readonly depth: number;
  /** The name the value goes by, through arrays. */
  readonly name: string;
  /** Within a tool's response. */
  readonly response: boolean;
  /** The part of an image block that holds its bytes. */
  readonly image: boolean;
}

const TOP: Place = { depth: 0, name: '', response: false, image: false };
const RESPONSES: ReadonlySet<string> = new Set(['tool_response', 'response', 'toolUseResult']);
const FILE_BEFORE_EDIT: ReadonlySet<string> = new Set(['originalFile', 'original_file']);
const IMAGE_BYTES: ReadonlySet<string> = new Set(['data', 'base64']);
const IMAGE_PARTS: ReadonlySet<string> = new Set(['source', 'file']);

export function makeCleaner({ redact = true, trim = true, ownTokens }: CleanerOptions = {}): Cleaner {
  const tokens = ownTokens ?? (() => []);

  function cleanText(text: string, name: string): string {
    let out = trim ? dropImages(text) : text;
    for (const token of tokens()) {
      if (token !== '' && out.includes(token))
        out = out.replaceAll(token, redactionOf('hookline-token', token));
    }
    if (redact) out = redactUnder(name, out);
    if (!trim) return out;
    // A cut can leave what looks like another secret, so what was trimmed is looked at again.
    const short = trimText(out);
    return short !== out && redact ? redactText(short) : short;
  }

  function cleanValue(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return cleanText(value, place.name);
    if (typeof value !== 'object' || value === null) return value;
    if (place.depth >= DEEPEST) return `[cut: nested deeper than ${DEEPEST} levels]`;
    return Array.isArray(value) ? cleanArray(value, place) : cleanObject(value as JsonObject, place);
  }

  function cleanArray(items: readonly unknown[], place: Place): readonly unknown[] {
    const inside = { ...place, depth: place.depth + 1 };
    let out: unknown[] | undefined;
    for (const [index, item] of items.entries()) {
      const clean = cleanValue(item, inside);
      if (!out && clean !== item) out = items.slice(0, index);
      out?.push(clean);
    }
    return out ?? items;
  }

  function cleanObject(object: JsonObject, place: Place): JsonObject {
    const image = object['type'] === 'image';
    const keys = Object.keys(object);
    let out: Record<string, unknown> | undefined;
    for (const [index, key] of keys.entries()) {
      const value = object[key];
      // An own `__proto__` would become a prototype as soon as someone copies the object by assignment.
      const cleanKey = key === '__proto__' ? undefined : cleanText(key, '');
      let clean = value;
      if (typeof value === 'string') {
        clean =
          trim && isUnwanted(object, key, place) ? dropped(value) : cleanText(value, nameOf(object, key));
      } else if (typeof value === 'object' && value !== null) {
        clean = cleanValue(value, {
          depth: place.depth + 1,
          name: nameOf(object, key),
          response: place.response || RESPONSES.has(key),
          image: image && IMAGE_PARTS.has(key),
        });
      }
      if (!out && (cleanKey !== key || clean !== value)) {
        out = {};
        for (const earlier of keys.slice(0, index)) out[earlier] = object[earlier];
      }
      if (out && cleanKey !== undefined) out[cleanKey] = clean;
    }
    return out ?? object;
  }

  return <T>(value: T): T => cleanValue(value, TOP) as T;
}

/** A string that is dropped whole: the bytes of an image, or a file as it was before an edit. */
function isUnwanted(object: JsonObject, key: string, place: Place): boolean {
  if (IMAGE_BYTES.has(key)) return place.image || object['type'] === 'image';
  if (key === 'stdout') return object['isImage'] === true;
  return place.response && FILE_BEFORE_EDIT.has(key);
}

/** The name a value goes by: its key, or the name beside it in `{name: 'Authorization', value: '...'}`. */
function nameOf(object: JsonObject, key: string): string {
  const name = key === 'value' ? object['name'] : undefined;
  return typeof name === 'string' ? name : key;
}

/** Redacts a value together with the name that makes it a secret. */
function redactUnder(name: string, text: string): string {
  if (!TELLING_NAME.test(name)) return redactText(text);
  const named = `${name}: `;
  const both = redactText(named + text);
  return both.startsWith(named) ? both.slice(named.length) : redactText(text);
}
