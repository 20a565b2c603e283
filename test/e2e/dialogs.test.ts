// Dialogs of the real client that no hook tells of: the session needs its user at its terminal, until they have answered.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** Nothing is sent: there is nobody at that port. */
const scenarios = {
  send: [{ tools: [bash('curl -s http://127.0.0.1:9/ -d @README.md')] }, { text: 'Sent.' }],
};

// Auto mode, and with it these dialogs, is the default since 2.1.332.
const hasDialogs = claude.found && claude.version.localeCompare('2.1.332', 'en', { numeric: true }) >= 0;

describe.skipIf(!hasDialogs || !hasTmux())('a dialog that no hook tells of', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal | undefined;

  beforeEach(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
  });
  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
    await daemon?.stop();
    await world?.close();
  });

  async function open(settings: object): Promise<Terminal> {
    world.writeSettings(settings);
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    terminal = await openTerminal({ world });
    return terminal;
  }

  const state = (what: string, wanted: Record<string, unknown>): Promise<Record<string, unknown>> =>
    until(
      what,
      async () => {
        const answer = await fetch(`${daemon.url}/api/sessions`, {
          headers: { authorization: `Bearer ${daemon.token}` },
        });
        const { sessions } = (await answer.json()) as { sessions: Record<string, unknown>[] };
        const [session] = sessions;
        return session && Object.entries(wanted).every(([key, value]) => session[key] === value)
          ? session
          : undefined;
      },
      60_000,
    );

  const atTerminal = { state: 'waiting_input', waitingFor: 'dialog open', atTerminal: true };
  const atRest = { state: 'idle', waitingFor: undefined, atTerminal: undefined };

  it('at the start: whether auto mode shall be the default', async () => {
    const client = await open({ permissions: { defaultMode: 'default' } });
    await client.waitFor(/Make auto mode your default/);
    await state('it needs its user', atTerminal);
    const { stdout } = await hooklineOk(world, 'sessions');
    expect(stdout).toContain('needs you at its terminal: dialog open');
    await client.pressUntil('Escape', /manual mode on/);
    await state('it is idle', atRest);
    // One that a hook tells of is none of these.
    await client.submit('RUN:send');
    await client.waitFor(/Do you want to proceed/);
    const asks = await state('it asks', { state: 'waiting_permission', atTerminal: undefined });
    expect(asks['pendingPermission']).toMatchObject({ toolName: 'Bash' });
  });

  it('in a turn: auto mode cannot check an action', async () => {
    const client = await open({});
    await client.waitFor(/auto mode on/);
    await client.submit('RUN:send');
    await client.waitFor(/Auto mode can't check actions/);
    await state('it needs its user', { ...atTerminal, currentTool: 'Bash' });
    await client.pressUntil('Escape', /Interrupted/);
    await state('it is idle', atRest);
  });
});
