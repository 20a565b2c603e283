// Takes in what comes for names here: each becomes a message, or a dead letter, before the broker forgets it.
import type { BrokerInput } from '../config/index.ts';
import { InboxError, type Origin } from '../inbox/index.ts';
import { MESSAGE_LIMITS, NewMessage } from '../protocol/index.ts';
import { readCaught } from './caught.ts';
import type { Arrival, Driver, WireMessage } from './driver.ts';

export interface MessagesInOptions {
  readonly label: string;
  readonly via: Driver['via'];
  /** What is taken in besides names, by its pattern. */
  readonly inputs: ReadonlyMap<string, BrokerInput>;
  /** What comes for this hookline itself: for whom it is, it says. Undefined: nothing does. */
  readonly ownQueue: string | undefined;
  /** As whoever is meant by a name there is called here. */
  readonly calledLike: (name: string) => string;
  readonly send: (message: NewMessage, origin: Origin) => Promise<unknown>;
  /** Keeps what was refused as a dead letter; undefined when nothing is kept. */
  readonly bury: (message: NewMessage, origin: Origin, reason: string) => Promise<string | undefined>;
  /** Nothing is kept of something that came: to be told to whoever runs this. */
  readonly refused: (what: string) => void;
}

/** Why a message is kept as a dead letter that says nothing. */
const MALFORMED = 'malformed';
/** What may be better in a moment: it is left at the broker. */
const PASSING: ReadonlySet<string> = new Set(['inbox_full', 'not_durable']);

export class MessagesIn {
  readonly #options: MessagesInOptions;

  constructor(options: MessagesInOptions) {
    this.#options = options;
  }

  /** Resolves once it is on record, whatever it was. @throws InboxError for what is to come again later */
  async take({ name, raw, message: came }: Arrival): Promise<void> {
    const { inputs, ownQueue, calledLike } = this.#options;
    const said = name === ownQueue && 'to' in came ? came.to : undefined;
    const { to, rule } = inputs.get(name) ?? { to: said ?? calledLike(name) };
    const message = rule === undefined || 'malformed' in came ? came : readCaught(came, rule);
    if ('malformed' in message) return this.#bury(to, raw, message, `${MALFORMED}: ${message.malformed}`);
    const parsed = NewMessage.safeParse(this.#toMessage(to, message, rule?.from));
    if (!parsed.success) {
      const [wrong] = parsed.error.issues;
      const what = `${wrong?.path.join('.') ?? ''} ${wrong?.message ?? 'it is no message'}`.trim();
      return this.#bury(to, raw, message, `${MALFORMED}: ${what}`);
    }
    const origin = { ...this.#originOf(message), keyDecides: true };
    try {
      await this.#options.send(parsed.data, origin);
    } catch (error) {
      if (!(error instanceof InboxError) || PASSING.has(error.code)) throw error;
      await this.#bury(to, raw, message, error.code, parsed.data);
    }
  }

  /** @param from who sends it, where it does not say */
  #toMessage(to: string, message: WireMessage, from: string | undefined): Record<string, unknown> {
    const { id, type, payload, ttlMs, priority, files, metadata, replyTo, correlationId } = message;
    const { via } = this.#options;
    const { most, least } = MESSAGE_LIMITS.ttlMs;
    const all = {
      ...{
        to,
        from: message.from ? this.#there(message.from) : (from ?? via),
        key: id,
        message: message.message,
        type,
        payload,
      },
      ttlMs: ttlMs === undefined ? undefined : Math.min(most, Math.max(least, Math.round(ttlMs))),
      ...{ priority, files, metadata, correlationId },
      replyTo: replyTo === undefined ? undefined : this.#there(replyTo),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** Someone there, as they are called here: an answer finds the way back. */
  #there(name: string): string {
    return `${name}@${this.#options.label}`;
  }

  #originOf({ node }: WireMessage): Origin {
    const { label, via } = this.#options;
    return { via, verified: false, ...(node === undefined ? {} : { receiptsTo: `${node}@${label}` }) };
  }

  async #bury(
    to: string,
    raw: string,
    wire: WireMessage | { readonly malformed: string },
    reason: string,
    message?: NewMessage,
  ): Promise<void> {
    const { label, via, bury, refused } = this.#options;
    const text = raw.trim() === '' ? '(nothing)' : cut(raw);
    const kept = message ?? NewMessage.parse({ to, from: via, message: text });
    const origin: Origin = 'malformed' in wire ? { via, verified: false } : this.#originOf(wire);
    const id = await bury(kept, origin, reason);
    if (id === undefined)
      refused(`${label}: a message for ${to} was not taken (${reason}), and nothing is kept of it`);
  }
}

/** As much of a text as a message may hold. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= MESSAGE_LIMITS.bytes) return text;
  return Buffer.from(text)
    .subarray(0, MESSAGE_LIMITS.bytes - 4)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
