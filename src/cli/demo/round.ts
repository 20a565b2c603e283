// All recorded sessions side by side: what comes before the daemon, what is played, and how it is ended.
import type { Step } from './player.ts';
import type { Recording } from './recording.ts';
import type { Telling } from './session.ts';
import { tellSession } from './tell.ts';

/** Steps in the order they happen. */
export interface Round {
  /** What happened before the daemon started. */
  readonly past: readonly Step[];
  readonly steps: readonly Step[];
  /** Ends every session that is still there, so that another round can begin. */
  readonly curtain: readonly Step[];
}

/** Seconds between two sessions that the curtain ends. */
const APART = 0.4;

export function tell(recordings: readonly Recording[], telling: Telling): Round {
  const sessions = recordings.map(recording => tellSession(recording, telling));
  const all = sessions.flatMap(({ steps }) => steps).toSorted(inOrder);
  const end = all.at(-1)?.at ?? 0;
  const present = sessions.filter(({ live, steps }) => live && steps.some(({ at }) => at >= 0));
  const curtain = present.flatMap((session, index) => {
    const told = session.steps.length;
    session.hook(end + (index + 1) * APART, 'SessionEnd', {}, { reason: 'prompt_input_exit' });
    return session.steps.slice(told).map(step => ({ ...step, at: step.at - end }));
  });
  return { past: all.filter(({ at }) => at < 0), steps: all.filter(({ at }) => at >= 0), curtain };
}

/**
 * The round with its first seconds over already: they are part of the past, as long ago as they would be at that speed.
 *
 * @param seconds of the story; `speed` is how many times faster than life it is played.
 */
export function begun({ past, steps, curtain }: Round, seconds: number, speed: number): Round {
  const shift = seconds / speed;
  return {
    past: [
      ...past.map(step => ({ ...step, at: step.at - shift })),
      ...steps.filter(({ at }) => at < seconds).map(step => ({ ...step, at: step.at / speed - shift })),
    ],
    steps: steps.filter(({ at }) => at >= seconds).map(step => ({ ...step, at: step.at - seconds })),
    curtain,
  };
}

function inOrder(a: Step, b: Step): number {
  return a.at - b.at;
}
