// Plays the beats of a story in time: hooks through a door, transcripts and notes into their files.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Beat, JsonObject } from './beat.ts';
import { timed } from './claude/lines.ts';

/** Hands the payload of a hook over; `at` is when it was called, in milliseconds since 1970. */
export type HookDoor = (payload: JsonObject, at: number) => void | Promise<void>;

export interface PlayOptions {
  readonly door: HookDoor;
  /** How many times faster than life. */
  readonly speed: number;
  /** Ends the playing at once. */
  readonly signal: AbortSignal;
}

/**
 * Plays beats from now on. Resolves after the last one.
 *
 * @throws what the door throws, and an AbortError when it is ended.
 */
export async function play(beats: readonly Beat[], { door, speed, signal }: PlayOptions): Promise<void> {
  const begun = performance.now();
  for (const beat of beats) {
    const wait = begun + (beat.at * 1000) / speed - performance.now();
    if (wait > 0) await delay(wait, undefined, { signal });
    signal.throwIfAborted();
    await perform(beat, door, Date.now());
  }
}

/** Lays down what happened before `now` (milliseconds since 1970), as it would have been left behind. */
export async function recall(beats: readonly Beat[], door: HookDoor, now: number): Promise<void> {
  for (const beat of beats) await perform(beat, door, Math.round(now + beat.at * 1000));
}

async function perform(beat: Beat, door: HookDoor, at: number): Promise<void> {
  if ('hook' in beat) return door(beat.hook, at);
  fs.mkdirSync(path.dirname(beat.file), { recursive: true });
  if ('line' in beat) fs.appendFileSync(beat.file, `${JSON.stringify(timed(beat.line, at))}\n`);
  else fs.writeFileSync(beat.file, JSON.stringify(beat.note));
}
