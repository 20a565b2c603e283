// Automations at work beside the real client: a question is told while it waits, a failure is kept with its command, the end is heard.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Running, runCli } from '../support/cli.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = {
  work: [
    { tools: [bash('touch made.txt')] },
    { tools: [bash('echo oops >&2; exit 3')] },
    { text: 'It is made.' },
  ],
};

describe.skipIf(!claude.found || !hasTmux())('beside a session of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal;
  const running: Running[] = [];
  const file = (name: string): string => path.join(world.root, name);
  const read = (name: string): string =>
    fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : '';

  /** Notes something down for every event. */
  async function note(name: string, words: string, ...args: string[]): Promise<void> {
    const one = runCli(world, ['on', ...args, '--', 'sh', '-c', `printf '%s\\n' ${words} >> ${file(name)}`]);
    running.push(one);
    await one.says('connected; ');
  }

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    await note(
      'asked',
      '"$HOOKLINE_DATA_TOOL_NAME: $HOOKLINE_DATA_INPUT_COMMAND in $HOOKLINE_DATA_CWD"',
      'permission.requested',
    );
    const bashOnly = ['--where', 'data.tool_name == "Bash"', '--resume', 'failures'];
    await note('failed', '"$HOOKLINE_DATA_TOOL_INPUT_COMMAND"', 'hook.post_tool_use_failure', ...bashOnly);
    await note('ended', '"$HOOKLINE_DATA_LAST_MESSAGE"', 'turn.completed');
    terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:work');
  });

  afterAll(async () => {
    await Promise.all(running.map(one => one.end('SIGTERM')));
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  it('a question is told while it waits, not after', async () => {
    await terminal.waitFor(/Do you want to proceed/);
    await until('it was told', () => read('asked') !== '');
    expect(read('asked')).toBe(`Bash: touch made.txt in ${world.project}\n`);
    expect(fs.existsSync(path.join(world.project, 'made.txt'))).toBe(false);
  });

  it('a failure is kept with its command, and the end of the turn is heard', async () => {
    await terminal.pressUntil('Enter', /It is made/);
    await until('both were told', () => read('failed') !== '' && read('ended') !== '');
    expect(read('failed')).toBe('echo oops >&2; exit 3\n');
    expect(read('ended')).toBe('It is made.\n');
    expect(read('asked').split('\n').length).toBeGreaterThan(2);
  });
});
