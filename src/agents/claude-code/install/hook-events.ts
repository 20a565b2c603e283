// Every hook event we install: in which form, and since which Claude Code it exists.
import { INBOX_SINCE, isWokenByHooks } from '../ways.ts';
import { OptInError } from './errors.ts';
import { atLeast, type Version } from './version.ts';

/**
 * How a hook runs.
 * - `sync`: the session waits for it. Only where a lost call would hurt and calls are rare: in `-p` an async hook
 *   that still runs at exit is killed (observed with Claude Code 2.1.329).
 * - `answer`: the same, and what the daemon has to say to the model is handed on.
 * - `wait`: the same, for as long as a person may answer in its place. The dialog is on the screen all the while (observed with
 *   Claude Code 2.1.332), and the daemon answers at once when nobody could.
 * - `async`: in the background. A hundred of these arrive almost in order, and the daemon mends the rest.
 */
export type HookForm = 'sync' | 'answer' | 'wait' | 'async';

export interface HookEvent {
  name: string;
  form: HookForm;
  /**
   * The first Claude Code known to accept the event, never an earlier one than it really was: an unknown event in
   * settings.json opens a warning dialog, and before 2.1.101 it voided the whole file.
   */
  since: Version;
  /** How it runs where messages have no other way in while a session works: clients without an inbox. Default: as everywhere. */
  withoutInbox?: HookForm;
  /**
   * Whether a second hook waits in the background from then on, where idle sessions are woken that way. One that has woken its session is
   * over: the prompt it has become starts the next. The end of a turn does so too, for one that was over in the middle of the turn.
   */
  mayWait?: true;
  /** Installed only when asked for by name, and why; or where messages need it (`withoutInbox`). */
  optIn?: string;
}

/** Where we take the first hook events to begin; older than everything we looked at. */
export const OLDEST_WITH_HOOKS: Version = [2, 0, 0];
const first = OLDEST_WITH_HOOKS;
/** The oldest Claude Code we looked into: what it has is safe wherever nothing is known about the version. */
export const OLDEST_SUPPORTED: Version = [2, 1, 100];
const oldest = OLDEST_SUPPORTED;

/**
 * `WorktreeCreate` is missing on purpose: any hook there, however passive, breaks the creation of worktrees
 * (observed with Claude Code 2.1.329).
 */
export const HOOK_EVENTS: readonly HookEvent[] = [
  { name: 'SessionStart', form: 'sync', since: first, mayWait: true },
  { name: 'UserPromptSubmit', form: 'answer', since: first, mayWait: true },
  { name: 'UserPromptExpansion', form: 'async', since: [2, 1, 119] },
  { name: 'PreToolUse', form: 'async', since: first },
  { name: 'PermissionRequest', form: 'wait', since: [2, 0, 45] },
  { name: 'PermissionDenied', form: 'async', since: oldest },
  { name: 'PostToolUse', form: 'async', since: first },
  { name: 'PostToolUseFailure', form: 'async', since: oldest },
  {
    ...{ name: 'PostToolBatch', form: 'async', since: [2, 1, 119], withoutInbox: 'answer' },
    optIn: 'takes the client some 6 ms after every tool call, and tells nothing that the calls have not told',
  },
  { name: 'PreSkillShellCommand', form: 'async', since: [2, 1, 332] },
  { name: 'Notification', form: 'async', since: first },
  { name: 'SubagentStart', form: 'async', since: [2, 0, 43] },
  { name: 'SubagentStop', form: 'async', since: first },
  { name: 'Stop', form: 'answer', since: first, mayWait: true },
  { name: 'StopFailure', form: 'sync', since: oldest },
  { name: 'SessionEnd', form: 'sync', since: first },
  { name: 'PreModelSwitch', form: 'async', since: [2, 1, 329] },
  { name: 'PostModelSwitch', form: 'async', since: [2, 1, 329] },
  { name: 'TaskCreated', form: 'async', since: oldest },
  { name: 'TaskCompleted', form: 'async', since: oldest },
  { name: 'TeammateIdle', form: 'async', since: oldest },
  { name: 'Elicitation', form: 'async', since: oldest },
  { name: 'ElicitationResult', form: 'async', since: oldest },
  { name: 'CwdChanged', form: 'async', since: oldest },
  { name: 'DirectoryAdded', form: 'async', since: [2, 1, 329] },
  { name: 'ConfigChange', form: 'async', since: oldest },
  { name: 'InstructionsLoaded', form: 'async', since: oldest },
  { name: 'WorktreeRemove', form: 'async', since: oldest },
  { name: 'Setup', form: 'async', since: oldest },
  { name: 'PreCompact', form: 'async', since: first, optIn: 'prints a line on the screen' },
  { name: 'PostCompact', form: 'async', since: oldest, optIn: 'prints a line on the screen' },
  { name: 'MessageDisplay', form: 'async', since: [2, 1, 152], optIn: 'slows the screen down' },
  { name: 'FileChanged', form: 'async', since: oldest, optIn: 'needs the names of the files to watch' },
];

/** One event to register. */
export interface Registration {
  event: string;
  form: HookForm;
  /** Whether a second hook waits in the background. Default: none does. */
  waits?: true;
  /** Which files, for `FileChanged`; everything else matches without one. */
  matcher?: string;
}

/**
 * What an installed Claude Code of this version gets, in table order, and which opt-ins it is too old for. Where the version is not known:
 * what the oldest gets, but no hook that waits, which newer ones would have for nothing.
 */
export function registrations(
  found: Version | undefined,
  also: readonly string[] = [],
): { wanted: Registration[]; tooNew: string[] } {
  const version = found ?? OLDEST_SUPPORTED;
  const optIns = new Map(also.map(parseOptIn));
  const hasInbox = atLeast(version, INBOX_SINCE);
  const asked = HOOK_EVENTS.filter(
    ({ name, optIn, withoutInbox }) =>
      optIn === undefined || optIns.has(name) || (withoutInbox !== undefined && !hasInbox),
  );
  const known = asked.filter(event => atLeast(version, event.since));
  const isWoken = found !== undefined && isWokenByHooks(found);
  const wanted = known.map(({ name, withoutInbox, mayWait, ...event }): Registration => {
    const form = hasInbox ? event.form : (withoutInbox ?? event.form);
    const matcher = optIns.get(name);
    return {
      ...{ event: name, form },
      ...(mayWait && isWoken ? { waits: true } : {}),
      ...(matcher === undefined ? {} : { matcher }),
    };
  });
  const tooNew = asked.filter(event => optIns.has(event.name) && !known.includes(event)).map(e => e.name);
  return { wanted, tooNew };
}

/** `PreCompact` or `FileChanged=package.json|.env` → name and matcher. Throws `OptInError`. */
function parseOptIn(text: string): [name: string, matcher: string | undefined] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const matcher = at < 0 ? undefined : text.slice(at + 1);
  if (name === 'WorktreeCreate')
    throw new OptInError(
      'WorktreeCreate cannot be installed: any hook there breaks the creation of worktrees.',
    );
  const event = HOOK_EVENTS.find(known => known.name === name);
  if (!event) {
    const choices = HOOK_EVENTS.filter(known => known.optIn).map(known => known.name);
    throw new OptInError(`there is no hook event "${name}"; you can add ${choices.join(', ')}`);
  }
  if (name === 'FileChanged' && !matcher)
    throw new OptInError(
      'FileChanged needs the literal names of the files to watch, as in FileChanged=package.json|.env',
    );
  if (name !== 'FileChanged' && matcher !== undefined)
    throw new OptInError(`${name} takes no matcher; write just ${name}`);
  return [name, matcher];
}
