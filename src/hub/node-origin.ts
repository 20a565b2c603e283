// Whose event it is, read from what a hub has in its log.
import type { LogRecord } from '../log/index.ts';
import { NodeOrigin } from '../protocol/index.ts';

const read = new WeakMap<LogRecord, NodeOrigin | undefined>();

/** Undefined for an event of the hub's own. */
export function originOf(record: LogRecord): NodeOrigin | undefined {
  // Most of what is asked for is asked for again and again, by each client.
  if (read.has(record)) return read.get(record);
  const { node } = JSON.parse(record.data) as { node?: unknown };
  const origin = NodeOrigin.safeParse(node).data;
  read.set(record, origin);
  return origin;
}
