// hookline as a service of a real systemd: installed, killed and there again, restarted, and gone without a trace.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/process-probe.ts';
import { type CliPlace, MAIN, makePlace } from '../support/cli.ts';
import { hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { type Output, runAny } from '../support/run.ts';
import { until } from '../support/until.ts';
import { startUserManager, type UserManager } from '../support/user-manager.ts';

/** A home with all that means something to systemd, to a shell or in a list of variables. */
const UGLY = 'a b%h$HOME"q\'u\\=x';

function uglyPlace(): CliPlace {
  const place = makePlace();
  const home = path.join(place.home, UGLY);
  fs.mkdirSync(path.join(home, 'bin'), { recursive: true });
  const env = { ...place.env, HOME: home, CLAUDE_CONFIG_DIR: path.join(home, 'claude') };
  return { ...place, env, hooklineHome: path.join(home, 'hookline $line') };
}

const bare = uglyPlace();
const manager = await startUserManager(bare.env).catch((error: Error) => {
  console.warn(
    `skipped: hookline as a service of a real systemd (no user manager can be started here: ${error.message}); install systemd, and run as root`,
  );
});
const place: CliPlace = {
  ...bare,
  env: {
    ...bare.env,
    ...manager?.env,
    HOOKLINE_PORT: '0',
    HOOKLINE_HOOKS: 'false',
    HOOKLINE_TOKEN: 'a-secret',
  },
};
const file = path.join(bare.env['HOME'] ?? '', '.config/systemd/user/hookline.service');

interface Status {
  installed: boolean;
  enabled: boolean;
  runner: string;
  pid?: number;
  problems: string[];
}
const status = async (): Promise<Status> =>
  JSON.parse((await hookline(place, 'service', 'status', '--json')).stdout) as Status;
const runningPid = async (): Promise<number> =>
  until('the service runs it', async () => {
    const { runner, pid } = await status();
    return runner === 'service' ? pid : undefined;
  });

describe.skipIf(manager === undefined)('a service of systemd', () => {
  const systemctl = (...args: string[]): Promise<Output> => (manager as UserManager).systemctl(...args);
  let installed: Output;
  let pid: number;

  beforeAll(async () => {
    if (manager === undefined) return;
    // A node of its own, by such a path too.
    const node = path.join(bare.env['HOME'] ?? '', 'bin', 'no"de');
    fs.copyFileSync(process.execPath, node);
    installed = await runAny(node, [MAIN, 'service', 'install'], {
      env: { ...place.env, HOOKLINE_HOME: place.hooklineHome },
      timeout: 120_000,
    });
    pid = await runningPid();
  });

  afterAll(async () => {
    await manager?.stop();
  });

  it('is started with all that was set, but no secret, and says so', () => {
    expect(installed.code).toBe(0);
    expect(installed.stderr).toContain(`Wrote ${file}.`);
    expect(installed.stderr).toMatch(new RegExp(`It runs at http://\\S+ \\(process ${pid}, version `));
    expect(installed.stderr).toContain('HOOKLINE_TOKEN is not in the service file');
    expect(fs.readFileSync(file, 'utf8')).not.toContain('a-secret');
    const environ = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(environ).toEqual(
      expect.arrayContaining([
        `HOOKLINE_HOME=${place.hooklineHome}`,
        `CLAUDE_CONFIG_DIR=${place.env['CLAUDE_CONFIG_DIR']}`,
        `PATH=${place.env['PATH']}`,
        'HOOKLINE_PORT=0',
      ]),
    );
    expect(environ.join('\n')).not.toContain('HOOKLINE_TOKEN');
  });

  it('has a file that systemd finds nothing wrong with', async () => {
    const env = { ...place.env };
    const { code, stderr } = await runAny('systemd-analyze', ['verify', '--user', file], {
      env,
      timeout: 60_000,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('installed once more is left as it is', async () => {
    const node = path.join(bare.env['HOME'] ?? '', 'bin', 'no"de');
    const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
    const before = fs.readFileSync(file, 'utf8');
    const { code, stderr } = await runAny(node, [MAIN, 'service', 'install'], { env, timeout: 120_000 });
    expect(code).toBe(0);
    expect(stderr).toContain(`${file} is as it should be.`);
    expect(fs.readFileSync(file, 'utf8')).toBe(before);
    expect(await runningPid()).toBe(pid);
  });

  it('is started again after a crash', async () => {
    process.kill(pid, 'SIGKILL');
    const next = await until('another process runs', async () => {
      const now = await status();
      return now.runner === 'service' && now.pid !== pid ? now.pid : undefined;
    });
    expect(isAlive(next)).toBe(true);
    expect(await status()).toMatchObject({ installed: true, enabled: true, problems: [] });
    pid = next;
  });

  it('restarts in good order when it is told to', async () => {
    await hooklineOk(place, 'service', 'restart');
    const next = await runningPid();
    expect(next).not.toBe(pid);
    // The end of the last one was none that systemd takes for a failure.
    const { stdout } = await systemctl('show', '--property=Result', 'hookline.service');
    expect(stdout).toBe('Result=success\n');
    pid = next;
  });

  it('has its log in the journal', async () => {
    const [tool = '', ...before] = manager?.within ?? [];
    const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
    const args = [...before, process.execPath, MAIN, 'service', 'logs', '-n', '100'];
    // The journal takes lines in when it gets to them.
    const stdout = await until('all starts are in it', async () => {
      const { stdout } = await runAny(tool, args, { env, timeout: 60_000 });
      return (stdout.match(/^hookline \S+ listens at http/gm) ?? []).length >= 3 ? stdout : undefined;
    });
    expect(stdout.match(/^hookline \S+ listens at http/gm)).toHaveLength(3);
    expect(stdout).toContain('stopping');
  });

  it('that was stopped stays stopped', async () => {
    await hooklineOk(place, 'stop');
    await until('systemd has seen its end', async () => {
      const { stdout } = await systemctl('show', '--property=ActiveState', 'hookline.service');
      return stdout === 'ActiveState=inactive\n';
    });
    const { code, stdout } = await hookline(place, 'service', 'status');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^hookline +not running$/m);
  });

  it('is told when its node is gone, and does not try', async () => {
    fs.rmSync(path.join(bare.env['HOME'] ?? '', 'bin', 'no"de'));
    expect((await status()).problems).toEqual([
      expect.stringMatching(/no"de, is gone; write it anew with: .* service install$/),
    ]);
    const { code, stderr } = await hookline(place, 'service', 'restart');
    expect(code).toBe(1);
    expect(stderr).toContain('the service cannot start: its node, ');
  });

  it('a hookline that runs without it is left alone, and said to be there', async () => {
    const daemon = await startDaemon(place);
    const { code, stderr } = await hookline(place, 'service', 'install');
    expect(code).toBe(0);
    expect(stderr).toContain(`not now: a hookline that the service did not start runs at ${daemon.url}`);
    expect(await status()).toMatchObject({ enabled: true, runner: 'other' });
    const restart = await hookline(place, 'service', 'restart');
    expect([restart.code, isAlive(daemon.pid)]).toEqual([1, true]);
    await daemon.stop();
    await hooklineOk(place, 'service', 'restart');
    pid = await runningPid();
  });

  it('uninstalled leaves nothing that runs, and no file', async () => {
    const { stderr } = await hooklineOk(place, 'service', 'uninstall');
    expect(stderr).toContain(`Stopped it, and removed ${file}.`);
    expect(isAlive(pid)).toBe(false);
    const left = fs
      .readdirSync(path.join(bare.env['HOME'] ?? '', '.config'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.includes('hookline'));
    expect(left).toEqual([]);
    expect((await systemctl('is-active', 'hookline.service')).stdout).toBe('inactive\n');
    expect((await hooklineOk(place, 'service', 'uninstall')).stderr).toContain(
      'There is no service of hookline',
    );
  });
});
