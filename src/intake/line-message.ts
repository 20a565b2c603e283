// What a line says: a message in JSON, or a text for whom the file is for.
import type { LineInput } from '../config/index.ts';
import { InboxError } from '../inbox/index.ts';
import { isObject, type JsonObject } from '../json.ts';
import { NewMessage } from '../protocol/index.ts';
import { rendered } from './template.ts';

export interface Told {
  readonly message: NewMessage;
  /** Whether the line says itself who sends it: anybody who may write to the file can write anybody's name. */
  readonly namesItsSender: boolean;
}

/**
 * An object with `message`, or with `type` and `payload`, is a message of its own; what it does not say is as the file has it. Other
 * JSON goes through the template, where there is one. Everything else is the text.
 *
 * @throws InboxError invalid_message, message_too_large
 */
export function messageOf(line: string, input: LineInput): Told {
  const value = jsonOf(line);
  const parsed = NewMessage.safeParse({ ...headOf(input), ...contentOf(line, value, input.template) });
  if (parsed.success)
    return { message: parsed.data, namesItsSender: isMessage(value) && Object.hasOwn(value, 'from') };
  const said = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new InboxError('invalid_message', `the line is not right: ${said.join('; ')}`);
}

/** The line as it is, whatever it was meant to be. */
export function asText(line: string, input: LineInput): Told {
  return { message: NewMessage.parse({ ...headOf(input), message: line }), namesItsSender: false };
}

/** What the file says of every line. */
function headOf({ to, from, priority, ttlMs }: LineInput): object {
  return {
    to,
    ...(from === undefined ? {} : { from }),
    ...(priority === undefined ? {} : { priority }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
  };
}

function contentOf(line: string, value: unknown, template: string | undefined): object {
  if (isMessage(value)) return value;
  if (value === undefined || template === undefined) return { message: line };
  const text = rendered(template, value);
  if (text.trim() === '') throw new InboxError('invalid_message', 'the template found nothing in the line');
  return { message: text };
}

const isMessage = (value: unknown): value is JsonObject =>
  isObject(value) &&
  (Object.hasOwn(value, 'message') || (Object.hasOwn(value, 'type') && Object.hasOwn(value, 'payload')));

/** Undefined for what is no JSON. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
