// What a session gets that comes for its messages: as many as fit, in order, and word of those that never will.
import type { Message } from '../protocol/index.ts';
import type { Addresses, Ledger } from './ledger.ts';
import type { Opening } from './pull-path.ts';
import type { Item } from './queues.ts';
import { inOrder } from './queues.ts';
import { rendered } from './rendering.ts';

export interface PickupOptions {
  readonly ledger: Ledger;
  readonly addresses: Addresses;
  readonly find: (id: string) => Message | undefined;
  /** The words that answer a message in a shell. */
  readonly reply: (to: string, id: string) => string;
  /** The words that print what waits for a name in a shell, and then it has arrived. */
  readonly fetch: (name: string) => string;
  /** Whether it may be given, as far as earlier tries go. */
  readonly isRested: (item: Item) => boolean;
  /** It was given to nobody. */
  readonly giveBack: (item: Item, reason: string) => void;
}

/** Between two messages. */
const GAP = '\n\n';
/** Names that are looked at one by one. */
const FEW = 50;
/** How many are kept in mind of which was said that they are too long. */
const MOST_SAID = 1000;

/** What fits, each with its text. */
interface Fitting {
  readonly items: Item[];
  readonly texts: string[];
  /** What is told to be too long, by message and session. */
  readonly words: string[];
}

export class Pickup {
  readonly #options: PickupOptions;
  /** Messages of which a session was told that they are too long, by both: saying it again would only disturb. */
  readonly #said = new Set<string>();

  constructor(options: PickupOptions) {
    this.#options = options;
  }

  /**
   * Takes what waits for a session; on record as given before it is handed out, so that whatever happens nothing is given twice.
   *
   * @param path who it is given by
   * @returns what the model is to read, if anything
   */
  async take(path: string, opening: Opening, gone: AbortSignal): Promise<string | undefined> {
    const { ledger, giveBack } = this.#options;
    const { items, texts, words } = this.#fitting(opening);
    if (gone.aborted || texts.length === 0) return undefined;
    const details = { path, sessionId: opening.sessionId };
    await Promise.all(items.map(item => ledger.handOver(item, async () => {}, details)));
    if (!gone.aborted) {
      for (const key of words) this.#keep(key);
      return texts.join(GAP);
    }
    for (const item of items) giveBack(item, 'the session did not wait for it');
    return undefined;
  }

  /** Whether something waits for a session, though maybe not now. */
  hasFor(sessionId: string): boolean {
    const { ledger } = this.#options;
    return ledger.size > 0 && this.#namesOf(sessionId).some(name => ledger.queued(name).length > 0);
  }

  /** The first of what waits, until one does not fit any more. */
  #fitting({ sessionId, most, isBetweenTurns }: Opening): Fitting {
    const { find, reply, isRested } = this.#options;
    const { items, texts, words }: Fitting = { items: [], texts: [], words: [] };
    let room = most;
    for (const item of inOrder(this.#namesOf(sessionId).flatMap(name => this.#options.ledger.queued(name)))) {
      const { letter } = item;
      const isUrgent = letter.priority !== 'low' && letter.whenBusy !== 'defer';
      const message = isRested(item) && (isUrgent || isBetweenTurns) ? find(letter.id) : undefined;
      if (message === undefined) continue;
      const whole = rendered(message, reply);
      const isTooLong = whole.length > most;
      const key = `${letter.id} ${sessionId}`;
      if (isTooLong && this.#said.has(key)) continue;
      const text = isTooLong ? this.#wordOf(item, whole.length) : whole;
      if (text.length > room) break;
      room -= text.length + GAP.length;
      texts.push(text);
      if (isTooLong) words.push(key);
      else items.push(item);
    }
    return { items, texts, words };
  }

  #keep(key: string): void {
    if (this.#said.size >= MOST_SAID) this.#said.clear();
    this.#said.add(key);
  }

  /** Said once: the message itself waits on, and nothing of it has arrived. */
  #wordOf({ letter, addressee }: Item, length: number): string {
    return `[hookline] A message from ${letter.from} is too long to be shown here (${length} characters) and waits for you. Get it by: ${this.#options.fetch(addressee.name)}`;
  }

  /** Every name that something is open for and that means this session. */
  #namesOf(sessionId: string): readonly string[] {
    const { ledger, addresses } = this.#options;
    const isMeant = (name: string): boolean => addresses.sessionOf(name) === sessionId;
    if (ledger.size <= FEW) return ledger.names.filter(isMeant);
    return addresses.live().filter(name => ledger.has(name) && isMeant(name));
  }
}
