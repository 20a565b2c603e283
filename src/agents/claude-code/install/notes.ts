// What a person should know about an install that goes well, a sentence each.
import { homeOf, isMine } from './entries.ts';
import { OLDEST_SUPPORTED, OLDEST_WITH_HOOKS } from './hook-events.ts';
import { isPlainJson } from './jsonc/document.ts';
import type { Scope } from './scope.ts';
import { ourEntries, type Settings, setting } from './settings-text.ts';
import { atLeast, formatVersion, type Version } from './version.ts';

/** `found` is the version of Claude Code, `tooNew` the opt-ins it does not know. */
export function notes(
  home: string,
  scope: Scope,
  settings: Settings,
  found: Version | undefined,
  tooNew: readonly string[],
): string[] {
  const { text, root } = settings.document;
  const mine = isMine(home);
  const others = new Set(
    ourEntries(settings)
      .filter(entry => !mine(entry))
      .map(homeOf),
  );
  const oldest = formatVersion(OLDEST_SUPPORTED);
  const lines: string[] = [];
  if (!found)
    lines.push(`No claude on PATH tells its version, so only events that ${oldest} knows are installed.`);
  if (found && !atLeast(found, OLDEST_WITH_HOOKS))
    lines.push(
      `Claude Code ${formatVersion(found)} is older than ${formatVersion(OLDEST_WITH_HOOKS)}: no hook is installed for it. Update it, then install again.`,
    );
  for (const event of tooNew)
    lines.push(
      `${event} is left out: Claude Code ${formatVersion(found ?? OLDEST_SUPPORTED)} does not know it.`,
    );
  if (root && !isPlainJson(text))
    lines.push(
      'Claude Code reads settings as plain JSON: because of its comments or trailing commas it ignores this file, hooks and all.',
    );
  if (setting(settings, 'disableAllHooks') === true)
    lines.push('This file sets disableAllHooks, so no hook runs until that is gone.');
  for (const other of others)
    lines.push(
      `The hooks of another hookline (HOOKLINE_HOME=${other}) stay; it removes them with its own uninstall.`,
    );
  if (scope === 'project')
    lines.push('This file is shared through the repository, but its hooks name a path of this machine.');
  return lines;
}
