// hookline as people have it: packed, installed globally on every Node that it runs on, and upgraded while clients watch.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { postHook } from '../support/cli.ts';
import { findNode } from '../support/node-versions.ts';
import { freePorts } from '../support/own-server.ts';
import { type Machine, machineWith, pack } from '../support/packed.ts';
import { runAny } from '../support/run.ts';
import { until } from '../support/until.ts';
import { startUserManager, type UserManager } from '../support/user-manager.ts';

const MAJORS = [20, 22, 24, 26];
/** npm unpacks a hundred packages, on a machine that may have ten times as much to do as it can. */
const PATIENT = { timeout: 600_000 };
const NEXT = '99.0.0';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-packed-'));
const nodes = await Promise.all(MAJORS.map(async major => ({ major, node: await findNode(major) })));
let tarball: string;
beforeAll(async () => {
  tarball = await pack(folder);
}, PATIENT.timeout);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Address {
  readonly url: string;
  readonly token: string;
  readonly version: string;
}

/** Where the daemon of a machine is; undefined while it is nowhere. */
function addressOf({ place }: Machine): Address | undefined {
  try {
    const { url, version } = JSON.parse(
      fs.readFileSync(path.join(place.hooklineHome, 'daemon.json'), 'utf8'),
    );
    return { url, version, token: fs.readFileSync(path.join(place.hooklineHome, 'token'), 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** Calls a hook as the agent does. */
const callHook = (hook: string, payload: object, { env }: Machine): Promise<unknown> =>
  new Promise(resolve => {
    const child = spawn(hook, [], { env, stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('close', resolve);
    child.stdin.end(JSON.stringify(payload));
  });

const byNumber = (a: string, b: string): number => Number(a.slice(1)) - Number(b.slice(1));

const hasAnalyze = fs.existsSync('/usr/bin/systemd-analyze');
if (!hasAnalyze) console.warn('skipped: no systemd-analyze to look at the unit with; install systemd');

describe.each(nodes)('on Node $major', ({ major, node }) => {
  it.skipIf(node === undefined)(
    'installed by npm it starts, takes hooks, tells them, has a service file, and goes again',
    PATIENT,
    async () => {
      const machine = machineWith(node ?? '');
      const { place, bin } = machine;
      machine.env['HOOKLINE_PORT'] = '0';
      await machine.install(tarball);
      expect((await machine.hookline('--version')).stdout).toBe(`${VERSION}\n`);

      const daemon = machine.start('start');
      await daemon.says('Hooks for ');
      expect(fs.readFileSync(`/proc/${daemon.child.pid}/cmdline`, 'utf8')).toContain(bin);
      const tail = machine.start('tail', '--json', '--since', '0');
      const doctor = JSON.parse((await machine.hookline('doctor', '--json')).stdout) as {
        ok: boolean;
        findings: { check: string; verdict: string; found: string }[];
      };
      expect(doctor).toMatchObject({ ok: true });
      expect(doctor.findings.find(({ check }) => check === 'node')?.found).toMatch(
        new RegExp(`^Node ${major}\\.`),
      );
      await postHook(addressOf(machine) as Address, 'UserPromptSubmit', { prompt: `on ${major}` });
      await until('the prompt is told', () => tail.stdout().includes(`on ${major}`));

      const dry = await machine.hookline('service', 'install', '--dry-run');
      expect(dry.code).toBe(0);
      const [, program = '', script = ''] = /^ExecStart="([^"]+)" "([^"]+)" "start"$/m.exec(dry.stdout) ?? [];
      expect([program, script]).toEqual([fs.realpathSync(node ?? ''), fs.realpathSync(bin)]);
      if (hasAnalyze) {
        const unit = path.join(place.home, 'hookline.service');
        fs.writeFileSync(unit, dry.stdout);
        const env = { ...place.env, XDG_RUNTIME_DIR: place.home };
        const verified = await runAny('systemd-analyze', ['verify', '--user', unit], {
          env,
          timeout: 60_000,
        });
        expect(verified).toEqual({ code: 0, stdout: '', stderr: '' });
      }

      expect((await machine.hookline('stop')).code).toBe(0);
      expect(await daemon.exit).toBe(0);
      await tail.end();
      await machine.hookline('uninstall');
      // There was none before.
      expect(fs.existsSync(path.join(place.claudeDir, 'settings.json'))).toBe(false);
      await machine.uninstall();
      expect(fs.existsSync(bin)).toBe(false);
    },
  );
});

describe('an upgrade', () => {
  const machine = machineWith(process.execPath);
  let manager: UserManager | undefined;
  /** As long as it runs without a service. */
  let daemon: ReturnType<Machine['start']> | undefined;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    machine.env['HOOKLINE_PORT'] = String(port);
    manager = await startUserManager(machine.place.env).catch((error: Error) => {
      console.warn(
        `skipped: an upgrade of a real service (${error.message}); it is stopped and started by hand`,
      );
      return undefined;
    });
    Object.assign(machine.env, manager?.env);
    await machine.install(tarball);
  }, PATIENT.timeout);
  afterAll(() => manager?.stop());

  it(
    'in place loses no event for a client that is connected, nor for hooks that came meanwhile',
    PATIENT,
    async () => {
      const next = await pack(folder, NEXT);
      if (manager) expect(await machine.hookline('service', 'install')).toMatchObject({ code: 0 });
      else daemon = machine.start('start');
      await until('it runs', () => addressOf(machine)?.version === VERSION);
      const hook = path.join(machine.place.hooklineHome, 'hooks', 'hookline-hook');
      await until('the hook is there', () => fs.existsSync(hook));
      const tail = machine.start('tail', '--json', '--since', '0');

      // Prompts, one after the other, as hooks tell them: until some have come after the upgrade.
      let told = 0;
      let over = false;
      const telling = (async () => {
        while (!over) {
          const payload = {
            session_id: 'upgraded',
            hook_event_name: 'UserPromptSubmit',
            cwd: '/',
            prompt: `p${told++}`,
          };
          await callHook(hook, payload, machine);
        }
      })();
      const prompts = (): string[] =>
        tail
          .lines()
          .map(line => JSON.parse(line) as { type: string; data: { prompt?: string } })
          .filter(({ type }) => type === 'prompt.submitted')
          .map(({ data }) => data.prompt ?? '');
      await until('some have come', () => prompts().length > 3);

      await machine.install(next);
      if (manager) {
        const { code, stderr } = await machine.hookline('service', 'restart');
        expect([code, stderr]).toEqual([0, expect.stringContaining(`version ${NEXT}`)]);
      } else {
        await machine.hookline('stop');
        daemon = machine.start('start');
      }
      await until('the new one runs', () => addressOf(machine)?.version === NEXT);
      const before = told;
      await until('more have come', () => prompts().includes(`p${before + 3}`));
      over = true;
      await telling;
      // One that was kept when the new daemon had just looked comes after those that followed it.
      await until('all have come', () => new Set(prompts()).size === told);

      expect(prompts().sort(byNumber)).toEqual(Array.from({ length: told }, (_, n) => `p${n}`));
      const events = tail
        .lines()
        .map(
          line =>
            JSON.parse(line) as { seq: number; epoch: string; type: string; data: { version?: string } },
        );
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => (events[0]?.seq ?? 0) + index));
      const started = events.filter(({ type }) => type === 'system.started').map(({ data }) => data.version);
      expect(started).toEqual([VERSION, NEXT]);
      expect(tail.stderr()).not.toContain('missing');
      await tail.end();

      if (manager) {
        // Its file is of the last version; installing brings it up to date.
        const status = await machine.hookline('service', 'status');
        expect(status.stdout).toContain(`its file was written by hookline ${VERSION}, and this is ${NEXT}`);
        expect(await machine.hookline('service', 'install')).toMatchObject({ code: 0 });
        expect(JSON.parse((await machine.hookline('service', 'status', '--json')).stdout)).toMatchObject({
          version: NEXT,
          daemonVersion: NEXT,
          runner: 'service',
          problems: [],
        });
        expect(await machine.hookline('service', 'uninstall')).toMatchObject({ code: 0 });
      } else await daemon?.end();
    },
  );
});
