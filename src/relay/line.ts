// The line that an event is printed as: one line whatever is in it, and no longer than its reader takes.
import type { Message } from '../protocol/index.ts';

export interface LineOptions {
  /** What each line begins with, such as `MSG::`. */
  readonly prefix: string;
  /** Which relay it is, for a reader of several. */
  readonly instance: string;
  /** Longest line, in bytes, without its end. */
  readonly most: number;
}

/** What ends a line somewhere, reorders what is shown, or begins a tag: JSON has another way to write each of them. */
const UNSAFE = /[<\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** An event that makes the line too long is named in place of its payload: `{"$ref": id}`. */
export function lineOf(message: Message, { prefix, instance, most }: LineOptions): string {
  const { id } = message;
  const { type, payload } = eventIn(message);
  const line = (what: unknown): string => prefix + safe({ instance, type, payload: what, id });
  const whole = line(payload);
  return Buffer.byteLength(whole) <= most ? whole : line({ $ref: id });
}

/** A text, which somebody sent who knows nothing of relays, is an event too. */
function eventIn({ type, payload, message, from }: Message): { type: string; payload: unknown } {
  return type === undefined ? { type: 'message', payload: { text: message, from } } : { type, payload };
}

function safe(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
