// On a real terminal of 60 and of 80 columns no line of any command is wrapped by the terminal, in colour and without.
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, MAIN, makePlace, postHook, type Running } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';

/** util-linux's `script` gives a command a terminal of its own. */
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.log('no `script` to make a terminal with: widths are not tested on one');

const place = makePlace();
let daemon: Daemon;
const LAST = 'the last of all';
const sessionId = '4f2b77c0-1d5e-4c8a-9b1e-2f6f3c9e5a10';

beforeAll(async () => {
  daemon = await startDaemon(place);
  const session = { session_id: sessionId, cwd: '/home/dev/a-project-with-a-rather-long-name' };
  const command = `echo '注文の合計を四捨五入する' && ${'npm run build && '.repeat(20)}npm test`;
  const call = { ...session, tool_name: 'Bash', tool_use_id: 't1', tool_input: { command } };
  await postHook(daemon, 'SessionStart', { ...session, source: 'startup' });
  await postHook(daemon, 'UserPromptSubmit', { ...session, prompt: '注文の合計を四捨五入する'.repeat(9) });
  await postHook(daemon, 'PreToolUse', call);
  await postHook(daemon, 'PostToolUseFailure', { ...call, error: `Exit code 1 ${'x'.repeat(300)}` });
  await postHook(daemon, 'PreToolUse', {
    ...call,
    tool_use_id: 't2',
    agent_id: 'a917fd29',
    agent_type: 'Explore',
  });
  await postHook(daemon, 'PermissionRequest', call);
  await postHook(daemon, 'Notification', { ...session, message: LAST });
});
afterAll(() => daemon?.stop());

function onTerminal(columns: number, args: string, extra: Record<string, string> = {}): Running {
  const command = `stty rows 50 cols ${columns}; exec "${process.execPath}" "${MAIN}" ${args}`;
  const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome, ...extra };
  return follow(spawn('script', ['-qec', command, '/dev/null'], { env }));
}

/** The lines as they stand on the terminal, without colours; each with how many columns it takes. */
function drawn(output: string): [number, string][] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own.
  const lines = output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/\r*\n/);
  return lines.map(line => [
    [...line].reduce((sum, one) => sum + (/[\u3000-\u9fff]/.test(one) ? 2 : 1), 0),
    line,
  ]);
}

/** Paths and URLs stay whole, for they are there to be copied. */
const COPIED = /^ *\S*\/\S+$/;

describe.skipIf(!hasScript).each([60, 80])('in %i columns', columns => {
  const fits = (output: string): void => {
    for (const [wide, line] of drawn(output))
      if (!COPIED.test(line.trim())) expect(wide, line).toBeLessThanOrEqual(columns);
  };

  it.each([
    'sessions',
    'search npm',
    'show 4f2b',
    'usage',
    'usage --by session',
    'status',
    'db stats',
    'doctor',
  ])('%s', async args => {
    const [colored, plain] = [onTerminal(columns, args), onTerminal(columns, args, { NO_COLOR: '1' })];
    await Promise.all([colored.exit, plain.exit]);
    fits(colored.stdout());
    fits(plain.stdout());
    expect(plain.stdout()).not.toContain('\u001b');
    if (['sessions', 'show 4f2b'].includes(args)) expect(plain.stdout()).toContain(sessionId.slice(0, 8));
  });

  it.each(['tail --since 0', 'tail --all --since 0'])('%s', async args => {
    const tail = onTerminal(columns, args);
    await tail.haveLines(args.includes('--all') ? 10 : 6);
    await tail.end('SIGKILL');
    expect(tail.stdout()).toContain('4f2b');
    fits(tail.stdout().split('\r\n').slice(1, -1).join('\n'));
  });
});
