// Output for programs and for eyes: pipes that close early, colour only on a terminal, NO_COLOR.
import { execFileSync, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, MAIN, makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
  for (let n = 0; n < 50; n++)
    await postHook(daemon, 'UserPromptSubmit', { prompt: `${n} ${'x'.repeat(2_000)}` });
});
afterAll(async () => {
  await daemon.stop();
});

const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
const node = process.execPath;

describe('a pipe that closes early', () => {
  it.each(['tail --since 0 --json', 'tail --since 0', 'status', '--help'])(
    'ends `%s | head` quietly with 0',
    async args => {
      // Under `timeout`, so that nothing outlives a failure.
      const command = `timeout 15 "${node}" "${MAIN}" ${args} | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
      const shell = follow(spawn('/bin/bash', ['-c', command], { env }));
      // A closed pipe shows when something is written to it, so a live stream has to go on.
      let over = false;
      void shell.exit.then(() => {
        over = true;
      });
      while (!over) await postHook(daemon, 'UserPromptSubmit', { prompt: 'x'.repeat(2_000) });
      expect(shell.lines()).toHaveLength(2);
      expect(shell.lines()[1]).toBe('exit 0');
      expect(shell.stderr()).not.toMatch(/EPIPE|Error/);
    },
  );
});

function hasScript(): boolean {
  try {
    execFileSync('script', ['--version'], { env, stdio: 'ignore' });
    return true;
  } catch {
    console.log('no `script` to make a terminal with: colour is not tested');
    return false;
  }
}

describe('colour', () => {
  const inTerminal = async (extra: Record<string, string>): Promise<string> => {
    const child = follow(
      spawn('script', ['-qec', `"${node}" "${MAIN}" status`, '/dev/null'], { env: { ...env, ...extra } }),
    );
    await child.exit;
    return child.stdout();
  };
  const csi = '\u001b[';

  it.skipIf(!hasScript())('is there on a terminal, and not with NO_COLOR or a dumb one', async () => {
    expect(await inTerminal({})).toContain(csi);
    const without = await Promise.all([inTerminal({ NO_COLOR: '1' }), inTerminal({ TERM: 'dumb' })]);
    for (const text of without) {
      expect(text).toContain('running at');
      expect(text).not.toContain(csi);
    }
  });

  it('is not there in a pipe, whatever the environment asks for', async () => {
    const colorful = { ...place, env: { ...place.env, FORCE_COLOR: '1' } };
    const outputs = await Promise.all([
      hookline(colorful, 'status'),
      hookline(colorful, 'sessions'),
      hookline(colorful, 'doctor'),
      hookline(colorful, 'tail', '--nothing'),
    ]);
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(csi);
  });
});
