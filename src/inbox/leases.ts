// What was handed out for a while: whoever took it says that it arrived, or could do nothing with it; else it waits again.
import type { Message } from '../protocol/index.ts';
import { tooLate } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { type Addressee, stateOf } from './letter.ts';
import type { Item } from './queues.ts';
import type { InboxView } from './view.ts';

export interface TakeOptions {
  readonly max: number;
  readonly leaseMs: number;
  /** Only what answers this message. Default: whatever waits. */
  readonly inReplyTo?: string | undefined;
  /** As whom events name the taker, who says by the same name that it arrived. Default: `take` */
  readonly path?: string;
}

export interface LeasesOptions {
  readonly ledger: Ledger;
  readonly view: InboxView;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The path of whoever asks for what waits. */
const TAKE = 'take';

export class Leases {
  readonly #options: LeasesOptions;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Hands out what waits for a name. */
  async take(name: string, { max, leaseMs, inReplyTo, path = TAKE }: TakeOptions): Promise<Message[]> {
    const { ledger, view, now } = this.#options;
    const isWanted = ({ letter }: Item): boolean => inReplyTo === undefined || letter.inReplyTo === inReplyTo;
    const taken = ledger.queued(name).filter(isWanted).slice(0, max);
    const leaseUntil = now() + leaseMs;
    await Promise.all(taken.map(item => ledger.step(item, 'accepted', { path, leaseUntil })));
    return taken.flatMap(({ letter }) => view.find(letter.id) ?? []);
  }

  /** Saying it again changes nothing. @param path the one it was taken by @throws InboxError not_found, conflict */
  async ack(id: string, name: string, path = TAKE): Promise<Message> {
    const { ledger, view } = this.#options;
    const known = ledger.letter(id)?.addressees.find(one => one.name === name);
    if (known?.state !== 'delivered' || known.path !== path)
      await ledger.step(this.#taken(id, name, path), 'delivered');
    return view.get(id);
  }

  /** @throws InboxError not_found, conflict */
  async nack(id: string, name: string, reason = 'given back'): Promise<Message> {
    const { ledger, view } = this.#options;
    await ledger.giveBack(this.#taken(id, name, TAKE), reason);
    return view.get(id);
  }

  #taken(id: string, name: string, path: string): Item {
    const items = this.#options.ledger.items(id);
    const item = items.find(({ addressee }) => addressee.name === name);
    if (item && isLent(item.addressee) && item.addressee.path === path) return item;
    const state = items[0] === undefined ? 'gone' : stateOf(items[0].letter);
    throw tooLate(id, state, `acknowledged by ${name}, who has not taken it, or no longer has it`);
  }
}

/** Taken by somebody, for a while. */
export const isLent = ({ state, leaseUntil }: Pick<Addressee, 'state' | 'leaseUntil'>): boolean =>
  state === 'accepted' && leaseUntil !== undefined;
