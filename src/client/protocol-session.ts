// The conversation over one connection: the daemon greets, the client asks for what its readers want, events follow.
import type { Position, ResumeReason, ServerMessageOf } from '../protocol/index.ts';
import { type Cursor, isOfAnotherHub, oldestOf, type Passed, positionOf, whyNotResumable } from './cursor.ts';
import { SubscriptionError } from './errors.ts';
import type { Reader, Roster } from './reader.ts';
import { type Difference, difference, type SubscriptionSet, subscribeMessages } from './subscription-set.ts';
import type { Message, Transport } from './transport.ts';
import type { Loss, Snapshot } from './types.ts';

/** Somebody who uses the connection for something else than events. */
export interface Guest {
  /** The connection stands; called again for every new one. */
  open(transport: Transport): void;
  /** A message that was for none of the readers. */
  receive(message: Message, transport: Transport): void;
}

export interface ProtocolSessionOptions {
  readonly roster: Roster;
  readonly cursor: Cursor;
  readonly guest: Guest | undefined;
  /** Whether sessions may wait for answers from here. */
  readonly answers: boolean;
  /** Where to begin when the cursor stands nowhere. */
  readonly from: 'now' | 'oldest';
  /** Everything that was asked for is flowing. */
  readonly onLive: () => void;
}

export class ProtocolSession {
  /** The stream flowed as it should. */
  fine = false;
  readonly #options: ProtocolSessionOptions;
  readonly #transport: Transport;
  #greeted = false;
  /** A first `subscribe` was sent, so the connection has a position in the log. */
  #placed = false;
  #held: SubscriptionSet = new Map();
  #count = 0;
  /** The id of the `subscribe` whose reply says where the stream stands; what comes before it is of no place. */
  #placing: string | undefined;
  /** The greeting of another hub than the stream was at, until that has found where to go on. */
  #moving: Snapshot | undefined;
  /** Snapshots that were asked for, and who begins with them. */
  readonly #joins = new Map<string, readonly Reader[]>();
  /** Subscribes without a reply, with their topics and whom they are for. */
  readonly #subscribes = new Map<string, { topics: string[]; joiners: readonly Reader[] }>();

  constructor(transport: Transport, options: ProtocolSessionOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  receive(message: Message): void {
    switch (message.type) {
      case 'snapshot':
        return this.#snapshot(message as Snapshot);
      case 'subscribed':
        return this.#subscribed(message as ServerMessageOf<'subscribed'>);
      case 'events':
        return this.#events(message as ServerMessageOf<'events'>);
      case 'position':
        return this.#position(message as ServerMessageOf<'position'>);
      case 'gap':
        return this.#gap(message as ServerMessageOf<'gap'>);
      case 'error':
        return this.#error(message as ServerMessageOf<'error'>);
      default:
        this.#options.guest?.receive(message, this.#transport);
    }
  }

  /** Readers came or went. */
  readersChanged(): void {
    const { roster } = this.#options;
    if (!this.#greeted) return;
    const asked = new Set([...this.#joins.values()].flat());
    const joiners = roster.joining.filter(reader => !asked.has(reader));
    if (this.#placed) this.#subscribe(difference(this.#held, roster.subscriptions()), joiners);
    // A first subscribe counts from the newest snapshot, and the greeting is an old one by now.
    if (joiners.length > 0) this.#askSnapshot(joiners);
  }

  #snapshot(snapshot: Snapshot): void {
    if (!this.#greeted) return this.#greet(snapshot);
    const { roster, cursor, guest } = this.#options;
    const joiners = this.#joins.get(String(snapshot.id));
    if (joiners === undefined) return guest?.receive(snapshot, this.#transport);
    this.#joins.delete(String(snapshot.id));
    if (this.#placed) {
      cursor.expect(snapshot.seq, snapshot.nodes);
      this.#deliver([], cursor.advance(snapshot.seq));
    } else cursor.stand(positionOf(snapshot));
    roster.begin(joiners, positionOf(snapshot), snapshot);
    if (!this.#placed) this.#place(positionOf(snapshot), true);
  }

  #greet(snapshot: Snapshot): void {
    const { roster, cursor, guest, from } = this.#options;
    this.#greeted = true;
    const resumed = roster.active.size > 0 ? this.#resumeFrom(snapshot) : undefined;
    const fromOldest = from === 'oldest' && cursor.position === undefined;
    const start = resumed ?? (fromOldest ? oldestOf(snapshot) : positionOf(snapshot));
    cursor.stand(start);
    if (isOfAnotherHub(start, snapshot)) {
      this.#moving = snapshot;
    } else {
      cursor.expect(snapshot.seq, snapshot.nodes);
      roster.confirm(start, snapshot);
      if (resumed === undefined || start.seq === snapshot.seq) roster.begin(roster.joining, start, snapshot);
    }
    if (roster.size > 0) this.#place(start, resumed !== undefined || fromOldest);
    else this.#options.onLive();
    const joiners = roster.joining;
    if (joiners.length > 0 || [...roster.active].some(reader => reader.wantsHead)) this.#askSnapshot(joiners);
    guest?.open(this.#transport);
  }

  /** Where the readers go on; undefined at the snapshot, because their place in the log means nothing any more. */
  #resumeFrom(snapshot: Snapshot): Position | undefined {
    const { roster, cursor } = this.#options;
    const from = cursor.position;
    if (from === undefined) return undefined;
    const reason = whyNotResumable(from, snapshot);
    if (reason === undefined) return from;
    const oldest = oldestOf(snapshot);
    const to = reason === 'evicted' ? oldest : positionOf(snapshot);
    roster.lose({ type: 'loss', reason, from, to, oldest });
    return reason === 'evicted' ? to : undefined;
  }

  /** Takes the connection's place in the log. Several messages place it with the last one: then every topic counts from there. */
  #place(start: Position, always: boolean): void {
    this.#placed = true;
    this.#held = this.#options.roster.subscriptions();
    const subscriptions = subscribeMessages(this.#held);
    subscriptions.forEach(({ topics, ...sessions }, index) => {
      const last = index === subscriptions.length - 1;
      const since = last && (always || subscriptions.length > 1) ? { since: start } : {};
      const id = this.#sendSubscribe({ topics, ...sessions, ...since }, []);
      if (last) this.#placing = id;
    });
  }

  #subscribe({ add, drop }: Difference, joiners: readonly Reader[]): void {
    this.#held = this.#options.roster.subscriptions();
    for (const { topics } of subscribeMessages(drop)) this.#transport.send({ type: 'unsubscribe', topics });
    for (const subscribe of subscribeMessages(add)) this.#sendSubscribe(subscribe, joiners);
  }

  #sendSubscribe(
    subscribe: { topics: string[]; sessionId?: string[]; since?: Position },
    joiners: readonly Reader[],
  ): string {
    const id = this.#id();
    this.#subscribes.set(id, { topics: subscribe.topics, joiners });
    const onlyWatches = this.#options.answers ? {} : { answers: false };
    this.#transport.send({ type: 'subscribe', id, batch: true, ...onlyWatches, ...subscribe });
    return id;
  }

  #askSnapshot(joiners: readonly Reader[]): void {
    const id = this.#id();
    this.#joins.set(id, joiners);
    this.#transport.send({ type: 'get_snapshot', id });
  }

  #subscribed({ id, epoch, seq, recovered, reason }: ServerMessageOf<'subscribed'>): void {
    const { roster, cursor } = this.#options;
    this.#subscribes.delete(String(id));
    if (this.#placing === undefined) {
      this.#deliver([], cursor.tell(seq));
      return;
    }
    if (id !== this.#placing) return;
    this.#placing = undefined;
    const from = cursor.position;
    if (this.#moving !== undefined) return this.#moved(this.#moving, { epoch, seq }, reason);
    const to = cursor.place({
      ...{ epoch, seq },
      ...(recovered !== false && from?.nodes && { nodes: from.nodes }),
    });
    this.#options.onLive();
    // Between the greeting and this reply the log let go of the place that was asked for.
    if (recovered !== false || from === undefined) return;
    roster.lose({ type: 'loss', reason: reason ?? 'evicted', from, to, oldest: to });
    this.readersChanged();
  }

  /** Another hub found where the stream goes on there; or not, with a reason. */
  #moved(greeting: Snapshot, to: Position, reason: ResumeReason | undefined): void {
    const { roster, cursor, onLive } = this.#options;
    this.#moving = undefined;
    const from = cursor.position;
    if (reason === undefined || from === undefined) {
      roster.move(cursor.move(to), greeting);
      return onLive();
    }
    // Of the other machines nothing is lost: with what is known of them, it goes on at the oldest event, on a new connection.
    const oldest = oldestOf(greeting);
    const start = cursor.move(oldest);
    roster.lose({ type: 'loss', reason, from, to: start, oldest });
    roster.move(start, greeting);
    this.fine = true;
    this.#transport.close(1000, `another hub cannot go on from there (${reason})`);
  }

  #position({ seq, nodes }: ServerMessageOf<'position'>): void {
    const { cursor } = this.#options;
    if (this.#placing !== undefined) return;
    cursor.expect(seq, nodes);
    this.#deliver([], cursor.tell(seq));
  }

  #events({ prev, to, events }: ServerMessageOf<'events'>): void {
    const { cursor } = this.#options;
    if (this.#placing !== undefined) return;
    if (!cursor.continuesFrom(prev)) {
      this.fine = false;
      this.#transport.close(
        1000,
        `a batch continues from seq ${prev}, but this client stands at ${cursor.position?.seq}`,
      );
      return;
    }
    this.#deliver(cursor.pass(events), cursor.tell(to));
  }

  #gap({ from, to, reason }: ServerMessageOf<'gap'>): void {
    const { roster, cursor } = this.#options;
    const before = cursor.position;
    if (this.#placing !== undefined || before === undefined) return;
    const after = { ...before, seq: to };
    const loss: Loss = { type: 'loss', reason, from: { ...after, seq: from - 1 }, to: after, oldest: after };
    cursor.advance(to);
    roster.lose(loss);
    this.readersChanged();
  }

  #deliver(passed: readonly Passed[], position: Position | undefined): void {
    if (position === undefined || this.#placing !== undefined) return;
    this.fine = true;
    this.#options.roster.deliver(passed, position);
  }

  #error(error: ServerMessageOf<'error'>): void {
    const { id, code, message } = error;
    const refused = this.#subscribes.get(String(id));
    if (refused === undefined && id !== undefined && !this.#joins.has(String(id))) {
      this.#options.guest?.receive(error, this.#transport);
      return;
    }
    // What may pass is tried again on another connection; what may not ends those who asked for it.
    if (refused === undefined || code === 'internal' || code === 'rate_limited') {
      this.#transport.close(1000, message);
      return;
    }
    this.#subscribes.delete(String(id));
    const { topics, joiners } = refused;
    const failure = new SubscriptionError(code, message);
    this.#options.roster.refuse(topics, failure, joiners.length > 0 ? joiners : undefined);
    // The others were perhaps asked for in the same message: begin again without the ones that were refused.
    this.#transport.close(1000, message);
  }

  #id(): string {
    this.#count++;
    return `s${this.#count}`;
  }
}
