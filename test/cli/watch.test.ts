// `hookline sessions --watch` on a terminal: the table follows what happens, and the terminal is left as it was found.
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, follow, MAIN, makePlace, postHook, type Running } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

/** util-linux's `script` gives a command a terminal of its own. */
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.log('no `script` to make a terminal with: `sessions --watch` is not tested on one');

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(() => daemon?.stop());

const ESC = '\u001b[';

function watch(): Running & { type(keys: string): void } {
  const command = `stty rows 12 cols 100; exec "${process.execPath}" "${MAIN}" sessions --watch`;
  const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env });
  return { ...follow(child), type: keys => void child.stdin.write(keys) };
}

/** What stands on the screen after everything written: the last drawing, without its colours. */
function drawn(output: string): string[] {
  const drawing = output.split(`${ESC}J`).at(-2) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own.
  return drawing.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split('\r\n');
}

describe.skipIf(!hasScript)('on a terminal', () => {
  it('follows what happens, and ends with q', async () => {
    const running = watch();
    const shows = (words: RegExp) =>
      until(`the table shows ${words}; it shows\n${running.stdout()}`, () =>
        drawn(running.stdout()).some(line => words.test(line)),
      );
    await shows(/No sessions at the moment/);
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'mend it', prompt_id: 'p1' });
    await shows(/^shop·8dd92b6f +working .* ❯ mend it/);
    const bash = { tool_name: 'Bash', tool_input: { command: 'npm publish' }, prompt_id: 'p1' };
    await postHook(daemon, 'PreToolUse', { ...bash, tool_use_id: 't1' });
    await postHook(daemon, 'PermissionRequest', bash);
    await shows(/^shop·8dd92b6f +waiting permission .* may it run Bash npm publish\?/);
    await postHook(daemon, 'SessionEnd', { reason: 'other' });
    await shows(/No sessions at the moment/);
    running.type('q');
    expect(await running.exit).toBe(0);
    // The cursor is shown and lines are wrapped again; the screen was never taken over.
    expect(running.stdout().endsWith(`${ESC}?7h${ESC}?25h`)).toBe(true);
    expect(running.stdout()).not.toContain(`${ESC}?1049h`);
  });

  it('ends with Ctrl-C just as well', async () => {
    const running = watch();
    await until('it draws', () => running.stdout().includes('No sessions'));
    running.type('\u0003');
    expect(await running.exit).toBe(0);
    expect(running.stdout().endsWith(`${ESC}?7h${ESC}?25h`)).toBe(true);
  });

  it('says while the daemon is away, and goes on when it is back', async () => {
    const running = watch();
    await until('it draws', () => running.stdout().includes('No sessions'));
    await daemon.stop();
    await until('it says so', () => running.stdout().includes('reconnecting…'));
    daemon = await startDaemon(place);
    await postHook(daemon, 'UserPromptSubmit', { session_id: 'back-again', prompt: 'x' });
    await until('the new session is there', () =>
      drawn(running.stdout()).some(line => /back-aga/.test(line)),
    );
    expect(drawn(running.stdout()).join('\n')).not.toContain('reconnecting');
    running.type('q');
    expect(await running.exit).toBe(0);
  });
});

it('in a pipe it says what to do instead', async () => {
  const { code, stdout, stderr } = await hookline(place, 'sessions', '--watch');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`--watch needs a terminal to draw on; for a pipe: ${commandIn(place)} tail;`);
  expect((await hookline(place, 'sessions', '--watch', '--json')).stderr).toContain(
    `${commandIn(place)} tail --json`,
  );
});
