// Whether the daemon of this home runs, and whether it is the service that runs it.
import { setTimeout as delay } from 'node:timers/promises';
import { inDoubt, outOfDoubt } from '../doubt.ts';
import { Failure } from '../failure.ts';
import { type Found, findDaemon, type Running } from '../find-daemon.ts';
import { selfCommand } from '../invocation.ts';
import type { Manager, Standing } from './manager.ts';

/** How long a start may take, in milliseconds: a long log is read, on a machine that is just starting all else. */
const START_MS = 60_000;
const LOOK_MS = 100;
/** Restarts after which a start has failed, whatever the manager goes on trying. */
const FAILED = /failed|auto-restart/;

/** Why the service cannot run a daemon for this home now, in words with what to do; undefined where it can. */
export function standsInTheWay(found: Found, { pid }: Standing): string | undefined {
  if (found.state === 'none' || found.state === 'stale') return undefined;
  if (found.info.pid === pid) return undefined;
  if (found.state === 'unproven') return `${inDoubt(found)}; ${outOfDoubt(found)}`;
  const self = selfCommand();
  return `a hookline that the service did not start runs at ${found.info.url} (process ${found.info.pid}); have the service take over with: ${self} stop; ${self} service restart`;
}

/** Has the service start, and waits until the daemon is there. @throws Failure that says where to look */
export async function start(manager: Manager, home: string): Promise<Running> {
  await manager.restart();
  const deadline = Date.now() + START_MS;
  for (;;) {
    const found = await findDaemon(home);
    const standing = await manager.standing();
    if (found.state === 'running' && found.info.pid === standing.pid) return found;
    const isLate = Date.now() > deadline;
    if (isLate || FAILED.test(standing.words))
      throw new Failure(
        `the service does not run (${manager.name} says: ${standing.words}); its log says why: ${selfCommand()} service logs`,
      );
    await delay(LOOK_MS);
  }
}

export function runsAs({ info, health }: Running): string {
  return `It runs at ${info.url} (process ${info.pid}, version ${health.version}).`;
}
