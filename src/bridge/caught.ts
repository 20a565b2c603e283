// What a message says that was taken in by a topic or a queue, from a program that need not know of hookline.
import type { InputRule } from '../config/index.ts';
import { InboxError } from '../inbox/index.ts';
import { rendered } from '../intake/index.ts';
import { isObject, jsonIn } from '../json.ts';
import { MESSAGE_LIMITS } from '../protocol/index.ts';
import type { WireMessage } from './driver.ts';
import { readBody } from './wire-body.ts';

type Read = WireMessage | { readonly malformed: string };

/**
 * JSON with a `message`, or with a `type` and a `payload`, is a message of its own; other JSON goes through the template, where there is
 * one, and everything else is the text. What came beside it, and then the rule, say what it does not say itself. Whom it is for it never says.
 *
 * @param caught with its text, as it came
 */
export function readCaught(caught: WireMessage, { template, priority, ttlMs }: InputRule): Read {
  const { message: text = '', ...beside } = caught;
  const said = contentOf(text, template);
  if ('malformed' in said) return said;
  return {
    ...{ priority, ttlMs },
    ...withoutUndefined(beside),
    ...withoutUndefined(said),
    metadata: { ...said.metadata, ...beside.metadata },
  };
}

function contentOf(text: string, template: string | undefined): Read {
  if (Buffer.byteLength(text) > MESSAGE_LIMITS.bytes)
    return { malformed: `it is larger than ${MESSAGE_LIMITS.bytes} bytes` };
  const value = jsonIn(text);
  if (isObject(value) && ('message' in value || ('type' in value && 'payload' in value)))
    return readBody(text);
  return value === undefined || template === undefined ? { message: text } : filledIn(template, value);
}

function filledIn(template: string, value: unknown): Read {
  try {
    const message = rendered(template, value);
    return message.trim() === '' ? { malformed: 'the template found nothing in it' } : { message };
  } catch (error) {
    if (!(error instanceof InboxError)) throw error;
    return { malformed: error.message };
  }
}

/** What is not said is left to others to say. */
function withoutUndefined(message: WireMessage): WireMessage {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
}
