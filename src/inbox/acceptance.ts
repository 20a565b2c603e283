// The way in: what somebody sends becomes a message on record, the one that it was before, or is refused.
import { MESSAGE_LIMITS, type NewMessage, type Sent, type Via } from '../protocol/index.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import type { Damping } from './damping/damping.ts';
import { Rate } from './damping/rate.ts';
import { InboxError } from './errors.ts';
import type { LedgerOptions } from './ledger.ts';
import {
  contentOf,
  digestOf,
  type Letter,
  LOOP,
  letterOf,
  recipientsOf,
  type Standing,
  stateOf,
} from './letter.ts';
import { MessageIds } from './message-id.ts';
import { type Before, Repeats } from './repeats.ts';

export interface AcceptanceOptions extends AdmissionOptions, Pick<LedgerOptions, 'shelf' | 'now'> {
  readonly damping: Damping;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
}

/** How a sender is known. */
export interface Origin {
  readonly via: Via;
  /** Whether it is certain that the message is from whom it says. */
  readonly verified: boolean;
  /** Who on another machine wants to know what becomes of it: `NODE@CARRIER`. */
  readonly receiptsTo?: string;
  /** Whether what comes again under its key is the same message, whatever it says by now. Default: something else is a conflict. */
  readonly keyDecides?: boolean;
}

/** Within how long no more is kept of a sender than may wait for a name, of what was refused; in milliseconds. */
const GRAVES_MS = 3600_000;

export class Acceptance {
  readonly #options: AcceptanceOptions;
  readonly #ids: MessageIds;
  readonly #repeats: Repeats;
  readonly #admission: Admission;
  readonly #graves: Rate;

  constructor(options: AcceptanceOptions) {
    const { shelf, now } = options;
    this.#options = options;
    this.#ids = new MessageIds(now, shelf.list({ most: 1 })[0]?.id);
    this.#repeats = new Repeats(options);
    this.#admission = new Admission(options);
    this.#graves = new Rate({ most: options.mostQueued, windowMs: GRAVES_MS });
  }

  /**
   * Takes a message in; resolves once it is on record. One that was sent before under its key is not sent again.
   *
   * @throws InboxError
   */
  async accept(
    message: NewMessage,
    { via, verified, receiptsTo, keyDecides = false }: Origin,
  ): Promise<Sent> {
    const { ledger, damping } = this.#options;
    const { to, key, from = via } = message;
    const content = contentOf(message);
    if (Buffer.byteLength(message.message ?? JSON.stringify(message.payload)) > MESSAGE_LIMITS.bytes)
      throw new InboxError(
        'message_too_large',
        `the message is larger than ${MESSAGE_LIMITS.bytes} bytes; put it into a file, and name that under files`,
      );
    const digest = digestOf(content);
    const before = this.#repeats.find(from, to, key, keyDecides ? undefined : digest);
    if (before) return this.#sentBefore(before);
    const names = this.#admission.meant({ from, via, to });
    const traffic = damping.trafficOf({ from, via }, names);
    // Whoever gives it a key of its own means it.
    const said = traffic && key === undefined ? damping.saidBefore(traffic, digest) : undefined;
    if (said && this.#mayArrive(said.letter)) return this.#sentBefore(said);
    this.#admission.checkRoom(names);
    if (traffic) damping.checkRate(traffic);
    this.#admission.checkDurable();
    const standings = names.map(
      (name): Standing =>
        traffic && damping.isLoop(traffic, name)
          ? { name, state: 'held', reason: LOOP }
          : { name, state: 'queued' },
    );
    const letter = letterOf(
      this.#newHead(digest),
      { ...message, ...this.#answering(message), from, via, verified, receiptsTo },
      standings,
    );
    const committed = this.#repeats.note(letter, ledger.add(letter, content));
    if (traffic) damping.note(traffic, letter, committed);
    await committed;
    return { ...sentOf(letter), duplicate: false };
  }

  /**
   * Keeps what was refused and may be wanted again: it is dead from the start, and can be looked at and sent again.
   * Resolves with its id once it is on record; with undefined when nothing is kept, for nobody can be meant, it may not go, it could be
   * lost, or too much of this sender was kept lately. Whoever calls has to tell of that.
   *
   * @param reason its code, such as `rate_limited`
   */
  async bury(
    message: NewMessage,
    { via, verified, receiptsTo }: Omit<Origin, 'keyDecides'>,
    reason: string,
  ): Promise<string | undefined> {
    const { to, from = via } = message;
    const content = contentOf(message);
    let names: readonly string[];
    try {
      this.#admission.checkDurable();
      names = this.#admission.meant({ from, via, to });
    } catch (error) {
      if (error instanceof InboxError) return undefined;
      throw error;
    }
    const grave = `${via} ${from}`;
    const uptime = this.#options.uptime();
    if (this.#graves.waitMs(grave, uptime) > 0) return undefined;
    this.#graves.count(grave, uptime);
    const head = this.#newHead(digestOf(content));
    const standings = names.map((name): Standing => ({ name, state: 'dead', reason }));
    const letter = letterOf(head, { ...message, from, via, verified, receiptsTo }, standings);
    await this.#options.ledger.add(letter, content);
    return letter.id;
  }

  /** A conversation that is called by the id of a message here: that one is answered. Where cbroker was, nobody says it otherwise. */
  #answering({ inReplyTo, correlationId }: NewMessage): Partial<NewMessage> {
    if (inReplyTo !== undefined || correlationId === undefined) return {};
    if (this.#options.ledger.letter(correlationId) === undefined) return {};
    return { inReplyTo: correlationId, correlationId: undefined };
  }

  async #sentBefore({ letter, committed }: Before): Promise<Sent> {
    await committed;
    return { ...sentOf(this.#options.ledger.letter(letter.id) ?? letter), duplicate: true };
  }

  /** It has not come to an end without arriving. */
  #mayArrive({ id }: Letter): boolean {
    const letter = this.#options.ledger.letter(id);
    return letter !== undefined && !['dead', 'expired', 'cancelled'].includes(stateOf(letter));
  }

  #newHead(digest: string): Pick<Letter, 'id' | 'createdAt' | 'digest'> {
    return { id: this.#ids.next(), createdAt: this.#options.now(), digest };
  }
}

const sentOf = (letter: Letter): Omit<Sent, 'duplicate'> => ({
  ...{ id: letter.id, state: stateOf(letter) },
  recipients: recipientsOf(letter),
});
