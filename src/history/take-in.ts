// Takes one session in, from where that was broken off if it was.
import { setTimeout as delay } from 'node:timers/promises';
import type { Past, PastSession } from '../agents/index.ts';
import { Reconciler, unboundedState } from '../dedup/index.ts';
import type { PastLog } from '../engine/index.ts';
import { inTurns, ownTurn, type Range, type Scan } from '../log/index.ts';
import type { EventDraft } from '../protocol/index.ts';
import type { Sanitizer } from '../sanitize/index.ts';

/** Events, and roughly characters, that are kept in one go: nobody should have to wait for it. */
const LOT = { events: 128, characters: 128 * 1024 };
/** After each lot others have as long as it took, at most so many milliseconds. */
const REST_MS = 50;
/** What is said of every transcript in the end. */
const END = 'session.removed';

/** Events could not be kept, so it is of no use to go on; `cause` says why. */
export class NotKeptError extends Error {
  readonly code = 'not_kept';
  override readonly name = 'NotKeptError';
}

export interface TakeInOptions {
  readonly past: Past;
  readonly log: PastLog;
  readonly sanitize: Sanitizer;
  /** Ends it between two lots; what was kept stays. */
  readonly signal: AbortSignal;
  /** Told how many events were kept, lot by lot. */
  readonly kept: (events: number) => void;
}

export interface Taken {
  readonly events: number;
  /** When the oldest and the newest of them happened, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** How much of a session is in the log of the past. */
export function takenOf({ log }: PastLog, sessionId: string): 'nothing' | 'some' | 'all' {
  const all = { after: 0, before: Number.MAX_SAFE_INTEGER, from: 'newest' } as const;
  const [last] =
    log?.scan(all, { sessions: new Set([sessionId]) }, { look: 1, take: 1, bytes: 1 }).records ?? [];
  if (!last) return 'nothing';
  return last.type === END ? 'all' : 'some';
}

/** How many of its events are in there. */
async function countOf({ log }: PastLog, sessionId: string): Promise<number> {
  const filter = { sessions: new Set([sessionId]) };
  let count = 0;
  let rest: Range | undefined = { after: 0, before: Number.MAX_SAFE_INTEGER, from: 'oldest' };
  while (log && rest) {
    await ownTurn();
    const scan: Scan = log.scan(rest, filter, { look: 500, take: 500, bytes: LOT.characters });
    count += scan.records.length;
    rest = scan.rest;
  }
  return count;
}

/**
 * Takes in what is missing of a session; undefined when nobody said anything in it. What its transcripts say twice, or out of order,
 * becomes one story, as it does while a session lives.
 *
 * @throws what the signal was aborted with, NotKeptError, whatever the transcripts cannot be read for
 */
export async function takeIn(session: PastSession, options: TakeInOptions): Promise<Taken | undefined> {
  const { past, log, sanitize, signal, kept } = options;
  const already = await countOf(log, session.sessionId);
  const reconciler = new Reconciler(() => undefined, unboundedState());
  let [index, from, to] = [0, Number.POSITIVE_INFINITY, 0];
  let lot: EventDraft[] = [];
  let characters = 0;
  let began = performance.now();
  const keep = async (): Promise<void> => {
    signal.throwIfAborted();
    appendTo(log, lot);
    kept(lot.length);
    [lot, characters] = [[], 0];
    await delay(Math.min(REST_MS, performance.now() - began));
    began = performance.now();
  };
  for await (const found of past.read(session)) {
    const draft = { ...found, data: await inTurns(sanitize.inSteps(found.data)) };
    for (const event of reconciler.reconcile(draft)) {
      reconciler.observe(event);
      from = Math.min(from, event.timestamp);
      to = Math.max(to, event.timestamp);
      if (++index <= already) continue;
      lot.push({ ...event, data: { ...event.data, recovered: true } });
      characters += sizeOf(event.data);
    }
    if (lot.length >= LOT.events || characters >= LOT.characters) await keep();
  }
  await keep();
  return index === 0 ? undefined : { events: Math.max(0, index - already), from, to };
}

function appendTo(log: PastLog, lot: readonly EventDraft[]): void {
  try {
    if (lot.length > 0) log.append(lot);
  } catch (error) {
    throw new NotKeptError((error as Error).message, { cause: error });
  }
}

/** Roughly the characters of a value: most of them are in its texts. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one), 32);
}
