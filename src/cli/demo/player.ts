// Plays the steps of a round in time: hooks to a daemon, or into its spool; lines and notes into their files.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from './shapes.ts';

/** What happens at a second of the story; a negative one is before it, while no daemon runs. */
export type Step = { readonly at: number } & (
  | { readonly hook: JsonObject }
  /** Appended to a transcript; the time is put into it as it is written. */
  | { readonly file: string; readonly line: JsonObject }
  /** A small file, written anew. */
  | { readonly file: string; readonly note: JsonObject }
);

/** Hands the payload of a hook over; `at` is when it was called, in milliseconds since 1970. */
export type HookPort = (payload: JsonObject, at: number) => void | Promise<void>;

export interface PlayOptions {
  readonly port: HookPort;
  /** How many times faster than life. */
  readonly speed: number;
  /** Ends the playing at once. */
  readonly signal: AbortSignal;
}

/**
 * Plays steps from now on. Resolves after the last one.
 *
 * @throws what the port throws, and an AbortError when it is ended.
 */
export async function play(steps: readonly Step[], { port, speed, signal }: PlayOptions): Promise<void> {
  const begun = performance.now();
  for (const step of steps) {
    const wait = begun + (step.at * 1000) / speed - performance.now();
    if (wait > 0) await delay(wait, undefined, { signal });
    signal.throwIfAborted();
    await perform(step, port, Date.now());
  }
}

/** Lays down what happened before `now` (milliseconds since 1970), as it would have been left behind. */
export async function recall(steps: readonly Step[], port: HookPort, now: number): Promise<void> {
  for (const step of steps) await perform(step, port, Math.round(now + step.at * 1000));
}

async function perform(step: Step, port: HookPort, at: number): Promise<void> {
  if ('hook' in step) return port(step.hook, at);
  fs.mkdirSync(path.dirname(step.file), { recursive: true });
  if ('line' in step) fs.appendFileSync(step.file, `${JSON.stringify(timed(step.line, at))}\n`);
  else fs.writeFileSync(step.file, JSON.stringify(step.note));
}

/** Posts to a running daemon, as hooks do; the token is asked for each time, since it may be replaced. */
export function postTo(url: string, hookToken: () => string): HookPort {
  return async payload => {
    const response = await fetch(new URL('/hook', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${hookToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`demo: POST ${url}/hook was answered ${response.status}`);
  };
}

/** Leaves payloads in a spool folder; the time of a file is when its hook was called. */
export function spoolIn(folder: string): HookPort {
  let count = 0;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return (payload, at) => {
    const file = path.join(folder, `${String(++count).padStart(6, '0')}.json`);
    fs.writeFileSync(file, JSON.stringify(payload), { mode: 0o600 });
    fs.utimesSync(file, at / 1000, at / 1000);
  };
}

/** A line as it is written at a moment, in milliseconds since 1970. */
export function timed(line: JsonObject, now: number): JsonObject {
  if (line['type'] !== 'cost-state') return { ...line, timestamp: new Date(now).toISOString() };
  return { ...line, startTime: now - Number(line['totalDuration']) };
}
