// Looks again and again which tokens of others are valid: their file may be changed by hand, and by commands that do not find the daemon.
import type { Grants } from '../auth/index.ts';
import type { Logger } from '../logger.ts';
import type { Service } from '../service.ts';

/** How often it is looked whose token is revoked in its file, or whose time is up, in milliseconds. */
const LOOK_MS = 250;

export function watchGrants(grants: Grants, logger: Logger): Service {
  const name = 'tokens of others';
  let told: string | undefined;
  const look = (): void => {
    grants.look();
    const { problem } = grants;
    if (problem !== undefined && problem !== told) logger.error(`${name}: ${problem}`);
    told = problem;
  };
  return {
    name,
    chores: [{ what: `${name}: looking which are valid`, everyMs: LOOK_MS, run: look }],
    start: look,
    health: () => grants.problem,
  };
}
