// Brings the memory of a new daemon to where the log ends.
import type { Reconciler } from '../../ingest/index.ts';
import { type EventLog, toDraft } from '../../log/index.ts';
import type { Projection } from '../../state/index.ts';

/** How many of the newest events the reconciler learns from; what a hook repeats is hardly ever older. */
const REMEMBERED_EVENTS = 20_000;
const PAGE = { events: 1000, bytes: 4 * 1024 * 1024 };

/** The projection starts from the checkpoint, both go on with the events after it. */
export function restore(log: EventLog, projection: Projection, reconciler: Reconciler): void {
  const checkpoint = log.store.loadCheckpoint();
  const projected = checkpoint && projection.load(checkpoint.text) ? checkpoint.seq : 0;
  let seq = Math.max(log.oldest - 1, Math.min(projected, log.head - REMEMBERED_EVENTS));
  for (;;) {
    const records = log.read(seq, PAGE);
    for (const record of records) {
      const event = toDraft(record);
      reconciler.observe(event);
      if (record.seq > projected) projection.apply(event);
      seq = record.seq;
    }
    if (records.length === 0) return;
  }
}
