// Where a client goes on that was at another hub: it is known how far it got with each node, and each hub has its own order of all.
import type { LogReader, LogRecord } from '../log/index.ts';
import type { NodeOrigin, NodePositions, ResumeReason } from '../protocol/index.ts';
import { originOf } from './node-origin.ts';

export interface Resume {
  /** Everything up to here it has, or it is none of its business. */
  readonly seq: number;
  /** Whether it has an event after that already. */
  readonly isKnown: (record: LogRecord) => boolean;
}

export interface ResumeOptions {
  /** What this hub is among the positions. */
  readonly hub: string;
  readonly log: LogReader;
  /** How far the hub knows each node, as of the head. */
  readonly known: NodePositions;
  /** How far the client knows each. */
  readonly has: NodePositions;
  /** Up to here it has everything, for it is not the first time that it goes on here. Default: it never did. */
  readonly from?: number;
}

/** Events that are looked at together. */
const PAGE = 200;

/**
 * Looks back from the head until everything is passed that the client may lack.
 *
 * @returns `evicted` when the client knows a node by an event that is not here (any more), so that nobody can tell what came after it
 */
export async function resumeAt({
  hub,
  log,
  known,
  has,
  from,
}: ResumeOptions): Promise<Resume | ResumeReason> {
  const { head } = log;
  const places = new Map(Object.entries(has));
  const hasIt = ({ name, epoch, seq }: NodeOrigin): boolean => {
    const place = places.get(name);
    return place?.epoch === epoch && seq <= place.seq;
  };
  /** Node → the seq here up to which the client has all of it. */
  const passed = new Map<string, number>();
  for (const [name, place] of Object.entries(known)) if (hasIt({ name, ...place })) passed.set(name, head);
  const missing = new Set(Object.keys(known).filter(name => !passed.has(name)));
  const bottom = (): number => Math.max(from ?? 0, log.oldest - 1);
  // Of what the hub itself told, one who was never here lacks nothing.
  const own = places.get(hub);
  const ownSeq = own?.epoch === log.epoch ? Math.max(own.seq, from ?? 0) : (from ?? (own ? 0 : head));
  let seq = head;
  while (missing.size > 0 && seq > bottom()) {
    const after = Math.max(bottom(), seq - PAGE);
    const records = log.read(after, { events: seq - after, bytes: Number.POSITIVE_INFINITY });
    for (const record of records.toReversed()) {
      const origin = originOf(record);
      if (origin !== undefined && missing.has(origin.name) && hasIt(origin)) {
        passed.set(origin.name, record.seq);
        missing.delete(origin.name);
      }
      seq = record.seq;
      if (missing.size === 0) break;
    }
    if (missing.size > 0) seq = after;
    await new Promise(setImmediate);
  }
  if (from === undefined && [...missing].some(name => places.has(name))) return 'evicted';
  return {
    seq: from ?? Math.min(seq, ownSeq),
    isKnown: record => {
      const origin = originOf(record);
      if (origin === undefined) return record.seq <= ownSeq;
      return record.seq <= (passed.get(origin.name) ?? 0) || hasIt(origin);
    },
  };
}
