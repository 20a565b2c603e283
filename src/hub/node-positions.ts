// How far each node is known: what was told already is known by it, whoever tells it again.
import type { LogReader } from '../log/index.ts';
import type { NodeOrigin, NodePositions } from '../protocol/index.ts';
import { originOf } from './node-origin.ts';

const PAGE = { events: 1000, bytes: 4 * 1024 * 1024 };

export class KnownPositions {
  readonly #nodes: Map<string, { readonly epoch: string; readonly seq: number }>;

  constructor(saved: NodePositions = {}) {
    this.#nodes = new Map(Object.entries(saved));
  }

  /** Whether an event was not told yet. One of another numbering begins anew: a node has one at a time. */
  isNew({ name, epoch, seq }: NodeOrigin): boolean {
    const known = this.#nodes.get(name);
    return known === undefined || known.epoch !== epoch || seq > known.seq;
  }

  note({ name, epoch, seq }: NodeOrigin): void {
    this.#nodes.set(name, { epoch, seq });
  }

  of(name: string): { readonly epoch: string; readonly seq: number } | undefined {
    return this.#nodes.get(name);
  }

  get all(): NodePositions {
    return Object.fromEntries(this.#nodes);
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
