// The inbox: takes messages in, hands them out, and says of each no more than is proven.
import type { EventDraft, Message, NewMessage, PromptOrigin, Sent } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import { Acceptance, type Origin } from './acceptance.ts';
import type { AdmissionOptions } from './admission.ts';
import type { Carrier } from './carrier.ts';
import { Courier } from './courier.ts';
import { Damping, type DampingOptions } from './damping/damping.ts';
import { DeadLetters } from './dead-letters.ts';
import type { DeliveryPath, Said } from './delivery-path.ts';
import { tooLate } from './errors.ts';
import { Forwarder } from './forwarder.ts';
import { Holds } from './holds.ts';
import { Leases, type TakeOptions } from './leases.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import { stateOf } from './letter.ts';
import type { HookOutput } from './pull-path.ts';
import { Replies } from './replies.ts';
import { InboxView } from './view.ts';
import { Waiters } from './waiters.ts';
import type { WaitingHook, WakePath } from './wake-path.ts';
import { Wakers, type Woken } from './wakers.ts';

export interface InboxOptions extends LedgerOptions, Omit<AdmissionOptions, 'ledger'> {
  /** When somebody last typed something into one of these sessions, if that was since then; both in milliseconds since 1970. */
  readonly lastTyped: DampingOptions['lastTyped'];
  /** The ways into sessions, in the order they are tried. Default: none, so that a message waits until somebody takes it. */
  readonly paths?: readonly DeliveryPath[];
  /** What hooks of sessions bring back that none of those reaches. Default: nothing. */
  readonly hookOutputs?: readonly HookOutput[];
  /** The ways to those on other machines. Default: none. */
  readonly carriers?: readonly Carrier[];
  /** The ways by hooks that wait in sessions that none of `paths` reaches and that are idle. Default: none. */
  readonly wakePaths?: readonly WakePath[];
  /** The words that answer a message in a shell. */
  readonly reply: (to: string, id: string) => string;
  /** A text as the log has it, without secrets. Default: as it is. */
  readonly asLogged?: (text: string) => string;
  /** The words that print what waits for a name in a shell, and then it has arrived. */
  readonly fetch: (name: string) => string;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** A prompt that a session was given. */
export interface Prompted {
  readonly sessionId: string;
  readonly prompt: string;
  /** Who it is from. */
  readonly origin: PromptOrigin | undefined;
  /** When that was, in milliseconds since 1970. Default: just now. */
  readonly at?: number | undefined;
}

/** How often it is looked whose time is up, in milliseconds. */
const LOOK_MS = 250;
/** How often it is looked which session that is woken by a hook has become idle, in milliseconds. */
const WAKE_MS = 500;
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
  readonly #ledger: Ledger;
  readonly #acceptance: Acceptance;
  readonly #leases: Leases;
  readonly #deadLetters: DeadLetters;
  readonly #replies: Replies;
  readonly #holds: Holds;
  readonly #courier: Courier;
  readonly #forwarder: Forwarder;
  readonly #wakers: Wakers;
  readonly #waiters = new Waiters();

  constructor(options: InboxOptions) {
    const ledger = new Ledger(options);
    const damping = new Damping(options);
    const view = new InboxView({ ...options, ledger, waiters: this.#waiters });
    this.#options = options;
    this.#ledger = ledger;
    this.view = view;
    this.#acceptance = new Acceptance({ ...options, ledger, damping });
    this.#leases = new Leases({ ...options, ledger, view });
    this.#deadLetters = new DeadLetters({ ...options, ledger, view });
    this.#replies = new Replies({ ...options, ledger });
    this.#holds = new Holds({ ledger, damping });
    this.#courier = new Courier({
      ...options,
      paths: options.paths ?? [],
      pullPaths: [...(options.wakePaths ?? []), ...(options.hookOutputs ?? [])],
      ledger,
      find: id => view.find(id),
    });
    this.#forwarder = new Forwarder({
      ...options,
      carriers: options.carriers ?? [],
      ledger,
      find: id => view.find(id),
    });
    this.#wakers = new Wakers({
      ...options,
      paths: options.wakePaths ?? [],
      hasFor: sessionId => this.#courier.hasFor(sessionId),
      pickUp: (path, opening, gone) => this.#courier.pickUp(path, opening, gone),
    });
    ledger.onStep = ({ letter, addressee: { state, name } }) => {
      this.#waiters.moved(letter.id);
      if (state !== 'queued') return;
      this.#waiters.queued(name);
      void (this.#forwarder.leadsTo(name) ? this.#forwarder.send(name) : this.#courier.bring(name));
      this.#wakers.look();
    };
    for (const path of options.paths ?? [])
      path.onSaid = said =>
        void this.#hear(said).catch(error =>
          options.failed(`inbox: what session ${said.sessionId} wrote was not taken in`, error),
        );
    this.chores = [
      { what: 'inbox: looking whose time is up', everyMs: LOOK_MS, run: () => ledger.look() },
      { what: 'inbox: forgetting what is long over', everyMs: FORGET.everyMs, run: () => this.#forget() },
      ...this.#courier.chores,
      ...this.#forwarder.chores,
      { what: 'inbox: waking idle sessions', everyMs: WAKE_MS, run: () => this.#wakers.look() },
    ];
  }

  start(): void {
    for (const path of this.#options.paths ?? []) void path.open();
  }

  stop(): void {
    this.#wakers.close();
    this.#courier.close();
  }

  /** Since when there is a message that a prompt may tell something of: that it arrived, or may go. In milliseconds since 1970. */
  get promptsMatterSince(): number | undefined {
    const since = this.#ledger.names
      .flatMap(name => this.#ledger.of(name))
      .flatMap(({ addressee: { state, at, givenAt = at } }) => (state === 'queued' ? [] : givenAt));
    return since.length === 0 ? undefined : since.reduce((a, b) => Math.min(a, b));
  }

  /** Names that something is open for. */
  get names(): readonly string[] {
    return this.#ledger.names;
  }

  /** Names that somebody here waits for messages of. */
  get awaited(): Iterable<string> {
    return this.#waiters.names;
  }

  /** The ways into a session, in the order they are tried; with a reason for each that does not lead there now. */
  waysTo(sessionId: string): { path: string; whyNot?: string }[] {
    const { paths = [], wakePaths = [], hookOutputs = [] } = this.#options;
    const way = (
      { name }: { name: string },
      whyNot: string | undefined,
    ): { path: string; whyNot?: string } => ({
      path: name,
      ...(whyNot === undefined ? {} : { whyNot }),
    });
    return [
      ...paths.map(path => way(path, path.whyNot(sessionId))),
      ...wakePaths.map(path => way(path, this.#wakers.whyNot(path, sessionId))),
      ...hookOutputs.map(path => way(path, path.whyNot(sessionId))),
    ];
  }

  /**
   * A hook waits in the background for what wakes its session. Resolves once there is something to tell it, after half a minute at most.
   *
   * @param gone fires when it does not wait any more
   */
  wait(hook: WaitingHook, gone: AbortSignal): Promise<Woken> {
    return this.#wakers.wait(hook, gone);
  }

  /**
   * What a hook may have to bring to the model whose session it belongs to; undefined when it cannot bring anything.
   *
   * @param prints whether the hook hands on what it is answered
   */
  answerHook(
    event: EventDraft,
    prints: boolean,
  ): { answer: (gone: AbortSignal) => Promise<object | undefined> } | undefined {
    for (const path of this.#options.hookOutputs ?? []) {
      const opening = path.opening(event, prints);
      if (opening === undefined) continue;
      return {
        answer: async gone => {
          const text = await this.#courier.pickUp(path, opening, gone);
          return text === undefined ? undefined : opening.output(text);
        },
      };
    }
    return undefined;
  }

  /** A session was given a prompt: what is in it has arrived. When a person typed it, what went in circles by then may go. */
  async prompted({ sessionId, prompt, origin, at = Number.POSITIVE_INFINITY }: Prompted): Promise<void> {
    await this.#courier.prompted(sessionId, prompt);
    if (origin?.kind === 'user') await this.#holds.typed(sessionId, at);
  }

  /**
   * Takes a message in; resolves once it is on record. One that was sent before under its key is not sent again.
   *
   * @throws InboxError
   */
  send(message: NewMessage, origin: Origin): Promise<Sent> {
    return this.#acceptance.accept(message, origin);
  }

  /** Keeps what was refused, as a dead letter: see `Acceptance.bury`. */
  bury(message: NewMessage, origin: Omit<Origin, 'keyDecides'>, reason: string): Promise<string | undefined> {
    return this.#acceptance.bury(message, origin, reason);
  }

  /** Hands out what waits for a name, for a while: until then the taker says that it arrived, or it waits again. */
  take(name: string, options: TakeOptions): Promise<Message[]> {
    return this.#leases.take(name, options);
  }

  /**
   * Whoever took it says that it arrived; saying it again changes nothing.
   *
   * @param path the one it was taken by. Default: `take`
   * @throws InboxError not_found, conflict
   */
  ack(id: string, name: string, path?: string): Promise<Message> {
    return this.#leases.ack(id, name, path);
  }

  /** Whoever took it could do nothing with it. @throws InboxError not_found, conflict */
  nack(id: string, name: string, reason?: string): Promise<Message> {
    return this.#leases.nack(id, name, reason);
  }

  /** Takes back what was not handed out yet. @throws InboxError not_found, conflict */
  async cancel(id: string): Promise<Message> {
    const waiting = this.#ledger.items(id).filter(item => this.#ledger.isStillHere(item));
    if (waiting.length === 0) throw tooLate(id, this.#stateOf(id), 'taken back');
    await Promise.all(waiting.map(item => this.#ledger.step(item, 'cancelled')));
    return this.view.get(id);
  }

  /** Sends a dead letter again, for as long as it was meant to wait. @throws InboxError not_found, conflict */
  retry(id: string): Promise<Message> {
    return this.#deadLetters.retry(id);
  }

  /** Lets go what is held because two sessions went in circles. @throws InboxError not_found, conflict */
  async release(id: string): Promise<Message> {
    if (await this.#holds.release(id, this.#ledger.items(id))) return this.view.get(id);
    throw tooLate(id, this.#stateOf(id), 'released, for it is not held');
  }

  /** The same with everything that is held for that; returns how many messages that were. */
  releaseAll(): Promise<number> {
    return this.#holds.releaseAll();
  }

  /** Takes back whatever waits for a name; returns how much that was. */
  async purge(name: string): Promise<number> {
    const waiting = this.#ledger.of(name).filter(item => this.#ledger.isStillHere(item));
    await Promise.all(waiting.map(item => this.#ledger.step(item, 'cancelled', { reason: 'purged' })));
    return waiting.length;
  }

  /** Forgets dead letters, for everybody; returns how many there were. */
  purgeDead(): Promise<number> {
    return this.#deadLetters.purge();
  }

  async #hear(said: Said): Promise<void> {
    await this.send(this.#replies.toMessage(said), { via: 'unix', verified: false });
  }

  #forget(): void {
    this.#options.shelf.forget(this.#options.now() - KEPT_MS, FORGET.most);
  }

  #stateOf(id: string): string {
    const letter = this.#ledger.letter(id);
    return letter === undefined ? 'gone' : stateOf(letter);
  }
}
