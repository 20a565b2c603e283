// The daemon is stopped, killed, hung or broken, and the user of the real client notices nothing.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { hookTrouble } from '../support/claude/hook-trouble.ts';
import {
  addedByHooks,
  complaintsOnScreen,
  hooksFired,
  quietScenarios,
  redirectHooks,
} from '../support/claude/quiet.ts';
import { type Recorder, startRecorder } from '../support/claude/recorder.ts';
import { hasTmux } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';

const claude = await findClaude();
const tmux = hasTmux();
describe.skipIf(!claude.found)('a session of the real client', () => {
  /** The same sessions without any hooks: what a delay is measured against. */
  let plain: World;
  let world: World;
  let daemon: Daemon;
  let broken: Recorder | undefined;

  const newWorld = (): Promise<World> =>
    createWorld({ bin: claude.found ? claude.bin : '', scenarios: quietScenarios });
  async function withDaemon(): Promise<void> {
    world = await newWorld();
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
  }

  async function expectQuietScreen(): Promise<void> {
    if (tmux) expect(await complaintsOnScreen(world)).toEqual([]);
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
    expect(await addedByHooks(plain, world)).toBeLessThan(50 * hooksFired);
    await expectQuietScreen();
  });

  it('notices nothing of a daemon that was killed', async () => {
    await withDaemon();
    await daemon.stop('SIGKILL');
    expect(await addedByHooks(plain, world)).toBeLessThan(50 * hooksFired);
    await expectQuietScreen();
  });

  it('notices nothing of a daemon that answers 500', async () => {
    await withDaemon();
    broken = await startRecorder('fail');
    await redirectHooks(world, daemon, broken.url);
    expect(await addedByHooks(plain, world)).toBeLessThan(50 * hooksFired);
    expect(broken.calls.length).toBeGreaterThan(hooksFired);
    await expectQuietScreen();
  });

  it('waits 2 s in all for a daemon that hangs, and shows nothing of it', async () => {
    await withDaemon();
    process.kill(daemon.pid, 'SIGSTOP'); // connections are taken, answers never come
    // What the hooks learnt about it in the round before does not count: each session is the first one.
    const forget = (): void => fs.rmSync(path.join(world.hooklineHome, 'hooks/stalled'), { force: true });
    try {
      expect(await addedByHooks(plain, world, { beforeEach: forget })).toBeLessThan(2_000);
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
    if (tmux) expect((await complaintsOnScreen(world)).length).toBeGreaterThan(0);
  });
});
