// What every value goes through before it is stored or sent: secrets out, long strings trimmed, depth bounded.
import type { JsonObject } from '../json.ts';
import { redactionOf, redactText, secretAcross } from './redact.ts';
import { TELLING_NAME } from './secret-patterns.ts';
import { finish, type Steps } from './steps.ts';
import { dropImages, dropped, isLong, trimText } from './trim.ts';

export interface SanitizerOptions {
  /** Replace secrets in well-known formats. Default true. */
  readonly redact?: boolean;
  /** Trim strings over 64 KiB, drop `originalFile` of tool responses and base64 images. Default true. */
  readonly trim?: boolean;
  /** The daemon's own tokens as they are now: replaced wherever they occur, even with `redact: false`. Default none. */
  readonly ownTokens?: () => readonly string[];
}

/** Cleans a JSON value. Gives back the same object when there was nothing to do; cleaning twice changes nothing. */
export interface Sanitizer {
  <T>(value: T): T;
  /** The same, a little at a time. */
  inSteps<T>(value: T): Steps<T>;
}

/** The form of the tokens that are made for others, of which only digests are known: replaced wherever they occur, as the daemon's own. */
const MADE = { prefix: 'hkl_', token: /hkl_[0-9a-f]{64}/g };

/** Characters that one step cleans, or one text that has more; a key or an item counts for some as well. */
const STEP = 8192;
const ITEM = 16;

/** Most keys that are remembered to be clean, and the longest of them in characters. */
const KEYS = 1000;
const KEY_LENGTH = 48;

/** Most images that are looked for in a text that is too long; what is kept of it has none in the end. */
const IMAGES = 1000;

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

export function makeSanitizer({ redact = true, trim = true, ownTokens }: SanitizerOptions = {}): Sanitizer {
  const tokens = ownTokens ?? (() => []);

  /** How much was sanitized since the last break. */
  let done = 0;

  function cleanText(text: string, name: string): string {
    done += text.length;
    let out = text;
    for (const token of tokens()) {
      if (token !== '' && out.includes(token))
        out = out.replaceAll(token, redactionOf('hookline-token', token));
    }
    if (out.includes(MADE.prefix))
      out = out.replace(MADE.token, token => redactionOf('hookline-token', token));
    const redacted = (part: string): string => (redact ? redactUnder(name, part) : part);
    if (!trim) return redacted(out);
    // What is cut away costs nothing. What is left may have half an image at the cut, and what looks like another secret.
    if (isLong(out)) out = dropImages(out, IMAGES);
    return trimText(out, part => redacted(dropImages(part)), redact ? secretAcross : undefined);
  }

  /** Keys hardly ever say anything new. */
  const cleanKeys = new Set<string>();

  function cleanKey(key: string): string {
    if (cleanKeys.has(key)) return key;
    const clean = cleanText(key, '');
    if (clean === key && key.length <= KEY_LENGTH && cleanKeys.size < KEYS) cleanKeys.add(key);
    return clean;
  }

  function* cleanValue(value: unknown, place: Place): Steps<unknown> {
    if (typeof value === 'string') return cleanText(value, place.name);
    if (typeof value !== 'object' || value === null) return value;
    if (place.depth >= DEEPEST) return `[cut: nested deeper than ${DEEPEST} levels]`;
    return Array.isArray(value)
      ? yield* cleanArray(value, place)
      : yield* cleanObject(value as JsonObject, place);
  }

  function* cleanArray(items: readonly unknown[], place: Place): Steps<readonly unknown[]> {
    const inside = { ...place, depth: place.depth + 1 };
    let out: unknown[] | undefined;
    for (const [index, item] of items.entries()) {
      const clean = typeof item === 'string' ? cleanText(item, place.name) : yield* cleanValue(item, inside);
      if (!out && clean !== item) out = items.slice(0, index);
      out?.push(clean);
      if (isBreakDue()) yield;
    }
    return out ?? items;
  }

  function* cleanObject(object: JsonObject, place: Place): Steps<JsonObject> {
    const image = object['type'] === 'image';
    const keys = Object.keys(object);
    let out: Record<string, unknown> | undefined;
    for (const [index, key] of keys.entries()) {
      const value = object[key];
      const cleaned = cleanKey(key);
      let clean = value;
      if (typeof value === 'string') {
        clean =
          trim && isUnwanted(object, key, place) ? dropped(value) : cleanText(value, nameOf(object, key));
      } else if (typeof value === 'object' && value !== null) {
        clean = yield* cleanValue(value, {
          depth: place.depth + 1,
          name: nameOf(object, key),
          response: place.response || RESPONSES.has(key),
          image: image && IMAGE_PARTS.has(key),
        });
      }
      if (!out && (cleaned !== key || clean !== value)) {
        out = {};
        for (const earlier of keys.slice(0, index)) put(out, earlier, object[earlier]);
      }
      if (out) put(out, cleaned, clean);
      if (isBreakDue()) yield;
    }
    return out ?? object;
  }

  function isBreakDue(): boolean {
    done += ITEM;
    if (done < STEP) return false;
    done = 0;
    return true;
  }

  const inSteps = <T>(value: T): Steps<T> => cleanValue(value, TOP) as Steps<T>;
  return Object.assign(<T>(value: T): T => finish(inSteps(value)), { inSteps });
}

/** Sets an own property, whatever its name: assigning `__proto__` would set the prototype instead. */
function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
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
