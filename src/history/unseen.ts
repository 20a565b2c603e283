// How many finished sessions there are that hookline has never seen.
import type { Engine } from '../engine/index.ts';
import { Stretch } from '../log/index.ts';
import { candidates, openOnes, whyKnown } from './candidates.ts';

export interface Unseen {
  readonly sessions: number;
  /** Of their transcripts. */
  readonly bytes: number;
}

/** @throws what the signal was aborted with, the store's error */
export async function countUnseen(engine: Engine, signal: AbortSignal): Promise<Unseen> {
  const all = await candidates(engine.transcripts);
  const open = openOnes(engine.transcripts);
  let [sessions, bytes] = [0, 0];
  const stretch = new Stretch();
  for (const candidate of all) {
    if (stretch.isOver) await stretch.next();
    signal.throwIfAborted();
    if (whyKnown(candidate, engine, open) !== undefined) continue;
    sessions++;
    bytes += candidate.session.bytes;
  }
  return { sessions, bytes };
}
