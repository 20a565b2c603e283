// Brings what waits for a name to the session that has it: one message after the other, by the first path that reaches it.
import type { Message } from '../protocol/index.ts';
import type { Chore } from '../service.ts';
import type { DeliveryPath, Receipt } from './delivery-path.ts';
import { isLent } from './leases.ts';
import type { Addresses, Ledger } from './ledger.ts';
import type { Addressee } from './letter.ts';
import { isEnd } from './message-state.ts';
import { Pace } from './pace.ts';
import { Pickup } from './pickup.ts';
import type { Opening, PullPath } from './pull-path.ts';
import type { Item } from './queues.ts';
import { isIn, messagesIn, rendered } from './rendering.ts';

export interface CourierOptions {
  readonly ledger: Ledger;
  readonly addresses: Addresses;
  /** In the order they are tried. */
  readonly paths: readonly DeliveryPath[];
  /** Those that sessions open themselves; only for a session that none of `paths` reaches. */
  readonly pullPaths: readonly PullPath[];
  readonly find: (id: string) => Message | undefined;
  /** The words that answer a message in a shell. */
  readonly reply: (to: string, id: string) => string;
  /** A text as the log has it, without secrets. Default: as it is. */
  readonly asLogged?: (text: string) => string;
  /** The words that print what waits for a name in a shell, and then it has arrived. */
  readonly fetch: (name: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** How often it is looked whether somebody came back, or may get more, in milliseconds. */
const LOOK_MS = 500;
/** Names that are looked at one by one. */
const FEW = 50;
/** How long after it was given a session's own record must show it, in milliseconds; in an idle one it took 10, in a busy one 20. */
const RECORD_MS = 5000;
/** How long after a session was gone what it was given may still turn out to have arrived, in milliseconds. */
const GONE_MS = 15_000;
/** How long what was not taken rests before it is given again, in milliseconds, for each time it was: a client that has too much drops more. */
const REST_MS = 2000;

/** By `uptime`, in milliseconds. */
interface Given {
  /** When to ask whether the session took it; never again, once it is known that it did. */
  askAt: number;
  /** When the session was found gone. */
  goneAt: number | undefined;
}

export class Courier {
  readonly chores: readonly Chore[] = [
    { what: 'inbox: bringing messages to sessions', everyMs: LOOK_MS, run: () => this.bringAll() },
    { what: 'inbox: looking what became of them', everyMs: LOOK_MS, run: () => this.#lookAfterAll() },
  ];
  readonly #options: CourierOptions;
  readonly #pace: Pace;
  readonly #pickup: Pickup;
  /** Names that something is being brought to. */
  readonly #busy = new Set<string>();
  /** Names of whom it was said that a path does not take what is theirs; it is tried again, and not said again. */
  readonly #complained = new Set<string>();
  /** What is known of what was given, besides what is on record. */
  readonly #given = new WeakMap<Addressee, Given>();
  /** What was given back, and when it may be given again, by `uptime`. */
  readonly #rests = new WeakMap<Addressee, number>();

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#pace = new Pace(options.uptime);
    this.#pickup = new Pickup({
      ...options,
      isRested: item => this.#isRested(item),
      giveBack: (item, reason) => this.#giveBack(item, reason),
    });
    for (const path of options.paths) path.onReceipt = receipt => this.#receive(path, receipt);
  }

  bringAll(): void {
    const { ledger, addresses } = this.#options;
    // Whichever are fewer: those for whom something waits, or those who are there.
    const names = ledger.size > FEW ? addresses.live().filter(name => ledger.has(name)) : ledger.names;
    for (const name of names) void this.bring(name);
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

  /** What a session gets that opens a way in, as its model is to read it; undefined when there is nothing for it, or another way leads there. */
  async pickUp(path: PullPath, opening: Opening, gone: AbortSignal): Promise<string | undefined> {
    const { sessionId } = opening;
    if (this.#options.paths.some(one => one.whyNot(sessionId) === undefined)) return undefined;
    return path.whyNot(sessionId) === undefined ? this.#pickup.take(path.name, opening, gone) : undefined;
  }

  /** Whether something waits for a session, though maybe not now. */
  hasFor(sessionId: string): boolean {
    return this.#pickup.hasFor(sessionId);
  }

  /** A prompt that a session was given: the messages whose header and text are in it have arrived. */
  async prompted(sessionId: string, prompt: string): Promise<void> {
    const { find, paths, asLogged = text => text } = this.#options;
    // Whoever was killed may have given it by any of them.
    const ways = [asLogged, ...paths.flatMap(path => (path.asRead ? [asReadBy(path, asLogged)] : []))];
    for (const id of messagesIn(prompt)) {
      const item = this.#item(id, one => this.#isFor(sessionId, one));
      const message = item && find(id);
      if (item && message && ways.some(asRead => isIn(prompt, message, asRead)))
        await this.#options.ledger.step(item, 'delivered', { sessionId });
    }
  }

  close(): void {
    for (const path of this.#options.paths) path.close();
  }

  /** Brings the next one; false when there is none, nobody to bring it to, or it has to wait. */
  async #next(name: string): Promise<boolean> {
    const { ledger, addresses, paths, find, reply } = this.#options;
    const sessionId = addresses.sessionOf(name);
    const item = sessionId === undefined ? undefined : ledger.first(name, one => this.#isRested(one));
    if (sessionId === undefined || item === undefined) return false;
    const path = paths.find(one => one.whyNot(sessionId) === undefined);
    const message = find(item.letter.id);
    if (path === undefined || message === undefined || !this.#pace.take(sessionId)) return false;
    const { id, from } = message;
    const priority = item.letter.whenBusy === 'defer' ? 'low' : message.priority;
    const text = rendered(message, reply);
    const attempt = item.addressee.tries + 1;
    const give = (): Promise<void> => path.give({ messageId: id, sessionId, from, priority, text, attempt });
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
    else if (kind === 'dropped') this.#giveBack(item, reason ?? 'dropped');
    // That it was let in is no proof that it arrived: the prompt is, and it follows.
  }

  #lookAfterAll(): void {
    for (const item of this.#options.ledger.given) this.#lookAfter(item);
  }

  /** What a session has no record of did not get there; what it had and had not read when it ended is not read any more. */
  #lookAfter(item: Item): void {
    const { paths, pullPaths, addresses, uptime } = this.#options;
    const { state, path: name, sessionId } = item.addressee;
    const path = paths.find(one => one.name === name);
    const pullPath = pullPaths.find(one => one.name === name);
    if (state === 'queued' || (path ?? pullPath) === undefined || sessionId === undefined) return;
    const given = this.#givenOf(item.addressee);
    if (pullPath && this.#isDecided(item, pullPath, sessionId)) return;
    if (addresses.sessionOf(sessionId) === undefined) {
      given.goneAt ??= uptime();
      if (uptime() - given.goneAt >= GONE_MS) this.#giveBack(item, 'the session ended before it read it');
      return;
    }
    given.goneAt = undefined;
    if (path === undefined || state === 'held' || uptime() < given.askAt) return;
    const isTaken = path.hasTaken(item.letter.id, sessionId);
    given.askAt = isTaken === true ? Number.POSITIVE_INFINITY : uptime() + RECORD_MS;
    if (isTaken === false) this.#giveBack(item, 'the session took no note of it');
  }

  /** Whether the record of the session shows what became of it. */
  #isDecided(item: Item, path: PullPath, sessionId: string): boolean {
    const { givenAt = item.addressee.at } = item.addressee;
    const fate = path.fate(item.letter.id, sessionId, givenAt);
    if (fate === 'read') void this.#options.ledger.step(item, 'delivered');
    else if (fate === 'lost') this.#giveBack(item, 'the session went on without it');
    return fate !== undefined;
  }

  /** Whether it may be given, as far as earlier tries go. */
  #isRested({ addressee }: Item): boolean {
    return (this.#rests.get(addressee) ?? 0) <= this.#options.uptime();
  }

  #givenOf(addressee: Addressee): Given {
    const { now, uptime } = this.#options;
    const age = now() - (addressee.givenAt ?? 0);
    const given = this.#given.get(addressee) ?? {
      askAt: uptime() + Math.max(0, RECORD_MS - Math.max(0, age)),
      goneAt: undefined,
    };
    this.#given.set(addressee, given);
    return given;
  }

  #giveBack(item: Item, reason: string): void {
    const { addressee } = item;
    this.#given.delete(addressee);
    this.#rests.set(addressee, this.#options.uptime() + REST_MS * addressee.tries);
    void this.#options.ledger.giveBack(item, reason);
  }

  /** A daemon that was killed may have given it without having that on record; whoever took it by another way has it alone. */
  #isFor(sessionId: string, one: Addressee): boolean {
    if (isEnd(one.state) || isLent(one)) return false;
    return (one.sessionId ?? this.#options.addresses.sessionOf(one.name)) === sessionId;
  }

  #item(id: string, isMeant: (addressee: Addressee) => boolean): Item | undefined {
    const letter = this.#options.ledger.letter(id);
    const addressee = letter?.addressees.find(isMeant);
    return letter && addressee && { letter, addressee };
  }
}

/** Given to a session, and not known to have arrived. */
const isUnderWay = ({ state }: Addressee): boolean => state === 'accepted' || state === 'held';

const asReadBy =
  (path: DeliveryPath, asLogged: (text: string) => string) =>
  (text: string): string =>
    asLogged(path.asRead?.(text) ?? text);
