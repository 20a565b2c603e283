// Where a stream stands in the log, and whether what comes next continues from there; knows no socket.
import type { EventEnvelope, NodePositions, Position, ResumeReason } from '../protocol/index.ts';
import { leaving, withEvent, withNewer } from './node-positions.ts';
import type { Snapshot } from './types.ts';

/** An event, and the position behind it. */
export interface Passed {
  readonly event: EventEnvelope;
  readonly at: Position;
}

/** The position a snapshot is of. */
export const positionOf = ({ epoch, seq, nodes }: Snapshot): Position => ({
  ...{ epoch, seq },
  ...(nodes && { nodes }),
});

/** Before the oldest event of the log that sent this snapshot. */
export const oldestOf = ({ epoch, oldestSeq, nodes }: Snapshot): Position => ({
  ...{ epoch, seq: Math.max(0, oldestSeq - 1) },
  ...(nodes && { nodes: {} }),
});

/** Whether a position was told by one hub and this snapshot by another, which can find where to go on. */
export const isOfAnotherHub = (position: Position, snapshot: Snapshot): boolean =>
  position.epoch !== snapshot.epoch && position.nodes !== undefined && snapshot.nodes !== undefined;

/** Why a position cannot be resumed on the daemon that sent this snapshot; undefined when it can, or as far as can be said here. */
export function whyNotResumable(position: Position, snapshot: Snapshot): ResumeReason | undefined {
  if (isOfAnotherHub(position, snapshot)) return undefined;
  if (position.epoch !== snapshot.epoch) return 'epoch_changed';
  if (position.seq > snapshot.seq) return 'future';
  if (position.seq + 1 < snapshot.oldestSeq) return 'evicted';
  return undefined;
}

export class Cursor {
  /** Everything up to here was received (or can never be); undefined until the stream stands anywhere. */
  position: Position | undefined;
  /** The position the daemon told last on this connection, which the next batch must name as its `prev`. */
  #told = 0;
  /** How far a hub knew its nodes at a seq that is still ahead. */
  #ahead: { readonly seq: number; readonly nodes: NodePositions } | undefined;

  constructor(position: Position | undefined) {
    this.position = position;
  }

  /** The stream stands here, in the log of whoever is connected. */
  stand(position: Position): void {
    this.#ahead = undefined;
    this.place(position);
  }

  /** The daemon said where in that log the stream stands. */
  place(position: Position): Position {
    this.position = position;
    this.#told = position.seq;
    this.#learn();
    return this.position;
  }

  /** The stream stands in the log of another hub now, behind the same events. */
  move({ epoch, seq }: Position): Position {
    const nodes = this.position === undefined ? {} : leaving(this.position);
    this.#ahead = undefined;
    return this.place({ epoch, seq, nodes });
  }

  /** A hub knew its nodes so far at a seq of this log, which is reached or lies ahead. */
  expect(seq: number, nodes: NodePositions | undefined): void {
    if (nodes === undefined) return;
    this.#ahead = { seq, nodes };
    this.#learn();
  }

  /** The daemon told that this connection is at `seq`. */
  tell(seq: number): Position | undefined {
    this.#told = seq;
    return this.advance(seq);
  }

  /** Nothing up to `seq` is still to come. */
  advance(seq: number): Position | undefined {
    if (this.position !== undefined && seq > this.position.seq) this.position = { ...this.position, seq };
    this.#learn();
    return this.position;
  }

  /** Events came; nothing before each of them is still to come. */
  pass(events: readonly EventEnvelope[]): Passed[] {
    return events.flatMap(event => {
      const at = this.#pass(event);
      return at === undefined ? [] : [{ event, at }];
    });
  }

  /** Whether a batch that counts from `prev` continues where this stream stands. After a gap it may count from either side of it. */
  continuesFrom(prev: number): boolean {
    return prev === this.#told || prev === this.position?.seq;
  }

  #pass(event: EventEnvelope): Position | undefined {
    if (this.#ahead !== undefined) this.advance(event.seq - 1);
    const before = this.position;
    if (before === undefined) return undefined;
    const at = { ...before, seq: event.seq };
    if (before.nodes !== undefined) at.nodes = withEvent(before.nodes, event);
    if (event.seq > before.seq) this.position = at;
    return at;
  }

  #learn(): void {
    if (this.#ahead === undefined || this.position === undefined || this.position.seq < this.#ahead.seq)
      return;
    const { nodes } = this.#ahead;
    this.#ahead = undefined;
    this.position = { ...this.position, nodes: withNewer(this.position.nodes ?? {}, nodes) };
  }
}
