// Messages in Redis streams: the fields of an entry, or the whole as JSON in one of them.
import type { WireMessage } from '../driver.ts';
import { readBody } from '../wire-body.ts';

export type Fields = Readonly<Record<string, string>>;

/** Fields that hold JSON; the others hold text or a number. */
const JSON_FIELDS = new Set(['payload', 'files', 'metadata']);
const NUMBER_FIELDS = new Set(['createdAt', 'ttlMs']);

export function writeFields(to: string, message: WireMessage): Record<string, string> {
  const said = Object.entries({ to, ...message }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    said.map(([field, value]) => [field, JSON_FIELDS.has(field) ? JSON.stringify(value) : String(value)]),
  );
}

/** An entry as one text, as it is kept when it says nothing. */
export function rawOf(fields: Fields): string {
  return fields['json'] ?? JSON.stringify(fields);
}

/** What an entry says, or why it says nothing. A field that should hold JSON and does not is what it is. */
export function readFields(fields: Fields): WireMessage | { readonly malformed: string } {
  if (fields['json'] !== undefined) return readBody(fields['json']);
  if (fields['message'] === undefined && fields['payload'] === undefined)
    return { malformed: 'it has no field "message", "payload" or "json"' };
  const entries = Object.entries(fields).map(([field, text]) => [field, parsed(field, text)]);
  return readBody(JSON.stringify(Object.fromEntries(entries)));
}

function parsed(field: string, text: string): unknown {
  if (NUMBER_FIELDS.has(field)) return Number(text);
  if (!JSON_FIELDS.has(field)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
