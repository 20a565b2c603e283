// The daemon is stopped, killed, hung or broken, and the user of the real client notices nothing.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeEndpoint } from '../../src/install/index.ts';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { hookComplaints, hookTrouble } from '../support/claude/hook-trouble.ts';
import { type Recorder, startRecorder } from '../support/claude/recorder.ts';
import { chain } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';

const claude = await findClaude();
const tmux = hasTmux();
// A real model takes its time for the last word. Without it an async hook may still run at the end, and then `-p`
// waits for a second or more before it exits (observed with Claude Code 2.1.329), daemon or no daemon.
const scenarios = { chain: chain(8).map(step => (step.tools ? step : { ...step, delayMs: 300 })) };
/** What `chain` fires: Pre, Post and Batch of each call, and the start and end of prompt, turn and session. */
const hooksFired = 8 * 3 + 4;

/** Sends the hooks of a living daemon elsewhere, as if the daemon itself answered from there. */
const redirectHooks = (world: World, daemon: Daemon, url: string): Promise<void> =>
  writeEndpoint(world.hooklineHome, { pid: daemon.pid, url: `${url}/hook`, hookToken: 'f'.repeat(64) });

/** Milliseconds a whole headless session takes; whatever hook trouble it shows fails the test. */
async function quietSession(world: World): Promise<number> {
  const run = await runClaude({ world, prompts: ['RUN:chain'] });
  expect(run.code).toBe(0);
  expect(hookTrouble(run)).toEqual([]);
  expect(run.lines.some(line => line.type === 'result' && line['result'] === 'All done.')).toBe(true);
  return run.durationMs;
}

/** What an interactive session shows from start to end. */
async function screensOf(world: World): Promise<string> {
  const terminal = await openTerminal({ world });
  try {
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:simple');
    await terminal.waitFor(/● All done[\s\S]*\bdone \d/);
    await terminal.submit('/exit');
    await terminal.waitForExit();
    return await terminal.seen();
  } finally {
    await terminal.close();
  }
}

describe.skipIf(!claude.found)('a session of the real client', () => {
  /** The same sessions without any hooks: what a delay is measured against. */
  let plain: World;
  let world: World;
  let daemon: Daemon;
  let broken: Recorder | undefined;

  const newWorld = (): Promise<World> => createWorld({ bin: claude.found ? claude.bin : '', scenarios });
  async function withDaemon(): Promise<void> {
    world = await newWorld();
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
  }

  /**
   * How many milliseconds longer the fastest of three hooked sessions takes than the fastest of three without, in
   * turns: the fastest are those that nothing else on the machine disturbed.
   */
  async function addedByHooks(beforeEach?: () => void): Promise<number> {
    const [without, hooked]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round++) {
      beforeEach?.();
      without.push(await quietSession(plain));
      hooked.push(await quietSession(world));
    }
    return Math.min(...hooked) - Math.min(...without);
  }
  async function expectQuietScreen(): Promise<void> {
    if (tmux) expect(hookComplaints(await screensOf(world))).toEqual([]);
  }

  beforeAll(async () => {
    plain = await newWorld();
  });
  afterAll(() => plain?.close());
  afterEach(async () => {
    await daemon?.stop();
    await broken?.close();
    broken = undefined;
    await world?.close();
  });

  it('notices nothing of a daemon that was stopped', async () => {
    await withDaemon();
    await daemon.stop();
    expect(await addedByHooks()).toBeLessThan(50 * hooksFired);
    await expectQuietScreen();
  });

  it('notices nothing of a daemon that was killed', async () => {
    await withDaemon();
    await daemon.stop('SIGKILL');
    expect(await addedByHooks()).toBeLessThan(50 * hooksFired);
    await expectQuietScreen();
  });

  it('notices nothing of a daemon that answers 500', async () => {
    await withDaemon();
    broken = await startRecorder('fail');
    await redirectHooks(world, daemon, broken.url);
    expect(await addedByHooks()).toBeLessThan(50 * hooksFired);
    expect(broken.calls.length).toBeGreaterThan(hooksFired);
    await expectQuietScreen();
  });

  it('waits 2 s in all for a daemon that hangs, and shows nothing of it', async () => {
    await withDaemon();
    process.kill(daemon.pid, 'SIGSTOP'); // connections are taken, answers never come
    // What the hooks learnt about it in the round before does not count: each session is the first one.
    const forget = (): void => fs.rmSync(path.join(world.hooklineHome, 'hooks/stalled'), { force: true });
    try {
      expect(await addedByHooks(forget)).toBeLessThan(2_000);
      forget();
      await expectQuietScreen();
    } finally {
      process.kill(daemon.pid, 'SIGCONT');
    }
  });

  it('would be seen to complain: a plain http hook with nobody there does, in every way', async () => {
    const nobody = await startRecorder();
    await nobody.close();
    world = await newWorld();
    const hook = [{ hooks: [{ type: 'http', url: `${nobody.url}/hook` }] }];
    world.writeSettings({ hooks: { UserPromptSubmit: hook, PreToolUse: hook, SessionEnd: hook } });
    const run = await runClaude({ world, prompts: ['RUN:simple'] });
    expect(hookTrouble(run).length).toBeGreaterThan(2);
    if (tmux) expect(hookComplaints(await screensOf(world)).length).toBeGreaterThan(0);
  });
});
