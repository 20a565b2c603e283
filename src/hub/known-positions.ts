// How far each node is known: what was told already is known by it, whoever tells it again.
import type { LogReader } from '../log/index.ts';
import type { NodeOrigin, NodePositions } from '../protocol/index.ts';
import { originOf } from './node-origin.ts';

type Place = NodePositions[string];

const PAGE = { events: 1000, bytes: 4 * 1024 * 1024 };
/** Numberings of a node that are remembered: what is read again may be of one before. */
const EPOCHS = 10;

export class KnownPositions {
  /** Node → epoch → seq, the epoch told of last at the end. */
  readonly #nodes = new Map<string, Map<string, number>>();

  constructor(saved: NodePositions = {}) {
    for (const [name, place] of Object.entries(saved)) this.note({ name, ...place });
  }

  /** Whether an event was not told yet. */
  isNew({ name, epoch, seq }: NodeOrigin): boolean {
    return seq > (this.#nodes.get(name)?.get(epoch) ?? 0);
  }

  note({ name, epoch, seq }: NodeOrigin): void {
    const epochs = this.#nodes.get(name) ?? new Map<string, number>();
    this.#nodes.set(name, epochs);
    epochs.delete(epoch);
    epochs.set(epoch, seq);
    const [oldest] = epochs.keys();
    if (epochs.size > EPOCHS && oldest !== undefined) epochs.delete(oldest);
  }

  of(name: string): Place | undefined {
    const last = [...(this.#nodes.get(name) ?? [])].at(-1);
    return last && { epoch: last[0], seq: last[1] };
  }

  get all(): NodePositions {
    return Object.fromEntries(
      Array.from(this.#nodes.keys(), name => [name, this.of(name)] as [string, Place]),
    );
  }

  /** Learns from what the log has after a seq. */
  readOn(log: LogReader, after: number): void {
    for (let seq = Math.max(after, log.oldest - 1); seq < log.head; ) {
      const records = log.read(seq, PAGE);
      for (const record of records) {
        const origin = originOf(record);
        if (origin !== undefined) this.note(origin);
        seq = record.seq;
      }
    }
  }
}
