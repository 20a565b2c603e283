// Which of the sessions there are transcripts of are taken in, and in which order.
import type { Engine } from '../engine/index.ts';
import { Stretch } from '../log/index.ts';
import type { HistoryCounts, HistoryRequest } from '../protocol/index.ts';
import { type Candidate, isOther, openOnes, whyKnown } from './candidates.ts';

/** What a byte of a transcript takes up, about. */
const GROWTH = 1.15;

export interface Plan {
  /** The oldest first: who looks for what is newest finds it at the end of the log. */
  readonly take: readonly Candidate[];
  /** How many there is no room for: the oldest. */
  readonly left: number;
}

export interface PlanOptions {
  readonly engine: Engine;
  readonly request: HistoryRequest;
  /** Bytes that may be taken up. */
  readonly most: number;
  readonly signal: AbortSignal;
  /** Told of each one that is left alone, and why. */
  readonly leave: (candidate: Candidate, why: keyof HistoryCounts) => void;
}

/**
 * @param all the newest first
 * @throws what the signal was aborted with, the store's error
 */
export async function planOf(
  all: readonly Candidate[],
  { engine, request, most, signal, leave }: PlanOptions,
): Promise<Plan> {
  const open = openOnes(engine.transcripts);
  let room = (most - (engine.past.log?.space()?.bytes ?? 0)) / GROWTH;
  const take: Candidate[] = [];
  let left = 0;
  const stretch = new Stretch();
  for (const candidate of all) {
    if (stretch.isOver) await stretch.next();
    signal.throwIfAborted();
    const why =
      whyKnown(candidate, engine, open) ?? ((await isOther(candidate, request)) ? 'other' : undefined);
    if (why !== undefined) {
      leave(candidate, why);
      continue;
    }
    room -= candidate.session.bytes;
    if (room < 0) left++;
    else take.push(candidate);
  }
  return { take: take.reverse(), left };
}
