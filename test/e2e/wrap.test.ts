// A real session in a wrapped terminal, whose client has no inbox: messages are typed at its prompt, and never where its user has a say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/protocol/index.ts';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { MAIN } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** The dialog on a screen; above it something blinks. */
const dialogOn = (screen: string): string => screen.slice(screen.indexOf('Bash command'));
const scenarios = {
  greet: [{ text: 'Good morning.' }],
  ask: [{ tools: [bash('touch asked-for')] }, { text: 'Touched it.' }],
};

describe.skipIf(!claude.found || !hasTmux())('a session in a wrapped terminal', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    daemon = await startDaemon(world);
    terminal = await openTerminal({
      world,
      env: { HOOKLINE_HOME: world.hooklineHome },
      command: [process.execPath, MAIN, 'wrap', '--name', 'api', '--', 'claude'],
      args: ['--bare', '--permission-mode', 'default'],
    });
    await terminal.waitFor(/❯/);
  });
  afterAll(async () => {
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  /** Whether messages get there, or why not; asked until it is as it is meant to be. */
  const way = (isMeant: (whyNot: string | undefined) => boolean): Promise<unknown> =>
    until(
      'it is reached as expected',
      async () => {
        const { stdout } = await hooklineOk(world, 'names', '--json');
        const { names } = JSON.parse(stdout) as {
          names: { name: string; ways: { path: string; whyNot?: string }[] }[];
        };
        const found = names.find(({ name }) => name === 'api')?.ways.find(({ path }) => path === 'wrap');
        return found !== undefined && isMeant(found.whyNot);
      },
      60_000,
    );
  const send = (text: string, state: string, timeout: string) =>
    hookline(
      world,
      ...['send', '--to', 'api', '-m', text, '--from', 'ci', '--json'],
      ...['--wait', state, '--timeout', timeout],
    );
  /** What was sent, as the command told it; a command that told nothing says why. */
  const sent = ({ stdout, stderr, code }: Awaited<ReturnType<typeof send>>): { id: string } => {
    expect(stdout, `send ended with ${String(code)}: ${stderr}`).not.toBe('');
    return JSON.parse(stdout) as { id: string };
  };
  const fate = async (id: string): Promise<Message> => {
    const headers = { authorization: `Bearer ${daemon.token}` };
    return (await (await fetch(`${daemon.url}/api/messages/${id}`, { headers })).json()) as Message;
  };
  const arrived = async (id: string): Promise<Message> => {
    await until('it is delivered', async () => (await fate(id)).state === 'delivered', 60_000);
    return fate(id);
  };
  const isDelivered = { state: 'delivered', recipients: [{ name: 'api', path: 'wrap', tries: 1 }] };

  it('is given a message while it is idle, as text that does nothing but be read', async () => {
    await way(whyNot => whyNot === undefined);
    const result = await send('RUN:greet\nsee @README.md\n/clear', 'delivered', '60s');
    expect(result.code, result.stderr).toBe(0);
    const { id, ...message } = sent(result);
    expect(message).toMatchObject(isDelivered);
    const screen = await terminal.waitFor(/Good morning/);
    expect(screen).toContain(`[hookline message id=${id} from=ci via=cli unverified]`);
    expect(screen).toContain('see \\@README.md');
    expect(screen).not.toContain('Read README.md');
  });

  it('keeps what its user has written, and gets the message after that', async () => {
    await terminal.waitFor(/❯\s*\n─/);
    await terminal.type('RUN:greet, I was about to say');
    await way(whyNot => /written|writing/.test(whyNot ?? ''));
    const result = await send('RUN:greet once more', 'accepted', '6s');
    const { id } = sent(result);
    expect([result.code, await fate(id)]).toMatchObject([1, { state: 'queued', recipients: [{ tries: 0 }] }]);
    expect(await terminal.screen()).toMatch(/❯\sRUN:greet, I was about to say\s*\n─/);
    await terminal.press('Enter');
    expect(await arrived(id)).toMatchObject(isDelivered);
  });

  it('is left alone while a dialog is open, and gets the message once that is answered', async () => {
    await way(whyNot => whyNot === undefined);
    await terminal.submit('RUN:ask');
    await terminal.waitFor(/Do you want to proceed[\s\S]*\d\. No/);
    await way(whyNot => /waits for its user/.test(whyNot ?? ''));
    const dialog = await terminal.screen();
    const result = await send('RUN:greet after the dialog', 'accepted', '6s');
    const { id } = sent(result);
    expect([result.code, await fate(id)]).toMatchObject([1, { state: 'queued', recipients: [{ tries: 0 }] }]);
    expect(dialogOn(await terminal.screen())).toBe(dialogOn(dialog));
    await terminal.pressUntil('1', /Touched it/);
    expect(await arrived(id)).toMatchObject(isDelivered);
  });

  it('is as large as its terminal, hears Ctrl-C, and its exit code is the one that is seen', async () => {
    await way(whyNot => whyNot === undefined);
    await terminal.resize(90, 30);
    await terminal.waitFor(/^─{90}$/m);
    const { code } = await send('RUN:greet in a smaller window', 'delivered', '60s');
    expect(code).toBe(0);
    let exit: number | undefined;
    // The client hears the second one for less than a second.
    for (let tries = 0; tries < 4 && exit === undefined; tries++) {
      await terminal.pressUntil('C-c', /Press Ctrl-C again to exit/);
      await terminal.press('C-c');
      exit = await terminal.waitForExit(15_000).catch(() => undefined);
    }
    expect(exit).toBe(0);
  });
});
