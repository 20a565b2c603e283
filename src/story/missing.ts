// What the log does not have of a text: what was too long, and what was a secret. The text itself says it, somewhere in its middle.
import { count } from './words.ts';

const LEFT_OUT = /\[(?:trimmed|dropped) (\d+) (bytes|items|keys)\]/g;
const SECRET = /\[redacted:[\w-]+:[0-9a-f]{8}\]/g;

/** `Not kept: 81,234 bytes, 2 secrets`; empty when all of it is there. */
export function missingWords(text: string): string {
  const left = new Map<string, number>();
  for (const [, many, what = ''] of text.matchAll(LEFT_OUT))
    left.set(what, (left.get(what) ?? 0) + Number(many));
  const secrets = [...text.matchAll(SECRET)].length;
  const parts = [...left].map(([what, many]) => `${count(many)} ${what}`);
  if (secrets > 0) parts.push(secrets === 1 ? '1 secret' : `${count(secrets)} secrets`);
  return parts.length === 0 ? '' : `Not kept: ${parts.join(', ')}`;
}
