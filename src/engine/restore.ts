// Brings the memory of a new daemon to where the log ends.
import { boundedState, type Implied, type PinnedState, pinnedState, Reconciler } from '../dedup/index.ts';
import { type EventLog, type LogRecord, StoreDamagedError, toDraft } from '../log/index.ts';
import type { EventDraft } from '../protocol/index.ts';
import { ACTIVITY, type Budget, type PriceList, Projection } from '../state/index.ts';

export interface Restored {
  readonly projection: Projection;
  /** The seq of the checkpoint it was made from, 0 when there was none that could be used. */
  readonly projected: number;
  readonly reconciler: Reconciler;
  /** What the reconciler remembers. */
  readonly memory: PinnedState;
  /** The seq from which on it has seen every event. */
  readonly rememberedFrom: number;
}

/** How many of the newest events the reconciler learns from; what a hook repeats is hardly ever older. */
const REMEMBERED_EVENTS = 20_000;
const PAGE = { events: 1000, bytes: 4 * 1024 * 1024 };

/** What the state is reckoned with besides the log. */
export interface Terms {
  readonly prices?: PriceList;
  readonly budgets?: readonly Budget[];
}

/** A log that cannot be read to its end is none to go on with: it begins another epoch then, with nothing to remember. */
export function restore(
  log: EventLog,
  impliedBy: (source: string) => Implied | undefined,
  terms: Terms = {},
): Restored {
  for (;;) {
    const { epoch } = log;
    try {
      return readBack(log, impliedBy, terms);
    } catch (error) {
      if (log.epoch === epoch) log.fail(error);
    }
  }
}

/** The projection starts from the checkpoint, both go on with the events after it. */
function readBack(log: EventLog, impliedBy: (source: string) => Implied | undefined, terms: Terms): Restored {
  const memory = pinnedState(boundedState());
  const reconciler = new Reconciler(impliedBy, memory);
  const { projection, projected, counted } = fromCheckpoint(log, terms);
  const done = log.activity.mark();
  projection.activity.pastCountsUpTo(done.past);
  countBetween(log, projection, done.seq, projected);
  const from = Math.max(log.oldest - 1, Math.min(projected, log.head - REMEMBERED_EVENTS));
  let seq = from;
  for (;;) {
    const records = log.read(seq, PAGE);
    for (const record of records) {
      const event = draftOf(record);
      reconciler.observe(event);
      if (record.seq > projected) projection.apply(event, record.seq <= counted);
      if (record.seq > Math.max(projected, done.seq)) projection.count(event);
      seq = record.seq;
    }
    if (records.length > 0) continue;
    remind(reconciler, memory, projection);
    // Made once; the first client should not wait for all of it.
    projection.snapshotJson();
    return { projection, projected, reconciler, memory, rememberedFrom: from + 1 };
  }
}

/**
 * Counts what was done in events that the state has taken into account and the rows of that have not: the daemon was killed between the
 * two, or the log is from a hookline that kept no such rows. Then it is counted as far back as events go, once.
 */
function countBetween(log: EventLog, projection: Projection, after: number, upTo: number): void {
  let seq = Math.max(after, log.oldest - 1);
  while (seq < upTo) {
    for (const record of log.read(seq, PAGE)) {
      seq = record.seq;
      if (seq <= upTo && ACTIVITY.has(record.type)) projection.count(draftOf(record));
    }
  }
}

/** Who lives, and what runs, is no news, however long ago it was told: it is known by the state then. */
function remind(reconciler: Reconciler, memory: PinnedState, projection: Projection): void {
  for (const { sessionId, currentPrompt, currentTools, lastActivityAt: timestamp } of projection.sessions()) {
    const known = { sessionId, timestamp };
    const { promptId } = currentPrompt ?? {};
    if (!memory.sessions.get(sessionId))
      reconciler.observe({ type: 'session.discovered', ...known, data: { promptId } });
    for (const { toolUseId } of currentTools)
      reconciler.observe({ type: 'tool.use', ...known, data: { toolUseId } });
  }
  for (const { sessionId, agentId, currentTools, lastActivityAt: timestamp } of projection.agents()) {
    const known = { sessionId, agentId, timestamp };
    reconciler.observe({ type: 'agent.started', ...known, data: {} });
    for (const { toolUseId } of currentTools)
      reconciler.observe({ type: 'tool.use', ...known, data: { toolUseId } });
  }
}

interface Start {
  readonly projection: Projection;
  /** The seq it is the state of. */
  readonly projected: number;
  /** Up to this seq, what events used is counted though they are not applied. */
  readonly counted: number;
}

/** A checkpoint that cannot be used makes the start slower; of what is not in the log any more it leaves what was used over time. */
function fromCheckpoint(log: EventLog, { prices, budgets }: Terms): Start {
  const checkpoint = log.loadCheckpoint();
  const projection = new Projection(prices, budgets);
  const mark = log.usage.mark();
  try {
    if (checkpoint && projection.load(checkpoint.text)) {
      const { seq } = checkpoint;
      if (mark?.seq !== seq || mark.past !== projection.pastUpTo) projection.usage.touchRows();
      return { projection, projected: seq, counted: 0 };
    }
  } catch {
    // It may be half loaded.
  }
  // Those before it are no better.
  if (checkpoint) log.dropCheckpoints();
  return fromRows(log, new Projection(prices, budgets));
}

function fromRows(log: EventLog, projection: Projection): Start {
  const mark = log.usage.mark();
  // Of what was broken off nobody knows what it counts.
  if (mark) projection.restoreUsageRows(log.usage.rows(), mark.past);
  else log.usage.clear();
  return { projection, projected: 0, counted: mark?.seq ?? 0 };
}

function draftOf(record: LogRecord): EventDraft {
  try {
    return toDraft(record);
  } catch (error) {
    throw new StoreDamagedError(`event ${record.seq} does not parse`, { cause: error });
  }
}
