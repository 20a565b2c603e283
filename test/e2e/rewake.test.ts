// Into an idle session of a client that has no inbox: a hook of its own waits in the background, and what comes wakes it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parentOf } from '../../src/process-probe.ts';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { registered } from '../support/claude/registered.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

/** An inbox came later. */
const OLD = '2.1.197';
const client = await findClaude(OLD);
const scenarios = {
  greet: [{ text: 'Good morning.' }],
  ask: [{ tools: [bash('touch asked-for')] }, { text: 'Touched it.' }],
  work: [{ tools: [bash('sleep 2')] }, { text: 'I worked.' }],
};

interface Way {
  readonly path: string;
  readonly whyNot?: string;
}
interface Sent {
  readonly id: string;
  readonly state: string;
  readonly recipients: readonly { readonly path?: string; readonly tries: number }[];
}

describe.skipIf(!client.found || !hasTmux() || process.platform !== 'linux')(
  `an idle session of Claude Code ${OLD}`,
  () => {
    let world: World;
    let daemon: Daemon;
    let terminal: Terminal;

    beforeAll(async () => {
      if (!client.found) return;
      world = await createWorld({ bin: client.bin, scenarios });
      await hooklineOk(world, 'install');
      daemon = await startDaemon(world);
      terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
      await terminal.waitFor(/❯/);
      await hooklineOk(world, 'name', await sessionOf(await clientPid()), 'backend');
    });
    afterAll(async () => {
      await terminal?.close();
      await daemon?.stop();
      await world?.close();
    });

    const clientPid = (): Promise<number> =>
      until('it has registered', () => registered(world.configDir)[0]?.pid);
    const sessionOf = (pid: number): Promise<string> =>
      until('its session is told', async () => {
        const { stdout } = await hooklineOk(world, 'sessions', '--json');
        const { sessions } = JSON.parse(stdout) as { sessions: { sessionId: string }[] };
        const found = registered(world.configDir).find(one => one.pid === pid)?.sessionId;
        return sessions.find(({ sessionId }) => sessionId === found)?.sessionId;
      });
    /** The processes of hooks of this world that wait. */
    function waiters(): number[] {
      const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
      return all
        .filter(line => line.includes(world.hooklineHome) && / rewake( again)?$/.test(line.trimEnd()))
        .map(line => Number(line.trim().split(' ')[0]));
    }
    /** The one that waits, once there is one and no more. */
    const waiter = (): Promise<number> =>
      until('one waits', () => (waiters().length === 1 ? waiters()[0] : undefined), 60_000);
    async function waysOf(name = 'backend'): Promise<Way[]> {
      const { stdout } = await hooklineOk(world, 'names', '--json');
      const { names } = JSON.parse(stdout) as { names: { name: string; ways: Way[] }[] };
      return names.find(one => one.name === name)?.ways ?? [];
    }
    /** Once it can be woken. */
    const isWoken = (name?: string): Promise<unknown> =>
      until(
        'it can be woken',
        async () => (await waysOf(name)).some(one => one.path === 'rewake' && one.whyNot === undefined),
        60_000,
      );
    const post = async (message: string): Promise<string> => {
      const answer = await fetch(`${daemon.url}/api/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ to: 'backend', message, from: 'ci' }),
      });
      return ((await answer.json()) as { id: string }).id;
    };
    const fate = async (id: string, query = ''): Promise<Sent> => {
      const headers = { authorization: `Bearer ${daemon.token}` };
      return (await fetch(`${daemon.url}/api/messages/${id}${query}`, { headers })).json() as Promise<Sent>;
    };
    const arrived = (id: string): Promise<Sent> => fate(id, '?wait=delivered&timeoutMs=30000');
    const byRewake = { state: 'delivered', recipients: [{ path: 'rewake', tries: 1 }] };
    /** How often the model was given a message by now, in the conversation as it stands. */
    const timesIn = (id: string): number => world.api.newest.split(`message id=${id} `).length - 1;

    it('is woken by a message, and again by the next: there is always one hook that waits, and never more', async () => {
      await isWoken();
      const first = await waiter();
      expect(parentOf(first)).toBe(await clientPid());
      for (const text of ['RUN:greet one', 'RUN:greet two']) {
        const { code, stdout, stderr } = await hookline(
          world,
          ...['send', '--to', 'backend', '-m', text, '--from', 'ci', '--json'],
          ...['--wait', 'delivered', '--timeout', '60s'],
        );
        expect(code, stderr).toBe(0);
        const sent = JSON.parse(stdout) as Sent;
        expect(sent).toMatchObject(byRewake);
        await until('its model has it', () => timesIn(sent.id) === 1);
        await terminal.waitFor(/Good morning/);
        await isWoken();
        expect(await waiter()).not.toBe(first);
      }
      expect((await hooklineOk(world, 'names')).stdout).toMatch(/backend\s+live.*by rewake/);
    });

    it('gets five at once in the order they were sent, each once', async () => {
      const ids: string[] = [];
      for (const n of [1, 2, 3, 4, 5]) ids.push(await post(`This is number ${n}.`));
      for (const id of ids) expect(await arrived(id)).toMatchObject({ state: 'delivered' });
      await isWoken();
      const order = Array.from(world.api.newest.matchAll(/This is number (\d)/g), ([, n]) => n);
      expect(order).toEqual(['1', '2', '3', '4', '5']);
      expect(ids.map(timesIn)).toEqual([1, 1, 1, 1, 1]);
    });

    it('keeps what its user has written', async () => {
      await terminal.type('I was about to say');
      await terminal.waitFor(/❯\sI was about to say/);
      expect(await arrived(await post('RUN:greet beside a draft'))).toMatchObject(byRewake);
      await isWoken();
      expect(await terminal.screen()).toMatch(/❯\sI was about to say\s*\n─/);
      await terminal.press('C-u');
      await terminal.waitFor(/❯\s*\n─/);
    });

    it('is left alone while a dialog is open, and gets the message once that is answered', async () => {
      await terminal.submit('RUN:ask');
      await terminal.waitFor(/Do you want to proceed[\s\S]*\d\. No/);
      await until('it is seen to ask', async () =>
        (await waysOf()).some(one => one.path === 'rewake' && /asks its user/.test(one.whyNot ?? '')),
      );
      const dialog = await terminal.screen();
      const id = await post('RUN:greet after the dialog');
      expect((await fate(id, '?wait=accepted&timeoutMs=2000')).state).toBe('queued');
      const shown = (screen: string): string => screen.slice(screen.indexOf('Bash command'));
      expect(shown(await terminal.screen())).toBe(shown(dialog));
      await terminal.pressUntil('1', /Touched it/);
      expect((await arrived(id)).state).toBe('delivered');
    });

    it('is reached again when the daemon was killed and another one runs, by the same hook', async () => {
      await isWoken();
      const before = await waiter();
      await daemon.stop('SIGKILL');
      daemon = await startDaemon(world);
      await isWoken();
      expect(await waiter()).toBe(before);
      expect(await arrived(await post('RUN:greet from the next daemon'))).toMatchObject(byRewake);
      await isWoken();
    });

    it('is reached after /clear, and the hook of before is gone', async () => {
      const before = await waiter();
      await terminal.submit('/clear');
      await until('another one waits', () => waiters().some(pid => pid !== before), 60_000);
      await isWoken();
      expect(await waiter()).not.toBe(before);
      expect(await arrived(await post('RUN:greet in the cleared one'))).toMatchObject(byRewake);
      await terminal.waitFor(/Good morning/);
    });

    it('leaves no hook behind when its client is killed, and is reached when it is resumed', async () => {
      await isWoken();
      const pid = await clientPid();
      const sessionId = await sessionOf(pid);
      process.kill(pid, 'SIGKILL');
      await until('none waits', () => waiters().length === 0, 60_000);
      await terminal.close();
      terminal = await openTerminal({ world, args: ['--resume', sessionId] });
      await terminal.waitFor(/❯/);
      await isWoken();
      expect(await arrived(await post('RUN:greet after its end'))).toMatchObject(byRewake);
    });

    it('has no hook that waits without a terminal (-p), which ends as soon as ever', async () => {
      const own = await waiter();
      const run = runClaude({
        world,
        prompts: ['RUN:work'],
        bypass: false,
        args: ['--permission-mode', 'acceptEdits'],
      });
      let ended = false;
      const end = run.then(() => {
        ended = true;
      });
      const seen = new Set<number>();
      while (!ended) {
        for (const pid of waiters()) seen.add(pid);
        await Promise.race([end, new Promise(resolve => setTimeout(resolve, 100))]);
      }
      expect((await run).code).toBe(0);
      await expect.poll(() => [...seen].filter(pid => waiters().includes(pid))).toEqual([own]);
    });

    it('leaves no hook behind at /exit, and nothing in the settings at uninstall', async () => {
      await terminal.submit('/exit');
      await terminal.waitForExit();
      await until('none waits', () => waiters().length === 0, 60_000);
      expect(fs.readFileSync(world.settingsFile, 'utf8')).toContain('asyncRewake');
      await hooklineOk(world, 'uninstall');
      expect(fs.existsSync(world.settingsFile)).toBe(false);
    });
  },
);
