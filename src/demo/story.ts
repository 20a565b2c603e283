// A story is the life of one session, told step by step; several make a round, which can be played.
import { type Beat, inOrder } from './beat.ts';
import { Scene, type Step } from './scene.ts';
import { Session, type Setting, type Telling } from './session.ts';
import { leave } from './steps/session.ts';

export interface Story {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

export function story(setting: Setting, ...steps: readonly Step[]): Story {
  return { setting, steps };
}

/** All stories of a time, as beats in order. */
export interface Round {
  /** What happened before the daemon started. */
  readonly past: readonly Beat[];
  readonly beats: readonly Beat[];
  /** Ends every session that is still there, so that another round can begin. */
  readonly curtain: readonly Beat[];
}

/**
 * The round with its first seconds over already: they are part of the past, as long ago as they would be at that speed.
 *
 * @param seconds of the story; `speed` is how many times faster than life it is played.
 */
export function begun({ past, beats, curtain }: Round, seconds: number, speed: number): Round {
  const shift = seconds / speed;
  return {
    past: [
      ...past.map(beat => ({ ...beat, at: beat.at - shift })),
      ...beats.filter(({ at }) => at < seconds).map(beat => ({ ...beat, at: beat.at / speed - shift })),
    ],
    beats: beats.filter(({ at }) => at >= seconds).map(beat => ({ ...beat, at: beat.at - seconds })),
    curtain,
  };
}

/** Seconds between two sessions that the curtain ends. */
const APART = 0.4;

/** Tells the stories side by side. */
export function tell(stories: readonly Story[], telling: Telling): Round {
  const scenes = stories.map(({ setting, steps }) => {
    const scene = new Scene(new Session(setting, telling), setting.begins, setting.context);
    scene.run(steps);
    return scene;
  });
  const end = Math.max(...scenes.map(({ at }) => at));
  const present = scenes.filter(({ session }) => session.live && session.beats.some(({ at }) => at >= 0));
  for (const [index, scene] of present.entries()) {
    scene.at = end + (index + 1) * APART;
    leave()(scene);
  }
  const all = inOrder(scenes.flatMap(({ session }) => session.beats));
  return {
    past: all.filter(({ at }) => at < 0),
    beats: all.filter(({ at }) => at >= 0 && at <= end),
    curtain: all.filter(({ at }) => at > end).map(beat => ({ ...beat, at: beat.at - end })),
  };
}
