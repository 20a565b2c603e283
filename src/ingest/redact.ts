// Replaces secrets in a string by what kind they were and a short hash, so that two places can still be told to hold the same one.
import { createHash } from 'node:crypto';
import { privateKeyEnd } from './private-key.ts';
import { SECRET_FORMATS, type SecretFormat } from './secrets.ts';

const PRIVATE_KEY = '-----BEGIN ';
const HINTS = [...new Set(SECRET_FORMATS.map(format => format.hint)), PRIVATE_KEY];
/** One scan for whatever could begin a secret; most strings end here. */
const HINT = new RegExp(HINTS.join('|'), 'g');
/** Shorter strings hold no secret of any format. */
const SHORTEST = 10;
/** Replacing one secret can lay bare another; more rounds than this are nobody's accident. */
const ROUNDS = 4;

const byHint = new Map<string, readonly SecretFormat[]>();

/** The formats that a found hint may begin; asked once for each spelling. */
function formatsAt(found: string): readonly SecretFormat[] {
  const known = byHint.get(found);
  if (known) return known;
  const formats = SECRET_FORMATS.filter(format => new RegExp(`^(?:${format.hint})$`).test(found));
  byHint.set(found, formats);
  return formats;
}

/** What stands in for a secret: `[redacted:<kind>:<first 8 hex of its SHA-256>]`. */
export function redactionOf(kind: string, secret: string): string {
  return `[redacted:${kind}:${createHash('sha256').update(secret).digest('hex').slice(0, 8)}]`;
}

/**
 * The text with every secret of a well-known format replaced; the same string when there is none.
 * Time is linear in the length; redacting twice changes nothing.
 */
export function redactText(text: string): string {
  if (text.length < SHORTEST) return text;
  let before = text;
  for (let round = 0; round < ROUNDS; round++) {
    const after = redactOnce(before);
    if (after === before) return after;
    before = after;
  }
  return before;
}

function redactOnce(text: string): string {
  HINT.lastIndex = 0;
  let out = '';
  let copied = 0;
  for (let hit = HINT.exec(text); hit; hit = HINT.exec(text)) {
    const found = secretAt(text, hit.index, hit[0]);
    if (found) {
      out += text.slice(copied, found.start) + found.instead;
      copied = found.end;
    }
    HINT.lastIndex = found ? found.end : hit.index + 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

function secretAt(text: string, index: number, hint: string): Found | undefined {
  if (hint === PRIVATE_KEY) {
    const end = privateKeyEnd(text, index);
    if (end === undefined) return undefined;
    return { start: index, end, instead: redactionOf('private-key', text.slice(index, end)) };
  }
  for (const { kind, pattern, context } of formatsAt(hint)) {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (!match) continue;
    const start = index + (match[1]?.length ?? 0);
    const end = pattern.lastIndex;
    const secret = text.slice(start, end);
    return { start, end, instead: redactionOf((context && kindOf(secret)) ?? kind, secret) };
  }
  return undefined;
}

/** `Authorization: Bearer ghp_...` holds a GitHub token, which says more than that it authorizes. */
function kindOf(secret: string): string | undefined {
  const own = SECRET_FORMATS.find(({ context, pattern }) => {
    if (context) return false;
    pattern.lastIndex = 0;
    return pattern.test(secret) && pattern.lastIndex === secret.length;
  });
  return own?.kind;
}
