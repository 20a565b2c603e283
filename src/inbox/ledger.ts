// What is open, and the only way it changes: a step that may be taken, told as an event, on record together with it.
import type { MessageShelf, MessageWrite } from '../log/index.ts';
import { type EventDraft, MESSAGE_LIMITS, type MessageState } from '../protocol/index.ts';
import { elsewhere } from './carrier.ts';
import { noSuchMessage } from './errors.ts';
import { type Addressee, fromRow, isOver, type Letter, toRow } from './letter.ts';
import { isEnd, mayFollow } from './message-state.ts';
import { type Item, Queues } from './queues.ts';

/** Who is meant by what somebody writes after `to`. */
export interface Addresses {
  /** @throws InboxError not_found, where nobody can be meant */
  resolve(to: string, from: string): readonly string[];
  /** The session that has a name now, if one lives. */
  sessionOf(name: string): string | undefined;
  /** Every name and id that leads to a session that lives. */
  live(): string[];
  /** What a session that lives is called; undefined when it has no name that leads to it. */
  nameOf(sessionId: string): string | undefined;
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
  /** When the next time may be up, in milliseconds since 1970; never later than it is. */
  #nextLook = Number.POSITIVE_INFINITY;

  constructor(options: LedgerOptions) {
    this.#options = options;
    for (const row of options.shelf.open()) this.#keep(fromRow(row));
  }

  /** A message, open or over. */
  letter(id: string): Letter | undefined {
    const row = this.#open.has(id) ? undefined : this.#options.shelf.find(id);
    return this.#open.get(id) ?? (row && fromRow(row));
  }

  /** A message, open or over, for each of those it is for. @throws InboxError not_found */
  items(id: string): Item[] {
    const letter = this.letter(id);
    if (letter === undefined) throw noSuchMessage(id);
    return letter.addressees.map(addressee => ({ letter, addressee }));
  }

  /** Whether it is open, or something of it is not on record yet. */
  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Names that something is open for. */
  get names(): string[] {
    return this.#queues.names;
  }

  /** How many names that is. */
  get size(): number {
    return this.#queues.size;
  }

  /** Whether something is open for a name. */
  has(name: string): boolean {
    return this.#queues.has(name);
  }

  /** Whatever was given to somebody and is not known to have arrived. */
  get given(): Item[] {
    return this.#queues.given;
  }

  /** How many wait for a name, those that are held included; what is handed out just now counts. */
  waiting(name: string): number {
    this.look();
    return this.#queues.waiting(name);
  }

  /** The first that waits for a name, and may be handed out. */
  first(name: string, may: (item: Item) => boolean): Item | undefined {
    this.look();
    return this.#queues.first(name, item => !this.#inHand.has(item.addressee) && may(item));
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
      this.#isDue(item);
    }
    await this.step(item, 'accepted', details);
  }

  /** Whatever a name has open that hookline holds. */
  heldHere(name: string): Item[] {
    return this.#queues.heldHere(name);
  }

  /** Takes a new one in, as it stands, and notes that it answers another one; resolves once both are on record. */
  async add(letter: Letter, content: string): Promise<void> {
    this.#keep(letter);
    const asked = this.#answered(letter);
    const items = letter.addressees.map(addressee => ({ letter, addressee }));
    const events = items.flatMap(item => this.#arrival(item, JSON.parse(content)));
    await this.#record(letter, events, content, asked && [toRow(asked.letter)]);
    for (const item of items) this.onStep(item);
    if (asked) this.onStep(asked);
  }

  /** Takes a step, if it may be taken; resolves once it is on record. */
  async step(item: Item, state: MessageState, details: StepDetails = {}): Promise<void> {
    const { letter, addressee } = item;
    if (!mayFollow(addressee.state, state)) return;
    const { path, reason, sessionId, leaseUntil } = details;
    const at = this.#options.now();
    Object.assign(addressee, { state, at, leaseUntil, reason, settled: undefined });
    if (path !== undefined) addressee.path = path;
    if (sessionId !== undefined) addressee.sessionId = sessionId;
    if (state === 'accepted') Object.assign(addressee, { tries: addressee.tries + 1, givenAt: at });
    this.#isDue(item);
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
      if (isSentOn(addressee) && letter.expiresAt <= now) void this.#settle(item);
    }
    this.#nextLook = Number.POSITIVE_INFINITY;
    for (const item of this.#queues.all()) if (!this.#inHand.has(item.addressee)) this.#isDue(item);
  }

  /** Its time is up on the other machine too: it is not heard of any more, and stays as far as it is known to have come. */
  async #settle(item: Item): Promise<void> {
    item.addressee.settled = true;
    this.#queues.remove(item);
    await this.#record(item.letter, []);
  }

  /** What is over is known from here until the record says so too: two who look at once must not see two things. */
  async #record(
    letter: Letter,
    events: readonly EventDraft[],
    content?: string,
    further: readonly MessageWrite[] = [],
  ): Promise<void> {
    const { id } = letter;
    this.#unrecorded.set(id, (this.#unrecorded.get(id) ?? 0) + 1);
    await this.#options.commit(events, [toRow(letter, content), ...further]);
    const left = (this.#unrecorded.get(id) ?? 1) - 1;
    if (left > 0) return void this.#unrecorded.set(id, left);
    this.#unrecorded.delete(id);
    if (letter.addressees.every(isOver)) this.#open.delete(id);
  }

  /** What a message answers, if whoever sent it was asked: it was for their name or session, or for nobody else. */
  #answered({ inReplyTo, from, createdAt }: Letter): Item | undefined {
    const letter = inReplyTo === undefined ? undefined : this.letter(inReplyTo);
    if (letter === undefined) return undefined;
    const { addressees } = letter;
    const ids = [from, this.#options.addresses.sessionOf(from)];
    const isMeant = ({ name, sessionId }: Addressee): boolean =>
      name === from || (sessionId !== undefined && ids.includes(sessionId));
    const addressee = addressees.find(isMeant) ?? (addressees.length === 1 ? addressees[0] : undefined);
    if (addressee === undefined || addressee.answeredAt !== undefined) return undefined;
    addressee.answeredAt = createdAt;
    return { letter, addressee };
  }

  #keep(letter: Letter): void {
    this.#open.set(letter.id, letter);
    for (const addressee of letter.addressees) {
      if (isOver(addressee)) continue;
      this.#queues.put({ letter, addressee });
      this.#isDue({ letter, addressee });
    }
  }

  /** All of them are looked at when the first is due, and not with every step. */
  #isDue(item: Item): void {
    this.#nextLook = Math.min(this.#nextLook, dueAt(item));
  }

  /** What is held from the start was sent first. */
  #arrival({ letter, addressee }: Item, content: object): EventDraft[] {
    if (addressee.state !== 'held') return [this.#event({ letter, addressee }, content)];
    const { reason: _, ...waiting } = addressee;
    const sent = { letter, addressee: { ...waiting, state: 'queued' as const } };
    return [this.#event(sent, content), this.#event({ letter, addressee })];
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

/** Taken over by another machine, which may say what became of it. */
const isSentOn = ({ name, state }: Addressee): boolean =>
  state === 'accepted' && elsewhere(name) !== undefined;

/** When something has to be done about it, in milliseconds since 1970. */
function dueAt({ letter, addressee }: Item): number {
  if (addressee.leaseUntil !== undefined) return addressee.leaseUntil;
  return addressee.state === 'accepted' && !isSentOn(addressee) ? Number.POSITIVE_INFINITY : letter.expiresAt;
}
