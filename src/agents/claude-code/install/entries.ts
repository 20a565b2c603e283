// The entries we want in a settings file, and which of those found there are this home's.
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hookCommand, type Kept, keptBy } from './command.ts';
import { HOOK_EVENTS, type Registration } from './hook-events.ts';
import { hookFile } from './hook-file.ts';
import type { Addition, OurEntry } from './settings-text.ts';

/**
 * Seconds after which Claude Code gives up on a hook. Only a backstop, since the hook itself waits a second at most;
 * SessionEnd needs one of its own, or the session's exit cuts it off after 1.5 s (observed with Claude Code 2.1.329).
 */
const TIMEOUT_SEC = 5;

export function addition(home: string, registration: Registration): Addition {
  const { event, matcher } = registration;
  return {
    event,
    group: kept => ({
      ...(matcher === undefined ? {} : { matcher }),
      hooks: [entry(home, registration, kept)],
    }),
  };
}

function entry(home: string, { form }: Registration, kept?: Kept): Record<string, unknown> {
  const command = hookCommand(hookFile(home), kept);
  return { type: 'command', command, ...(form === 'async' ? { async: true } : {}), timeout: TIMEOUT_SEC };
}

/** True when a found entry is to the letter what we would write, its mark aside. */
export function isCurrent(home: string, found: OurEntry, registration: Registration): boolean {
  const kept = keptBy(found.value.command);
  return (
    found.event === registration.event &&
    // A matcher that matches everything is none: the client may write one.
    (found.matcher || undefined) === registration.matcher &&
    isDeepStrictEqual({ ...found.value }, entry(home, registration, kept))
  );
}

/**
 * Whether an entry is this home's to replace and remove: it runs this home's hook, or one that no longer exists
 * (an older place, a home that was moved or deleted). The entries of another living home feed another daemon; taking
 * them away would silence it.
 */
export function isMine(home: string): (found: OurEntry) => boolean {
  const own = realPath(path.dirname(hookFile(home)));
  return ({ program }) => {
    if (!path.isAbsolute(program)) return true; // written by hand; there is no saying whose it was
    return realPath(path.dirname(program)) === own || !fs.existsSync(program);
  };
}

/** The home an entry of another hookline belongs to. */
export function homeOf(found: OurEntry): string {
  const folder = path.dirname(found.program);
  return path.basename(folder) === 'hooks' ? path.dirname(folder) : folder;
}

/** The opt-ins among found entries, as `also` spells them: an install that does not name any keeps them. */
export function optInsAmong(found: readonly OurEntry[]): string[] {
  const names = new Set(HOOK_EVENTS.filter(event => event.optIn).map(event => event.name));
  const spelled = found
    .filter(({ event }) => names.has(event))
    .map(({ event, matcher }) => (event === 'FileChanged' ? `${event}=${String(matcher)}` : event));
  return [...new Set(spelled)];
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
