// A session of eight tool calls of which nobody may notice that it has hooks, and how long it takes.
import { expect } from 'vitest';
import { writeEndpoint } from '../../../src/hook-endpoint/index.ts';
import type { Daemon } from '../hookline.ts';
import { runClaude } from './headless.ts';
import { hookComplaints, hookTrouble } from './hook-trouble.ts';
import { chain, type Scenario } from './scenarios.ts';
import { openTerminal } from './terminal.ts';
import type { World } from './world.ts';

// A real model takes its time for the last word. Without it an async hook may still run at the end, and then `-p`
// waits for a second or more before it exits (observed with Claude Code 2.1.329), daemon or no daemon.
export const quietScenarios: Readonly<Record<string, Scenario>> = {
  chain: chain(8).map(step => (step.tools ? step : { ...step, delayMs: 300 })),
};
/** What `chain` fires: Pre, Post and Batch of each call, and the start and end of prompt, turn and session. */
export const hooksFired = 8 * 3 + 4;

/** Sends the hooks of a living daemon elsewhere, as if the daemon itself answered from there. */
export const redirectHooks = (world: World, { pid }: Daemon, url: string): Promise<void> =>
  writeEndpoint(world.hooklineHome, { pid, url: `${url}/hook`, hookToken: 'f'.repeat(64) });

/** Milliseconds a whole headless session takes; whatever hook trouble it shows fails the test. */
export async function quietSession(world: World): Promise<number> {
  const run = await runClaude({ world, prompts: ['RUN:chain'] });
  expect(run.code).toBe(0);
  expect(hookTrouble(run)).toEqual([]);
  expect(run.lines.some(line => line.type === 'result' && line['result'] === 'All done.')).toBe(true);
  return run.durationMs;
}

/**
 * How many milliseconds longer the fastest of some hooked sessions takes than the fastest of as many in a world without
 * hooks, in turns: the fastest are those that nothing else on the machine disturbed.
 */
export async function addedByHooks(
  plain: World,
  hooked: World,
  { rounds = 3, beforeEach }: { rounds?: number; beforeEach?: () => void } = {},
): Promise<number> {
  const [without, added]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    beforeEach?.();
    without.push(await quietSession(plain));
    added.push(await quietSession(hooked));
  }
  return Math.min(...added) - Math.min(...without);
}

/** What an interactive session shows from start to end. */
async function screensOf(world: World): Promise<string> {
  const terminal = await openTerminal({ world });
  try {
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:simple');
    await terminal.waitFor(/● All done[\s\S]*\b(?:done|for) \d/);
    await terminal.submit('/exit');
    await terminal.waitForExit();
    return await terminal.seen();
  } finally {
    await terminal.close();
  }
}

/** Whatever an interactive session says about its hooks, or of its settings that it does not like. */
export async function complaintsOnScreen(world: World): Promise<string[]> {
  const screens = await screensOf(world);
  return [...hookComplaints(screens), ...(/settings (?:warning|error)/i.exec(screens) ?? [])];
}
