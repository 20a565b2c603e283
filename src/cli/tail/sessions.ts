// Turns what was typed after `--session` into session ids.
import type { SessionState } from '../../protocol/index.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { folderName } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';

/** The ids that start with what was typed, or whose session has it as its name; a text that fits none stays as it is, for a session yet to come. */
export function resolveSessions(
  typed: readonly string[],
  sessions: readonly SessionState[],
  terminal: Terminal,
): string[] {
  return typed.map(text => {
    const only = onlyOne(text, fitting(text, sessions));
    if (only === undefined) terminal.say(`hookline: no session starts with ${plainShort(text, 40)} yet`);
    return only ?? text;
  });
}

/** Ids of the sessions that what was typed may mean. */
export function fitting(text: string, sessions: readonly SessionState[]): string[] {
  return sessions
    .filter(({ sessionId, name, cwd }) => sessionId.startsWith(text) || (name ?? folderName(cwd)) === text)
    .map(({ sessionId }) => sessionId);
}

/** The one that is meant, if any is. @throws UsageError when it may be several. */
export function onlyOne(text: string, ids: readonly string[]): string | undefined {
  if (ids.includes(text)) return text;
  const [only, ...others] = ids;
  if (others.length === 0) return only;
  const list = ids
    .slice(0, 5)
    .map(id => plainShort(id, 40))
    .join(', ');
  throw new UsageError(`--session ${plainShort(text, 40)} fits ${ids.length} sessions: ${list}`);
}
