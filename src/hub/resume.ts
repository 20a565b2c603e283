// Where a client goes on that was at another hub: it is known how far it got with each node, and each hub has its own order of all.
import type { LogReader, LogRecord } from '../log/index.ts';
import type { NodePositions, ResumeReason } from '../protocol/index.ts';
import { originOf } from './node-origin.ts';

export interface Resume {
  /** Everything up to here it has, or it is none of its business. */
  readonly seq: number;
  /** Whether it has an event after that already. */
  readonly isKnown: (record: LogRecord) => boolean;
}

const PAGE = 1000;

/**
 * Looks back from the head until everything is passed that the client may lack.
 *
 * @param known how far the hub knows each node, as of the head
 */
export async function resumeAt(
  log: LogReader,
  known: NodePositions,
  has: NodePositions,
): Promise<Resume | ResumeReason> {
  /** Node → the seq here up to which the client has all of it. */
  const passed = new Map<string, number>();
  const missing = new Set(Object.keys(known).filter(node => isBehind(has[node], known[node])));
  let seq = log.head;
  while (missing.size > 0 && seq >= log.oldest) {
    const from = Math.max(log.oldest - 1, seq - PAGE);
    const records = log.read(from, { events: seq - from, bytes: Number.POSITIVE_INFINITY });
    for (const record of records.toReversed()) {
      const origin = originOf(record);
      if (origin !== undefined && missing.has(origin.name) && hasIt(has, origin)) {
        passed.set(origin.name, record.seq);
        missing.delete(origin.name);
      }
      seq = record.seq - 1;
      if (missing.size === 0) break;
    }
    if (records.length === 0) break;
    await new Promise(setImmediate);
  }
  // Of a node that it knows more of than is looked through here, something may be gone.
  const isEvicted = log.oldest > 1 && [...missing].some(node => has[node] !== undefined);
  if (isEvicted) return 'evicted';
  return {
    seq,
    isKnown: record => {
      const origin = originOf(record);
      if (origin === undefined) return false;
      return record.seq <= (passed.get(origin.name) ?? 0) || hasIt(has, origin);
    },
  };
}

type Place = { readonly epoch: string; readonly seq: number } | undefined;

const isBehind = (has: Place, known: Place): boolean =>
  known !== undefined && (has === undefined || has.epoch !== known.epoch || has.seq < known.seq);

const hasIt = (
  has: NodePositions,
  { name, epoch, seq }: { name: string; epoch: string; seq: number },
): boolean => {
  const place = has[name];
  return place !== undefined && place.epoch === epoch && seq <= place.seq;
};
