// Where a stream stands in the log, and whether what comes next continues from there; knows no socket.
import type { Position, ResumeReason } from '../protocol/index.ts';
import type { Snapshot } from './types.ts';

/** The position a snapshot is of. */
export const positionOf = ({ epoch, seq }: Snapshot): Position => ({ epoch, seq });

/** Before the oldest event of the log that sent this snapshot. */
export const oldestOf = ({ epoch, oldestSeq }: Snapshot): Position => ({
  epoch,
  seq: Math.max(0, oldestSeq - 1),
});

/** Why a position cannot be resumed on the daemon that sent this snapshot; undefined when it can. */
export function whyNotResumable(position: Position, snapshot: Snapshot): ResumeReason | undefined {
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

  constructor(position: Position | undefined) {
    this.position = position;
  }

  /** The stream stands here, and the daemon said so. */
  stand(position: Position): void {
    this.position = position;
    this.#told = position.seq;
  }

  /** The daemon told that this connection is at `seq`. */
  tell(seq: number): Position | undefined {
    this.#told = seq;
    return this.advance(seq);
  }

  /** Nothing up to `seq` is still to come. */
  advance(seq: number): Position | undefined {
    if (this.position !== undefined && seq > this.position.seq) this.position = { ...this.position, seq };
    return this.position;
  }

  /** Whether a batch that counts from `prev` continues where this stream stands. After a gap it may count from either side of it. */
  continuesFrom(prev: number): boolean {
    return prev === this.#told || prev === this.position?.seq;
  }
}
