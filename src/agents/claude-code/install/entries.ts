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

/** The same for one that a person may answer: longer than `approvals.waitMs` may be. */
const WAIT_TIMEOUT_SEC = 660;

/** The same for one that waits in the background for as long as a session lives, such as over the weekend; it ends with its client. */
const REWAKE_TIMEOUT_SEC = 14 * 24 * 3600;

export function addition(home: string, registration: Registration): Addition {
  const { event, matcher } = registration;
  return {
    event,
    group: kept => ({
      ...(matcher === undefined ? {} : { matcher }),
      hooks: entries(home, registration, kept),
    }),
  };
}

type Entry = Record<string, unknown>;

/** The mark is on the first. */
function entries(home: string, { form, waits }: Registration, kept?: Kept): Entry[] {
  const first = entry(home, form, kept);
  if (!waits) return [first];
  const command = hookCommand(hookFile(home), { mode: 'rewake' });
  return [first, { type: 'command', command, asyncRewake: true, timeout: REWAKE_TIMEOUT_SEC }];
}

function entry(home: string, form: Registration['form'], kept?: Kept): Entry {
  const command = hookCommand(hookFile(home), {
    kept,
    mode: form === 'wait' || form === 'answer' ? form : undefined,
  });
  const timeout = form === 'wait' ? WAIT_TIMEOUT_SEC : TIMEOUT_SEC;
  return { type: 'command', command, ...(form === 'async' ? { async: true } : {}), timeout };
}

/** True when a found entry is to the letter one of those that we would write, its mark aside. */
export function isCurrent(home: string, found: OurEntry, registration: Registration): boolean {
  const kept = keptBy(found.value.command);
  return (
    found.event === registration.event &&
    // A matcher that matches everything is none: the client may write one.
    (found.matcher || undefined) === registration.matcher &&
    entries(home, registration, kept).some(one => isDeepStrictEqual({ ...found.value }, one))
  );
}

/** True when all that we would write is among found entries, once. */
export function isComplete(home: string, found: readonly OurEntry[], registration: Registration): boolean {
  const current = found.filter(one => isCurrent(home, one, registration));
  const commands = new Set(current.map(({ value }) => JSON.stringify(value)));
  const wanted = entries(home, registration).length;
  return current.length === wanted && commands.size === wanted;
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

/**
 * The opt-ins among found entries, as `also` spells them: an install that does not name any keeps them. One that the session waits for
 * because an older client needed it (`withoutInbox`) was not asked for by name.
 */
export function optInsAmong(found: readonly OurEntry[]): string[] {
  const needed = new Map(HOOK_EVENTS.filter(({ optIn }) => optIn).map(one => [one.name, one.withoutInbox]));
  const spelled = found
    .filter(({ event, value }) => needed.has(event) && (!needed.get(event) || value['async'] === true))
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
