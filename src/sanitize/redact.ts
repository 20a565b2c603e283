// Replaces secrets in a string by what kind they were and a short hash, so that two places can still be told to hold the same one.
import { hash } from 'node:crypto';
import { privateKeyEnd } from './private-key.ts';
import { SECRET_FORMATS, type SecretFormat } from './secret-patterns.ts';
import type { Whole } from './trim.ts';

const PRIVATE_KEY = '-----BEGIN ';
const HINTS = [...new Set(SECRET_FORMATS.map(format => format.hint)), PRIVATE_KEY];
/** One scan for whatever could begin a secret; most strings end here. */
const HINT = new RegExp(HINTS.join('|'), 'g');
const HINT_AT_START = new RegExp(HINTS.join('|'), 'y');
/** Shorter strings hold no secret of any format. */
const SHORTEST = 10;
/** Replacing one secret can lay bare another; more rounds than this are nobody's accident. */
const ROUNDS = 4;
/** Secrets replaced one by one in a string; from the next one on all of it is replaced by a single one, of kind `rest`. */
export const SECRETS_MOST = 1000;
/** How far before a cut a secret may begin that it would part, in UTF-16 units; a private key, which is longer, is found by its header. */
const REACH = 16 * 1024;
const KEY_REACH = 68 * 1024;
/** What a format looks at before its hint, and after the secret, at most. */
const LOOKS = { behind: 16, ahead: 8 };

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
  return `[redacted:${kind}:${hash('sha256', secret).slice(0, 8)}]`;
}

/**
 * The text with every secret of a well-known format replaced, `SECRETS_MOST` of them one by one; the same string when there is none.
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
  // Where there are many secrets, they are mostly the same one.
  let last: Secret | undefined;
  let instead = '';
  let count = 0;
  for (let hit = HINT.exec(text); hit; hit = HINT.exec(text)) {
    const found = secretAt(text, hit.index, hit[0]);
    if (found && ++count > SECRETS_MOST)
      return out + text.slice(copied, found.start) + redactionOf('rest', text.slice(found.start));
    if (found) {
      if (found.secret !== last?.secret || found.kind !== last.kind)
        instead = redactionOf(found.kind, found.secret);
      last = found;
      out += text.slice(copied, found.start) + instead;
      copied = found.end;
    }
    HINT.lastIndex = found ? found.end : hit.index + 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

interface Secret {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly secret: string;
}

/** The secret that a cut at an index would part, or would part from what shows that it is one. */
export function secretAcross(text: string, cut: number): Whole | undefined {
  const from = Math.max(0, cut - KEY_REACH);
  // Whatever is further away cannot matter, and is not looked at.
  const near = text.slice(from, cut + KEY_REACH);
  const found = keyAcross(near, cut - from) ?? hintedAcross(near, cut - from);
  if (!found) return undefined;
  const { start, end, kind, secret } = found;
  return { start: from + start, end: from + end, instead: redactionOf(kind, secret) };
}

function keyAcross(text: string, cut: number): Secret | undefined {
  const index = text.lastIndexOf(PRIVATE_KEY, cut);
  const key = index < 0 ? undefined : secretAt(text, index, PRIVATE_KEY);
  return key && key.end > cut ? key : undefined;
}

function hintedAcross(text: string, cut: number): Secret | undefined {
  HINT.lastIndex = Math.max(0, cut - REACH);
  for (let hit = HINT.exec(text); hit && hit.index - LOOKS.behind < cut; hit = HINT.exec(text)) {
    const found = secretAt(text, hit.index, hit[0]);
    if (found && found.end + LOOKS.ahead > cut) return found;
    HINT.lastIndex = found ? found.end : hit.index + 1;
  }
  return undefined;
}

function secretAt(text: string, index: number, hint: string): Secret | undefined {
  if (hint === PRIVATE_KEY) {
    const end = privateKeyEnd(text, index);
    if (end === undefined) return undefined;
    return { start: index, end, kind: 'private-key', secret: text.slice(index, end) };
  }
  for (const { kind, pattern, context } of formatsAt(hint)) {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (!match) continue;
    const start = index + (match[1]?.length ?? 0);
    const end = pattern.lastIndex;
    const secret = text.slice(start, end);
    return { start, end, kind: (context && kindOf(secret)) ?? kind, secret };
  }
  return undefined;
}

/** `Authorization: Bearer ghp_...` holds a GitHub token, which says more than that it authorizes. */
function kindOf(secret: string): string | undefined {
  HINT_AT_START.lastIndex = 0;
  const hint = HINT_AT_START.exec(secret)?.[0];
  if (hint === undefined || hint === PRIVATE_KEY) return undefined;
  const own = formatsAt(hint).find(({ context, pattern }) => {
    if (context) return false;
    pattern.lastIndex = 0;
    return pattern.test(secret) && pattern.lastIndex === secret.length;
  });
  return own?.kind;
}
