// Brings what waits for a name to the session that has it: one message after the other, by the first path that reaches it.
import type { Message } from '../protocol/index.ts';
import type { Chore } from '../service.ts';
import type { DeliveryPath, Receipt } from './delivery-path.ts';
import type { Addresses, Ledger } from './ledger.ts';
import type { Addressee } from './letter.ts';
import { isEnd } from './message-state.ts';
import { Pace } from './pace.ts';
import type { Item } from './queues.ts';
import { messagesIn, rendered } from './rendering.ts';

export interface CourierOptions {
  readonly ledger: Ledger;
  readonly addresses: Addresses;
  /** In the order they are tried. */
  readonly paths: readonly DeliveryPath[];
  readonly find: (id: string) => Message | undefined;
  /** The words that answer a message in a shell. */
  readonly reply: (to: string, id: string) => string;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** How often it is looked whether somebody came back, or may get more, in milliseconds. */
const LOOK_MS = 500;

export class Courier {
  readonly chores: readonly Chore[] = [
    { what: 'inbox: bringing messages to sessions', everyMs: LOOK_MS, run: () => this.bringAll() },
  ];
  readonly #options: CourierOptions;
  readonly #pace: Pace;
  /** Names that something is being brought to. */
  readonly #busy = new Set<string>();
  /** Names of whom it was said that a path does not take what is theirs; it is tried again, and not said again. */
  readonly #complained = new Set<string>();

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#pace = new Pace(options.uptime);
    for (const path of options.paths) path.onReceipt = receipt => this.#receive(path, receipt);
  }

  bringAll(): void {
    for (const name of this.#options.ledger.names) void this.bring(name);
  }

  /** Brings what waits for a name, if a session has it. */
  async bring(name: string): Promise<void> {
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    try {
      while (await this.#next(name));
    } catch (error) {
      this.#options.failed(`inbox: a message for ${name} could not be brought`, error);
    } finally {
      this.#busy.delete(name);
    }
  }

  /** A prompt that a session was given: the messages whose text is in it have arrived. */
  async prompted(sessionId: string, prompt: string): Promise<void> {
    for (const id of messagesIn(prompt)) {
      const item = this.#item(id, one => this.#isFor(sessionId, one));
      if (item) await this.#options.ledger.step(item, 'delivered', { sessionId });
    }
  }

  close(): void {
    for (const path of this.#options.paths) path.close();
  }

  /** Brings the next one; false when there is none, nobody to bring it to, or it has to wait. */
  async #next(name: string): Promise<boolean> {
    const { ledger, addresses, paths, find, reply } = this.#options;
    const sessionId = addresses.sessionOf(name);
    const [item] = sessionId === undefined ? [] : ledger.queued(name);
    if (sessionId === undefined || item === undefined) return false;
    const path = paths.find(one => one.whyNot(sessionId) === undefined);
    const message = find(item.letter.id);
    if (path === undefined || message === undefined || !this.#pace.take(sessionId)) return false;
    const { id, from, priority } = message;
    const text = rendered(message, reply);
    const give = (): Promise<void> => path.give({ messageId: id, sessionId, from, priority, text });
    try {
      await ledger.handOver(item, give, { path: path.name, sessionId });
    } catch (error) {
      // Nothing of it arrived: it waits on, and is tried again.
      if (!this.#complained.has(name))
        this.#options.failed(`inbox: ${path.name} did not take message ${id} for ${name}`, error);
      this.#complained.add(name);
      return false;
    }
    this.#complained.delete(name);
    return true;
  }

  #receive(path: DeliveryPath, { messageId, kind, reason }: Receipt): void {
    const { ledger } = this.#options;
    const item = this.#item(messageId, one => isUnderWay(one) && one.path === path.name);
    if (!item) return;
    const details = reason === undefined ? {} : { reason };
    if (kind === 'held') void ledger.step(item, 'held', details);
    else if (kind === 'refused') void ledger.step(item, 'dead', details);
    else if (kind === 'dropped') void ledger.giveBack(item, reason ?? 'dropped');
    // That it was let in is no proof that it arrived: the prompt is, and it follows.
  }

  /** A daemon that was killed may have given it without having that on record; whoever took it by another way has it alone. */
  #isFor(sessionId: string, { state, path, name, ...one }: Addressee): boolean {
    if (isEnd(state) || (state === 'accepted' && path === 'take')) return false;
    return (one.sessionId ?? this.#options.addresses.sessionOf(name)) === sessionId;
  }

  #item(id: string, isMeant: (addressee: Addressee) => boolean): Item | undefined {
    const letter = this.#options.ledger.letter(id);
    const addressee = letter?.addressees.find(isMeant);
    return letter && addressee && { letter, addressee };
  }
}

/** Given to a session, and not known to have arrived. */
const isUnderWay = ({ state }: Addressee): boolean => state === 'accepted' || state === 'held';
