// Those who read a stream, and what they want of it together.
import type { EventEnvelope, Position } from '../protocol/index.ts';
import type { Passed } from './cursor.ts';
import { type SubscriptionSet, subscriptionsOf } from './subscription-set.ts';
import type { Loss, Snapshot } from './types.ts';

/** One consumer, as the stream sees it. Everything it is told comes in the order of the log. */
export interface Reader {
  readonly topics: readonly string[];
  /** Undefined: all. */
  readonly sessions: ReadonlySet<string> | undefined;
  /** It begins with a snapshot, and needs a new one after a loss. */
  readonly wantsSnapshots: boolean;
  /** It wants to know soon when the head of the log is reached. */
  readonly wantsHead: boolean;
  /** It holds as much as it may. */
  readonly full: boolean;
  wants(event: EventEnvelope): boolean;
  /** It stands: what comes after the position follows. The snapshot is of the position or later; for who wants it, of the position. */
  begin(position: Position, snapshot: Snapshot): void;
  take(event: EventEnvelope, position: Position): void;
  /** Nothing more for it up to here. */
  reach(position: Position): void;
  lose(loss: Loss): void;
  /** What comes from now on is of the log of another hub, which sent this snapshot. Nothing is left out between the two. */
  move(position: Position, snapshot: Snapshot): void;
  fail(error: Error): void;
}

/** The readers of a stream. One that joins gets nothing until it begins. */
export class Roster {
  readonly #joining = new Set<Reader>();
  readonly #active = new Set<Reader>();
  /** Active, but not yet told that it stands: its position was known beforehand. */
  readonly #unbegun = new Set<Reader>();

  get size(): number {
    return this.#joining.size + this.#active.size;
  }

  get joining(): readonly Reader[] {
    return [...this.#joining];
  }

  get active(): ReadonlySet<Reader> {
    return this.#active;
  }

  /** A reader of what comes from now on. */
  join(reader: Reader): void {
    this.#joining.add(reader);
  }

  /** A reader of what comes after the stream's position. */
  resume(reader: Reader, begun: boolean): void {
    this.#active.add(reader);
    if (!begun) this.#unbegun.add(reader);
  }

  remove(reader: Reader): void {
    for (const set of [this.#joining, this.#active, this.#unbegun]) set.delete(reader);
  }

  /** These stand at the position from now on; those who left meanwhile are passed over. */
  begin(readers: readonly Reader[], position: Position, snapshot: Snapshot): void {
    for (const reader of readers) {
      if (!this.#joining.delete(reader)) continue;
      this.#active.add(reader);
      reader.begin(position, snapshot);
    }
  }

  /** Tells those whose position was known beforehand that it holds. */
  confirm(position: Position, snapshot: Snapshot): void {
    const readers = [...this.#unbegun];
    this.#unbegun.clear();
    for (const reader of readers) reader.begin(position, snapshot);
  }

  /** Tells everyone that the stream goes on in the log of another hub. */
  move(position: Position, snapshot: Snapshot): void {
    for (const reader of this.#active) if (!this.#unbegun.has(reader)) reader.move(position, snapshot);
    this.confirm(position, snapshot);
  }

  /** Tells everyone of a loss; who holds state has to begin anew. */
  lose(loss: Loss): void {
    for (const reader of [...this.#active]) {
      if (reader.wantsSnapshots) {
        this.remove(reader);
        this.#joining.add(reader);
      }
      reader.lose(loss);
    }
  }

  /** Hands out events, then the position behind them. */
  deliver(passed: readonly Passed[], position: Position): void {
    for (const { event, at } of passed) {
      for (const reader of this.#active) if (reader.wants(event)) reader.take(event, at);
    }
    for (const reader of this.#active) reader.reach(position);
  }

  /** Ends everyone who holds one of these topics. */
  refuse(topics: readonly string[], error: Error, only?: readonly Reader[]): void {
    for (const reader of only ?? [...this.#joining, ...this.#active]) {
      if (reader.topics.some(topic => topics.includes(topic))) reader.fail(error);
    }
  }

  subscriptions(): SubscriptionSet {
    return subscriptionsOf([...this.#joining, ...this.#active]);
  }
}
