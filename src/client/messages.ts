// Messages as their sender sees them: sent once however often they have to be repeated, listed, and waited for.
import type { ClientMessage, Message, MessagePage, Sent, ServerMessageOf } from '../protocol/index.ts';
import { checkFrame } from './frame-size.ts';
import { ForeignPageError, type Http } from './http.ts';
import type { MessageFilter, MessageOptions, NewMessage, RequestOptions } from './types.ts';

/** Sends over the WebSocket. */
export type SendFrame = (
  message: ClientMessage,
  options?: RequestOptions,
) => Promise<ServerMessageOf<'message_sent'>>;

/** States that a message does not leave again. */
const ENDS = new Set(['delivered', 'dead', 'expired', 'cancelled']);
/** How long a state is waited for when nobody says, in milliseconds. */
const WAIT_MS = 30_000;
/** How much longer the answer may take after that, in milliseconds. */
const ANSWER_MS = 5_000;

export class Messages {
  readonly #http: Http;
  readonly #sendFrame: SendFrame;

  constructor(http: Http, sendFrame: SendFrame) {
    this.#http = http;
    this.#sendFrame = sendFrame;
  }

  async send(message: NewMessage, options?: RequestOptions): Promise<Sent> {
    const keyed = { ...message, key: message.key ?? newKey() };
    try {
      return await this.#http.ask({ method: 'POST', path: '/api/messages', body: keyed }, options);
    } catch (error) {
      if (!(error instanceof ForeignPageError)) throw error;
      return this.#sendByFrame(keyed, options);
    }
  }

  list(filter: MessageFilter, options?: RequestOptions): Promise<MessagePage> {
    return this.#http.ask({ method: 'GET', path: '/api/messages', query: filter }, options);
  }

  async find(id: string, { wait, timeoutMs = WAIT_MS, signal }: MessageOptions = {}): Promise<Message> {
    const { clock, pollMs } = this.#http;
    const path = `/api/messages/${encodeURIComponent(id)}`;
    const patience = signal === undefined ? {} : { signal };
    if (wait === undefined) return this.#http.ask({ method: 'GET', path }, patience);
    const until = clock.now() + timeoutMs;
    const left = (): number => Math.max(0, until - clock.now());
    const query = (): object => ({ wait, timeoutMs: Math.ceil(Math.min(left(), pollMs)) });
    for (;;) {
      const limit = { timeoutMs: left() + ANSWER_MS };
      const message: Message = await this.#http.ask(
        { method: 'GET', path, query },
        { ...patience, ...limit },
      );
      const { state } = message;
      if (wait === 'queued' || state === wait || ENDS.has(state) || left() === 0) return message;
    }
  }

  /** @throws RequestError payload_too_large, for one that would end the connection */
  async #sendByFrame({ type, ...fields }: NewMessage, options?: RequestOptions): Promise<Sent> {
    const frame = { type: 'send_message', ...fields, ...(type === undefined ? {} : { messageType: type }) };
    checkFrame(frame, 'the message', 'put it into a file, and name that under files');
    const { messageId, state, duplicate, recipients } = await this.#sendFrame(
      frame as ClientMessage,
      options,
    );
    return { id: messageId, state, duplicate, recipients };
  }
}

/** 128 random bits. (`randomUUID` is not there in every page.) */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('');
}
