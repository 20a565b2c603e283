// Takes the events of another log in: all of them in one transaction, and none of them twice.
import { randomUUID } from 'node:crypto';
import type { LogRecord } from '../record.ts';
import type { CheckpointShelf } from './checkpoints.ts';
import type { Meta } from './meta.ts';
import { SeqRanges } from './seq-ranges.ts';

/** The store that takes them in, as it is before. */
export interface MergeTarget {
  readonly epoch: string;
  readonly oldest: number;
  readonly head: number;
  readonly meta: Meta;
  readonly shelf: CheckpointShelf;
  readonly insert: (record: LogRecord) => void;
}

export interface Merged {
  readonly added: number;
  /** Were here already. */
  readonly skipped: number;
  /** The seqs they have here; undefined when none was added. */
  readonly first?: number;
  readonly last?: number;
  /** Whether they have the seqs they had. */
  readonly kept: boolean;
  /** Of the store, from now on. */
  readonly epoch: string;
}

/**
 * Adds what `records` gives, which MUST ascend by seq. A store without events takes their seqs over, as far as they have no
 * holes, and begins a new epoch; any other numbers them on. MUST be called within a transaction.
 *
 * @param epoch the one in which the seqs of the records mean something
 */
export async function merge(
  store: MergeTarget,
  epoch: string,
  records: AsyncIterable<LogRecord>,
): Promise<Merged> {
  const { meta, insert } = store;
  const key = `imported ${epoch}`;
  const before = SeqRanges.parse(meta.get(key));
  const now = new SeqRanges();
  const isHere = (seq: number): boolean =>
    before.has(seq) || (epoch === store.epoch && seq >= store.oldest && seq <= store.head);
  const empty = store.oldest > store.head;
  let first: number | undefined;
  let { head } = store;
  let skipped = 0;
  let kept = true;
  for await (const record of records) {
    if (isHere(record.seq)) {
      skipped++;
      continue;
    }
    if (first === undefined) {
      if (empty) head = record.seq - 1;
      first = head + 1;
    }
    head++;
    kept &&= head === record.seq;
    insert({ ...record, seq: head });
    now.push(record.seq);
  }
  if (first === undefined) return { added: 0, skipped, kept, epoch: store.epoch };
  const goesOn = empty ? randomUUID() : store.epoch;
  meta.put('epoch', goesOn);
  meta.put('head', String(head));
  meta.put(key, String(before.union(now)));
  // The state as it was saved knows nothing of them; the next start puts it together anew.
  store.shelf.clear();
  return { added: head - first + 1, skipped, first, last: head, kept, epoch: goesOn };
}
