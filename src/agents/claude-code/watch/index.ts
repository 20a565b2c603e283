// The door for those who ask about one process only, and watch nothing.
import { ownDomain, processState } from './process-probe.ts';
import { type SessionFile, SessionFiles } from './session-files.ts';

/**
 * The session that a living process has open now; undefined when it is no Claude Code, or none that registers.
 *
 * @param configDir Claude Code's own folder, such as `~/.claude`.
 */
export function openSession(configDir: string, pid: number): SessionFile | undefined {
  const entry = new SessionFiles(configDir).of(pid);
  return entry && processState(entry, ownDomain()) === 'alive' ? entry : undefined;
}
