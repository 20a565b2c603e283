// Turns what was typed after `--session` into session ids.
import type { SessionState } from '../../protocol/index.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { plainShort } from '../text/plain.ts';

/** The ids that start with what was typed; a text that fits none stays as it is, for a session yet to come. */
export function resolveSessions(
  typed: readonly string[],
  sessions: readonly SessionState[],
  terminal: Terminal,
): string[] {
  return typed.map(text => {
    const ids = sessions.map(({ sessionId }) => sessionId).filter(id => id.startsWith(text));
    if (ids.includes(text)) return text;
    const [only, ...others] = ids;
    if (others.length > 0) {
      const list = ids
        .slice(0, 5)
        .map(id => plainShort(id, 40))
        .join(', ');
      throw new UsageError(`--session ${text} fits ${ids.length} sessions: ${list}`);
    }
    if (only === undefined) terminal.say(`hookline: no session starts with ${plainShort(text, 40)} yet`);
    return only ?? text;
  });
}
