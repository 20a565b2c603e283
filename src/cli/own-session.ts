// Which session runs this process: one of the processes above it is the agent, and the register says which session it has open.
import { openSession } from '../agents/claude-code/watch/index.ts';
import { parentOf } from '../process-probe.ts';

/** Processes between the agent and this one, at most: a shell, npx. */
const GENERATIONS = 16;

/** This process's parent, its parent, and so on. To be asked early: whoever outlives its parent gets another one. */
export function ancestors(pid: number = process.ppid): readonly number[] {
  const found: number[] = [];
  for (let one: number | undefined = pid; one !== undefined && one > 1; one = parentOf(one)) {
    found.push(one);
    if (found.length === GENERATIONS) break;
  }
  return found;
}

/**
 * The id of the session that one of these processes has open now; undefined when none of them is a Claude Code that registers.
 *
 * @param configDir Claude Code's own folder, such as `~/.claude`.
 */
export function sessionAmong(pids: readonly number[], configDir: string): string | undefined {
  for (const pid of pids) {
    const found = openSession(configDir, pid);
    if (found) return found.sessionId;
  }
  return undefined;
}
