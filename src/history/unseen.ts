// How many finished sessions there are that hookline has never seen.
import type { Engine } from '../engine/index.ts';
import { ownTurn } from '../log/index.ts';
import { candidates, openOnes, whyKnown } from './candidates.ts';

export interface Unseen {
  readonly sessions: number;
  /** Of their transcripts. */
  readonly bytes: number;
}

/** Sessions looked at before others have a turn. */
const STRETCH = 50;

/** @throws what the signal was aborted with, the store's error */
export async function countUnseen(engine: Engine, signal: AbortSignal): Promise<Unseen> {
  const all = await candidates(engine.transcripts);
  const open = openOnes(engine.transcripts);
  let [sessions, bytes] = [0, 0];
  for (const [index, candidate] of all.entries()) {
    if (index % STRETCH === 0) await ownTurn();
    signal.throwIfAborted();
    if (whyKnown(candidate, engine, open) !== undefined) continue;
    sessions++;
    bytes += candidate.session.bytes;
  }
  return { sessions, bytes };
}
