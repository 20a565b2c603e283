// The inbox: takes messages in, hands them out, and says of each no more than is proven.
import { MESSAGE_LIMITS, type Message, type NewMessage, type Sent, type Via } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import { Courier } from './courier.ts';
import type { DeliveryPath } from './delivery-path.ts';
import { InboxError } from './errors.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import { contentOf, digestOf, type Letter, recipientsOf, stateOf } from './letter.ts';
import { MessageIds } from './message-id.ts';
import type { Item } from './queues.ts';
import { Repeats } from './repeats.ts';
import { InboxView } from './view.ts';
import { Waiters } from './waiters.ts';

export interface InboxOptions extends LedgerOptions {
  /** Why a message would not outlive the daemon though it should; undefined while it does. */
  readonly whyNotDurable: () => string | undefined;
  /** Most messages that may wait for one name. */
  readonly mostQueued: number;
  /** The ways into sessions, in the order they are tried. Default: none, so that a message waits until somebody takes it. */
  readonly paths?: readonly DeliveryPath[];
  /** The words that answer a message in a shell. */
  readonly reply: (to: string, id: string) => string;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** How a sender is known. */
export interface Origin {
  readonly via: Via;
  /** Whether it is certain that the message is from whom it says. */
  readonly verified: boolean;
}

export interface TakeOptions {
  readonly max: number;
  readonly leaseMs: number;
}

/** How often it is looked whose time is up, in milliseconds. */
const LOOK_MS = 250;
/** How long what is over is kept, in milliseconds. */
const KEPT_MS = 30 * 24 * 3600_000;
/** How often what was over for so long is forgotten, in milliseconds, and how much of it at once. */
const FORGET = { everyMs: 60_000, most: 500 };

export class Inbox implements Service {
  readonly name = 'inbox';
  readonly chores: readonly Chore[];
  /** What there is, for whoever looks. */
  readonly view: InboxView;
  readonly #options: InboxOptions;
  readonly #ids: MessageIds;
  readonly #ledger: Ledger;
  readonly #courier: Courier;
  readonly #waiters = new Waiters();
  readonly #repeats: Repeats;

  constructor(options: InboxOptions) {
    const { shelf, now } = options;
    this.#options = options;
    this.#ledger = new Ledger(options);
    this.#repeats = new Repeats(options);
    this.view = new InboxView({ ...options, ledger: this.#ledger, waiters: this.#waiters });
    this.#ids = new MessageIds(now, shelf.list({ most: 1 })[0]?.id);
    this.#courier = new Courier({
      ...options,
      paths: options.paths ?? [],
      ledger: this.#ledger,
      find: id => this.view.find(id),
    });
    this.#ledger.onStep = ({ letter, addressee: { state, name } }) => {
      this.#waiters.moved(letter.id);
      if (state !== 'queued') return;
      this.#waiters.queued(name);
      void this.#courier.bring(name);
    };
    this.chores = [
      { what: 'inbox: looking whose time is up', everyMs: LOOK_MS, run: () => this.#ledger.look() },
      { what: 'inbox: forgetting what is long over', everyMs: FORGET.everyMs, run: () => this.#forget() },
      ...this.#courier.chores,
    ];
  }

  stop(): void {
    this.#courier.close();
  }

  /** When the first message was given of which it is not known whether it arrived, in milliseconds since 1970. */
  get givenSince(): number | undefined {
    const given = this.#ledger.names
      .flatMap(name => this.#ledger.of(name))
      .flatMap(({ addressee: { state, givenAt } }) => (state === 'queued' ? [] : (givenAt ?? [])));
    return given.length === 0 ? undefined : given.reduce((a, b) => Math.min(a, b));
  }

  /** A session was given a prompt. */
  prompted(sessionId: string, prompt: string): Promise<void> {
    return this.#courier.prompted(sessionId, prompt);
  }

  /**
   * Takes a message in; resolves once it is on record. One that was sent before under its key is not sent again.
   *
   * @throws InboxError
   */
  async send(message: NewMessage, { via, verified }: Origin): Promise<Sent> {
    const { to, key, priority, ttlMs, replyTo, inReplyTo, correlationId, from = via } = message;
    const content = contentOf(message);
    if (Buffer.byteLength(message.message ?? JSON.stringify(message.payload)) > MESSAGE_LIMITS.bytes)
      throw new InboxError(
        'message_too_large',
        `the message is larger than ${MESSAGE_LIMITS.bytes} bytes; put it into a file, and name that under files`,
      );
    const before = this.#repeats.find(from, to, key, digestOf(content));
    if (before) {
      await before.committed;
      return { ...sentOf(this.#ledger.letter(before.letter.id) ?? before.letter), duplicate: true };
    }
    const createdAt = this.#options.now();
    const letter: Letter = {
      ...{ id: this.#ids.next(), from, to, key, via, verified, priority },
      ...{ createdAt, ttlMs, expiresAt: createdAt + ttlMs, replyTo, inReplyTo, correlationId },
      digest: digestOf(content),
      addressees: this.#roomFor(to, from).map(name => ({ name, state: 'queued', at: createdAt, tries: 0 })),
    };
    await this.#repeats.note(letter, this.#ledger.add(letter, content));
    return { ...sentOf(letter), duplicate: false };
  }

  /** Hands out what waits for a name, for a while: until then the taker says that it arrived, or it waits again. */
  async take(name: string, { max, leaseMs }: TakeOptions): Promise<Message[]> {
    const taken = this.#ledger.queued(name).slice(0, max);
    const leaseUntil = this.#options.now() + leaseMs;
    await Promise.all(taken.map(item => this.#ledger.step(item, 'accepted', { path: 'take', leaseUntil })));
    return taken.flatMap(({ letter }) => this.view.find(letter.id) ?? []);
  }

  /** Whoever took it says that it arrived; saying it again changes nothing. @throws InboxError not_found, conflict */
  async ack(id: string, name: string): Promise<Message> {
    const known = this.#ledger.letter(id)?.addressees.find(one => one.name === name);
    if (known?.state !== 'delivered' || known.path !== 'take')
      await this.#ledger.step(this.#taken(id, name), 'delivered');
    return this.#found(id);
  }

  /** Whoever took it could do nothing with it. @throws InboxError not_found, conflict */
  async nack(id: string, name: string, reason = 'given back'): Promise<Message> {
    await this.#ledger.giveBack(this.#taken(id, name), reason);
    return this.#found(id);
  }

  /** Takes back what was not handed out yet. @throws InboxError not_found, conflict */
  async cancel(id: string): Promise<Message> {
    const waiting = this.#itemsOf(id).filter(item => this.#ledger.isStillHere(item));
    if (waiting.length === 0) throw this.#tooLate(id, 'taken back');
    await Promise.all(waiting.map(item => this.#ledger.step(item, 'cancelled')));
    return this.#found(id);
  }

  /** Sends a dead letter again, for as long as it was meant to wait. @throws InboxError not_found, conflict */
  async retry(id: string): Promise<Message> {
    const dead = this.#itemsOf(id).filter(({ addressee }) => addressee.state === 'dead');
    const [{ letter } = { letter: undefined }] = dead;
    if (letter === undefined) throw this.#tooLate(id, 'sent again, for it is not dead');
    letter.expiresAt = this.#options.now() + letter.ttlMs;
    for (const { addressee } of dead) addressee.tries = 0;
    await Promise.all(dead.map(item => this.#ledger.step(item, 'queued', { reason: 'sent again' })));
    return this.#found(id);
  }

  /** Takes back whatever waits for a name; returns how much that was. */
  async purge(name: string): Promise<number> {
    const waiting = this.#ledger.of(name).filter(item => this.#ledger.isStillHere(item));
    await Promise.all(waiting.map(item => this.#ledger.step(item, 'cancelled', { reason: 'purged' })));
    return waiting.length;
  }

  #forget(): void {
    this.#options.shelf.forget(this.#options.now() - KEPT_MS, FORGET.most);
  }

  /** Who is meant, if there is room for one more with each. @throws InboxError not_found, inbox_full, not_durable */
  #roomFor(to: string, from: string): readonly string[] {
    const { addresses, mostQueued, whyNotDurable } = this.#options;
    const names = addresses.resolve(to, from);
    const full = names.find(name => this.#ledger.queued(name).length >= mostQueued);
    if (full !== undefined)
      throw new InboxError(
        'inbox_full',
        `${mostQueued} messages wait for ${full} already; send it when some of them were taken`,
      );
    const problem = whyNotDurable();
    if (problem !== undefined)
      throw new InboxError('not_durable', `the message was not taken, for it could be lost: ${problem}`);
    return names;
  }

  #itemsOf(id: string): Item[] {
    const letter = this.#ledger.letter(id);
    if (letter === undefined) throw notFound(id);
    return letter.addressees.map(addressee => ({ letter, addressee }));
  }

  #taken(id: string, name: string): Item {
    const item = this.#itemsOf(id).find(({ addressee }) => addressee.name === name);
    if (item?.addressee.state === 'accepted' && item.addressee.path === 'take') return item;
    throw this.#tooLate(id, `acknowledged by ${name}, who has not taken it, or no longer has it`);
  }

  #found(id: string): Message {
    const message = this.view.find(id);
    if (message === undefined) throw notFound(id);
    return message;
  }

  #tooLate(id: string, what: string): InboxError {
    const letter = this.#ledger.letter(id);
    const state = letter === undefined ? 'gone' : stateOf(letter);
    return new InboxError('conflict', `message ${id} is ${state}; it cannot be ${what}`);
  }
}

function notFound(id: string): InboxError {
  return new InboxError('not_found', `there is no message ${JSON.stringify(id.slice(0, 64))}`);
}

const sentOf = (letter: Letter): Omit<Sent, 'duplicate'> => ({
  ...{ id: letter.id, state: stateOf(letter) },
  recipients: recipientsOf(letter),
});
