// Keeps sessions and machines from flooding others: how fast they may write, what they repeat, and when two talk in circles.
import type { MessageShelf } from '../../log/index.ts';
import type { Via } from '../../protocol/index.ts';
import { InboxError } from '../errors.ts';
import type { Addresses } from '../ledger.ts';
import { type Addressee, fromRow, type Letter, wentNowhere } from '../letter.ts';
import type { Before } from '../repeats.ts';
import type { Passage } from '../rules.ts';
import { Loops, type LoopsOptions } from './loops.ts';
import { Rate } from './rate.ts';
import { SameText } from './same-text.ts';

export interface DampingOptions extends Pick<LoopsOptions, 'lastTyped'> {
  readonly shelf: MessageShelf;
  readonly addresses: Addresses;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
}

/** A message that is damped: who sends it to whom. */
export interface Traffic {
  /** As people call it. */
  readonly from: string;
  /** One and the same, whichever of its names it uses. */
  readonly sender: string;
  readonly isSession: boolean;
  readonly recipients: readonly Recipient[];
}

interface Recipient {
  readonly name: string;
  /** One and the same, whichever of its names is used. */
  readonly who: string;
  readonly isSession: boolean;
}

/** Ways in of machines that nobody watches. What comes by the others is the user's own, unless a session sends it. */
const MACHINES: ReadonlySet<string> = new Set<Via>(['channel', 'webhook', 'amqp', 'mqtt', 'redis', 'nats']);
/** What a sender may send, and what one of its recipients may get of that; windows in milliseconds. */
const OF_SENDER = { most: 60, windowMs: 60_000 };
const OF_PAIR = { most: 10, windowMs: 10_000 };
/** Newest messages that are looked through for those between two sessions. */
const LOOK = 1000;

export class Damping {
  readonly #options: DampingOptions;
  readonly #ofSender = new Rate(OF_SENDER);
  readonly #ofPair = new Rate(OF_PAIR);
  readonly #sameText = new SameText();
  readonly #loops: Loops;

  constructor(options: DampingOptions) {
    const { lastTyped } = options;
    this.#options = options;
    this.#loops = new Loops({ lastTyped, onRecord: (a, b, most) => this.#onRecord(a, b, most) });
  }

  /** Undefined for what is not damped. */
  trafficOf(passage: Omit<Passage, 'to'>, names: readonly string[]): Traffic | undefined {
    const { from, via } = passage;
    const isSession = this.#isFromSession(passage);
    if (!isSession && !MACHINES.has(via)) return undefined;
    const recipients = names.map(name => {
      const sessionId = this.#options.addresses.sessionOf(name);
      return { name, who: sessionId ?? name, isSession: sessionId !== undefined };
    });
    return { from, sender: isSession ? this.#identityOf(from) : `${via} ${from}`, isSession, recipients };
  }

  /** What a session said with the same words to the same sessions, half a minute ago at most, if that is still good for something. */
  saidBefore(traffic: Traffic, digest: string): Before | undefined {
    return this.#sameText.find(placeOf(traffic, digest), this.#options.uptime());
  }

  /** @throws InboxError rate_limited, which says how long to wait */
  checkRate({ from, sender, recipients }: Traffic): void {
    const now = this.#options.uptime();
    const waitMs = this.#ofSender.waitMs(sender, now);
    if (waitMs > 0) throw tooFast(`${from} sent ${inWindow(OF_SENDER)}`, waitMs);
    for (const { name, who } of recipients) {
      const waitMs = this.#ofPair.waitMs(`${sender} ${who}`, now);
      if (waitMs > 0) throw tooFast(`${from} sent ${name} ${inWindow(OF_PAIR)}`, waitMs);
    }
  }

  /** Whether it would be one too many between two sessions, with nobody having typed anything meanwhile. */
  isLoop({ isSession, sender, recipients }: Traffic, name: string): boolean {
    const recipient = recipients.find(one => one.name === name);
    return isSession && recipient?.isSession === true && this.#loops.isLoop(sender, recipient.who);
  }

  /** It was taken in. */
  note(traffic: Traffic, letter: Letter, committed: Promise<void>): void {
    const { sender, isSession, recipients } = traffic;
    const now = this.#options.uptime();
    this.#ofSender.count(sender, now);
    for (const { who } of recipients) this.#ofPair.count(`${sender} ${who}`, now);
    const sessions = isSession ? recipients.filter(one => one.isSession) : [];
    for (const { who } of sessions) this.#loops.count(sender, who, letter.createdAt);
    if (sessions.length > 0) this.#sameText.note(placeOf(traffic, letter.digest), letter, committed, now);
  }

  /** Somebody typed something in a session. @param at in milliseconds since 1970 */
  typed(sessionId: string, at: number): void {
    this.#loops.typed(sessionId, at);
  }

  /** Whether a session is one of the two that a message is between. */
  isBetween({ from }: Letter, { name }: Addressee, sessionId: string): boolean {
    return this.#identityOf(from) === sessionId || this.#identityOf(name) === sessionId;
  }

  #isFromSession({ from, via }: Omit<Passage, 'to'>): boolean {
    return via === 'mcp' || (!MACHINES.has(via) && this.#options.addresses.sessionOf(from) !== undefined);
  }

  #identityOf(name: string): string {
    return this.#options.addresses.sessionOf(name) ?? name;
  }

  #onRecord(a: string, b: string, most: number): number[] {
    return this.#options.shelf
      .list({ most: LOOK })
      .map(fromRow)
      .filter(letter => this.#isExchange(letter, a, b))
      .slice(0, most)
      .map(({ createdAt }) => createdAt);
  }

  #isExchange(letter: Letter, a: string, b: string): boolean {
    if (!this.#isFromSession(letter)) return false;
    const sender = this.#identityOf(letter.from);
    const other = sender === a ? b : a;
    if (sender !== a && sender !== b) return false;
    return letter.addressees.some(
      one => !wentNowhere(one) && (this.#identityOf(one.name) === other || one.sessionId === other),
    );
  }
}

const placeOf = ({ sender, recipients }: Traffic, digest: string): string =>
  JSON.stringify([sender, recipients.map(({ who }) => who).sort(), digest]);

const inWindow = ({ most, windowMs }: { readonly most: number; readonly windowMs: number }): string =>
  `${most} messages within ${windowMs / 1000} s`;

const tooFast = (what: string, waitMs: number): InboxError =>
  new InboxError('rate_limited', `${what}; send it again in ${Math.ceil(waitMs / 1000)} s`, {
    retryAfterMs: waitMs,
  });
