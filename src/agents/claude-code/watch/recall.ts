// Learns from the log what was told of a session before the daemon's own memory begins.
import { type PinnedState, SeenIndex, unboundedState } from '../../../dedup/index.ts';
import {
  type LogReader,
  type LogRecord,
  ownTurn,
  type Range,
  type Scan,
  toDraft,
} from '../../../log/index.ts';

/** Events looked at before others have a turn. */
const STRETCH = 250;
const BYTES = 512 * 1024;

/**
 * Makes sure that nothing told of this session is unknown, however long ago it was: until it is unpinned.
 *
 * @param rememberedFrom the seq from which on the daemon's memory has seen every event.
 */
export async function recall(
  sessionId: string,
  log: LogReader,
  memory: PinnedState,
  rememberedFrom: number,
): Promise<void> {
  const past = unboundedState();
  const learning = new SeenIndex(past);
  for (let rest: Range | undefined = before(rememberedFrom); rest; ) {
    await ownTurn();
    const scan = look(sessionId, log, rest, STRETCH);
    for (const record of scan.records) learning.observe(toDraft(record));
    rest = scan.rest;
  }
  memory.pin(sessionId, past);
}

/** Whether the log holds events of a session that the daemon's memory may not know, as far as the log can be read. */
export function hasPast(sessionId: string, log: LogReader, rememberedFrom: number): boolean {
  try {
    const [first]: LogRecord[] = look(sessionId, log, before(rememberedFrom), 1).records;
    return first !== undefined;
  } catch {
    return false;
  }
}

function before(seq: number): Range {
  return { after: 0, before: seq, from: 'oldest' };
}

function look(sessionId: string, log: LogReader, range: Range, most: number): Scan {
  return log.scan(range, { sessions: new Set([sessionId]) }, { look: most, take: most, bytes: BYTES });
}
