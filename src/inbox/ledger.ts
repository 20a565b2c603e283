// What is open, and the only way it changes: a step that may be taken, told as an event, on record together with it.
import type { MessageShelf, MessageWrite } from '../log/index.ts';
import { type EventDraft, MESSAGE_LIMITS, type MessageState } from '../protocol/index.ts';
import { type Addressee, fromRow, type Letter, toRow } from './letter.ts';
import { isEnd, mayFollow } from './message-state.ts';
import { type Item, Queues } from './queues.ts';

/** Who is meant by what somebody writes after `to`. */
export interface Addresses {
  /** @throws InboxError not_found, where nobody can be meant */
  resolve(to: string, from: string): readonly string[];
  /** The session that has a name now, if one lives. */
  sessionOf(name: string): string | undefined;
}

export interface LedgerOptions {
  readonly shelf: MessageShelf;
  /** Commits events together with what they tell of messages; resolves once it is durable. */
  readonly commit: (events: readonly EventDraft[], messages: readonly MessageWrite[]) => Promise<void>;
  readonly addresses: Addresses;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is known of a step, besides. */
export interface StepDetails {
  readonly path?: string;
  readonly reason?: string;
  readonly sessionId?: string;
  readonly leaseUntil?: number;
}

export class Ledger {
  readonly #options: LedgerOptions;
  /** By id; those that are over too, as long as that is not on record. */
  readonly #open = new Map<string, Letter>();
  /** By id, how many steps are not on record yet. */
  readonly #unrecorded = new Map<string, number>();
  readonly #queues = new Queues();
  /** On their way to a session this moment: what becomes of them is not known before that is over. */
  readonly #inHand = new Set<Addressee>();
  /** Told of every step once it is on record. */
  onStep: (item: Item) => void = () => {};
  /** When the next time is up, in milliseconds since 1970. */
  #nextLook = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
    for (const row of options.shelf.open()) this.#keep(fromRow(row));
  }

  /** A message, open or over. */
  letter(id: string): Letter | undefined {
    const row = this.#open.has(id) ? undefined : this.#options.shelf.find(id);
    return this.#open.get(id) ?? (row && fromRow(row));
  }

  /** Names that something is open for. */
  get names(): string[] {
    return this.#queues.names;
  }

  /** Whatever a name has open. */
  of(name: string): Item[] {
    return this.#queues.of(name);
  }

  /** What waits for a name, in the order it is handed out; nothing whose time is up, and nothing that is handed out just now. */
  queued(name: string): Item[] {
    this.look();
    return this.#queues.queued(name).filter(({ addressee }) => !this.#inHand.has(addressee));
  }

  /** Whether it can be taken back: nobody has it, and nobody is being given it. */
  isStillHere({ addressee }: Item): boolean {
    return mayFollow(addressee.state, 'cancelled') && !this.#inHand.has(addressee);
  }

  /**
   * Gives it to somebody, and then it is accepted; meanwhile nobody else gets it, and it neither expires nor is taken back.
   *
   * @throws what `give` rejects with; it waits on then
   */
  async handOver(item: Item, give: () => Promise<void>, details: StepDetails): Promise<void> {
    this.#inHand.add(item.addressee);
    try {
      await give();
    } finally {
      this.#inHand.delete(item.addressee);
      this.#nextLook = 0;
    }
    await this.step(item, 'accepted', details);
  }

  /** Takes a new one in; resolves once it is on record. */
  async add(letter: Letter, content: string): Promise<void> {
    this.#keep(letter);
    const items = letter.addressees.map(addressee => ({ letter, addressee }));
    const events = items.map(item => this.#event(item, JSON.parse(content)));
    await this.#record(letter, events, content);
    for (const item of items) this.onStep(item);
  }

  /** Takes a step, if it may be taken; resolves once it is on record. */
  async step(item: Item, state: MessageState, details: StepDetails = {}): Promise<void> {
    const { letter, addressee } = item;
    if (!mayFollow(addressee.state, state)) return;
    const { path, reason, sessionId, leaseUntil } = details;
    const at = this.#options.now();
    Object.assign(addressee, { state, at, leaseUntil, reason });
    if (path !== undefined) addressee.path = path;
    if (sessionId !== undefined) addressee.sessionId = sessionId;
    if (state === 'accepted') Object.assign(addressee, { tries: addressee.tries + 1, givenAt: at });
    this.#nextLook = 0;
    if (isEnd(state)) this.#queues.remove(item);
    else this.#queues.put(item);
    this.#open.set(letter.id, letter);
    await this.#record(letter, [this.#event(item)]);
    this.onStep(item);
  }

  /** Lets it wait again, unless it was tried often enough. */
  async giveBack(item: Item, reason: string): Promise<void> {
    const { tries } = item.addressee;
    if (tries < MESSAGE_LIMITS.tries) return this.step(item, 'queued', { reason });
    return this.step(item, 'dead', { reason: `${reason}, ${tries} times` });
  }

  /** Ends what nobody took in time, and lets wait again what was taken and not heard of. */
  look(): void {
    const now = this.#options.now();
    if (now < this.#nextLook) return;
    for (const item of [...this.#queues.all()]) {
      const { letter, addressee } = item;
      if ((addressee.leaseUntil ?? Number.POSITIVE_INFINITY) <= now)
        void this.giveBack(item, 'nobody said in time that it arrived');
      const waits = addressee.state === 'queued' || addressee.state === 'held';
      if (waits && letter.expiresAt <= now && !this.#inHand.has(addressee))
        void this.step(item, 'expired', { reason: 'nobody took it in time' });
    }
    this.#nextLook = Number.POSITIVE_INFINITY;
    for (const item of this.#queues.all()) this.#nextLook = Math.min(this.#nextLook, dueAt(item));
  }

  /** What is over is known from here until the record says so too: two who look at once must not see two things. */
  async #record(letter: Letter, events: readonly EventDraft[], content?: string): Promise<void> {
    const { id } = letter;
    this.#unrecorded.set(id, (this.#unrecorded.get(id) ?? 0) + 1);
    await this.#options.commit(events, [toRow(letter, content)]);
    const left = (this.#unrecorded.get(id) ?? 1) - 1;
    if (left > 0) return void this.#unrecorded.set(id, left);
    this.#unrecorded.delete(id);
    if (letter.addressees.every(({ state }) => isEnd(state))) this.#open.delete(id);
  }

  #keep(letter: Letter): void {
    this.#open.set(letter.id, letter);
    for (const addressee of letter.addressees)
      if (!isEnd(addressee.state)) this.#queues.put({ letter, addressee });
    this.#nextLook = 0;
  }

  /** @param content told with the first one */
  #event({ letter, addressee }: Item, content: object = {}): EventDraft {
    const { id, from, to, via, priority } = letter;
    const { name, state, at, path, reason } = addressee;
    return {
      type: `inbox.${state}`,
      timestamp: at,
      sessionId: addressee.sessionId ?? this.#options.addresses.sessionOf(name) ?? '',
      source: 'hookline',
      data: {
        ...{ messageId: id, from, to, name, via, priority },
        ...(path === undefined ? {} : { path }),
        ...(reason === undefined ? {} : { reason }),
        ...content,
      },
    };
  }
}

/** When something has to be done about it, in milliseconds since 1970. */
function dueAt({ letter, addressee }: Item): number {
  if (addressee.leaseUntil !== undefined) return addressee.leaseUntil;
  return addressee.state === 'accepted' ? Number.POSITIVE_INFINITY : letter.expiresAt;
}
