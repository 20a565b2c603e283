// From start to stop: who runs where, what is said when it cannot be, and never a wrong process killed.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { startTime } from '../../src/process-probe.ts';
import { type CliPlace, commandIn, makePlace, type Running, runCli } from '../support/cli.ts';
import { hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ended.splice(0).map(end => end()));
});

async function daemonIn(place: CliPlace, ...args: string[]): ReturnType<typeof startDaemon> {
  const daemon = await startDaemon(place, ...args);
  ended.push(() => daemon.stop());
  return daemon;
}

const infoFile = (place: CliPlace): string => path.join(place.hooklineHome, 'daemon.json');
const readInfo = (place: CliPlace): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(infoFile(place), 'utf8'));

const SIGTERM = os.constants.signals.SIGTERM;

/** Signals that were sent to a process and not taken yet; nothing where the system does not tell (all but Linux). */
function pendingSignals(pid: number): number[] {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const mask = BigInt(`0x${/^ShdPnd:\s+(\w+)$/m.exec(status)?.[1] ?? 0}`);
  return Array.from({ length: 64 }, (_, index) => index + 1).filter(n => (mask >> BigInt(n - 1)) & 1n);
}

describe('start', () => {
  it('plain hookline starts, says where it is and what to do next, installs the hooks, and ends well on Ctrl-C', async () => {
    const place = makePlace();
    const daemon = runCli(place, ['--port', '0']);
    await daemon.says('Hooks for ');
    expect(daemon.stderr()).toMatch(/hookline \d+\.\d+\.\d+ listens at http:\/\/127\.0\.0\.1:\d+/);
    for (const command of ['tail', 'open'])
      expect(daemon.stderr()).toContain(`  ${commandIn(place)} ${command} `);
    expect(fs.readFileSync(path.join(place.claudeDir, 'settings.json'), 'utf8')).toContain('hookline-hook');
    expect(await daemon.end()).toBe(0);
    expect(daemon.stdout()).toBe('');
    expect(fs.existsSync(infoFile(place))).toBe(false);
  });

  it('with settings that do not parse the daemon runs all the same and says what to do', async () => {
    const place = makePlace();
    fs.mkdirSync(place.claudeDir);
    const file = path.join(place.claudeDir, 'settings.json');
    fs.writeFileSync(file, '{ "model": ');
    const daemon = runCli(place, ['start', '--port', '0']);
    await daemon.says(`Then run: ${commandIn(place)} install`);
    expect(daemon.stderr()).toContain(`The hooks could not be installed: ${file}:1:`);
    expect(fs.readFileSync(file, 'utf8')).toBe('{ "model": ');
    expect((await hookline(place, 'status')).code).toBe(0);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('--no-hooks leaves the settings alone', async () => {
    const place = makePlace();
    await daemonIn(place);
    expect(fs.existsSync(place.claudeDir)).toBe(false);
  });

  it('a second one for the same home is refused with the address of the first', async () => {
    const place = makePlace();
    const first = await daemonIn(place);
    const { code, stderr } = await hookline(place, 'start', '--port', '0', '--no-hooks');
    expect(code).toBe(1);
    expect(stderr).toBe(
      `hookline runs already at ${first.url} (process ${first.pid}); stop it with: ${commandIn(place)} stop\n`,
    );
  });

  it('on the port of another hookline is refused with its address', async () => {
    const first = await daemonIn(makePlace());
    const { code, stderr } = await hookline(makePlace(), 'start', '--port', String(first.port), '--no-hooks');
    expect(code).toBe(1);
    expect(stderr).toContain(`runs at ${first.url}; use that one`);
  });

  it('on the port of something else is refused as such', async () => {
    const server = http.createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await until('it listens', () => server.listening);
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await hookline(makePlace(), 'start', '--port', String(port), '--no-hooks');
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use by something that is not hookline`);
  });

  it('on an address that is not ours is refused in one line', async () => {
    const { code, stderr } = await hookline(
      makePlace(),
      'start',
      '--host',
      '192.0.2.1',
      '--port',
      '0',
      '--no-hooks',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^hookline: cannot listen on 192\.0\.2\.1, port 0: .*EADDRNOTAVAIL.*\n$/);
  });

  it('with a home that cannot be made is refused in one line', async () => {
    const place = makePlace();
    fs.writeFileSync(path.join(place.home, 'file'), '');
    const inFile = { ...place, hooklineHome: path.join(place.home, 'file', 'home') };
    const { code, stderr } = await hookline(inFile, 'start', '--no-hooks', '--port', '0');
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(/^hookline: .*ENOTDIR.*\n$/);
  });

  it('with a log that a newer hookline wrote, or that is in use, is refused in one line', async () => {
    const place = makePlace();
    fs.mkdirSync(place.hooklineHome);
    const file = path.join(place.hooklineHome, 'events.db');
    const refused = async (): Promise<string> => {
      const { code, stderr } = await hookline(place, 'start', '--no-hooks', '--port', '0');
      expect(code).toBe(1);
      expect(stderr.split('\n')).toHaveLength(2);
      return stderr;
    };
    const store = new SqliteStore(file);
    expect(await refused()).toContain(`hookline: ${file} is in use by another process`);
    store.close();
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(await refused()).toContain(`hookline: ${file} was written by a newer hookline (schema 99`);
  });

  it('after kill -9 starts again', async () => {
    const place = makePlace();
    const first = await daemonIn(place);
    await first.stop('SIGKILL');
    expect(fs.existsSync(infoFile(place))).toBe(true);
    const second = await daemonIn(place);
    expect(readInfo(place)['pid']).toBe(second.pid);
  });
});

describe('status', () => {
  it('tells people and programs about a daemon that runs', async () => {
    const place = makePlace();
    const daemon = await daemonIn(place);
    const [words, json] = await Promise.all([hookline(place, 'status'), hookline(place, 'status', '--json')]);
    expect(words.stdout).toMatch(new RegExp(`^hookline +running at ${daemon.url}\n`));
    expect(words.stdout).toContain('not installed; put them in with: ');
    expect(JSON.parse(json.stdout)).toMatchObject({
      running: true,
      url: daemon.url,
      pid: daemon.pid,
      status: 'ok',
      epoch: readInfo(place)['epoch'],
      seq: expect.any(Number),
      uptimeSec: expect.any(Number),
      sessions: 0,
      connections: 0,
      hooks: { installed: false, files: [] },
    });
    expect([words.code, json.code, words.stderr]).toEqual([0, 0, '']);
  });

  it('is 1 when nothing runs', async () => {
    const place = makePlace();
    const { code, stdout } = await hookline(place, 'status', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ running: false, state: 'none' });
    expect((await hookline(place, 'status')).stdout).toContain(
      `not running; start it with: ${commandIn(place)} start`,
    );
  });
});

describe('stop', () => {
  it('ends the daemon and waits for it', async () => {
    const place = makePlace();
    const daemon = runCli(place, ['start', '--port', '0', '--no-hooks']);
    await until('it runs', () => fs.existsSync(infoFile(place)));
    const { code, stdout, stderr } = await hookline(place, 'stop', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ stopped: true, pid: daemon.child.pid });
    expect(stderr).toContain('hookline stopped');
    expect(await daemon.exit).toBe(0);
  });

  it('with nothing to stop is fine', async () => {
    const { code, stdout, stderr } = await hookline(makePlace(), 'stop', '--json');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '{"stopped":false}\n',
      stderr: 'hookline is not running.\n',
    });
  });

  it('cleans up after a daemon that was killed', async () => {
    const place = makePlace();
    const daemon = await daemonIn(place);
    await daemon.stop('SIGKILL');
    const { code, stderr } = await hookline(place, 'stop');
    expect(code).toBe(0);
    expect(stderr).toContain(`left behind (process ${daemon.pid} is gone)`);
    expect(fs.existsSync(infoFile(place))).toBe(false);
  });

  it('never touches a stranger who got the pid, nor one who also got the port', async () => {
    const place = makePlace();
    const daemon = await daemonIn(place);
    const info = readInfo(place);
    await daemon.stop('SIGKILL');
    const stranger = spawn('sleep', ['60']);
    ended.push(async () => stranger.kill());
    // Though it began in the very same moment.
    const processStart = startTime(stranger.pid ?? 0);
    fs.writeFileSync(infoFile(place), JSON.stringify({ ...info, pid: stranger.pid, processStart }));
    const nobodyListens = await hookline(place, 'stop');
    expect(nobodyListens).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('hookline is not running'),
    });

    const other = await daemonIn(makePlace());
    fs.writeFileSync(
      infoFile(place),
      JSON.stringify({ ...info, pid: stranger.pid, processStart, url: other.url }),
    );
    const anotherListens = await hookline(place, 'stop');
    expect(anotherListens.stderr).toContain(`another hookline listens at ${other.url}`);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect((await fetch(`${other.url}/health`)).status).toBe(200);
  });

  it.skipIf(process.platform !== 'linux')(
    'ends a daemon that does not answer, when it is certain that it is the one',
    async () => {
      const place = makePlace();
      const daemon = await daemonIn(place);
      process.kill(daemon.pid, 'SIGSTOP');
      const stop = runCli(place, ['stop']);
      // What is stopped takes the signal once it goes on.
      await until('the signal waits', () => pendingSignals(daemon.pid).includes(SIGTERM));
      process.kill(daemon.pid, 'SIGCONT');
      expect(await stop.exit).toBe(0);
      expect(stop.stderr()).toBe(`hookline stopped (process ${daemon.pid}).\n`);
    },
  );

  it('does not kill a process that does not answer, when nobody can tell since when it is there', async () => {
    const place = makePlace();
    const daemon = await daemonIn(place);
    const { processStart: _, ...info } = readInfo(place);
    fs.writeFileSync(infoFile(place), JSON.stringify(info));
    process.kill(daemon.pid, 'SIGSTOP');
    const { code, stderr } = await hookline(place, 'stop');
    expect(pendingSignals(daemon.pid)).toEqual([]);
    process.kill(daemon.pid, 'SIGCONT');
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${daemon.pid} does not answer at ${daemon.url}`);
  });

  it('two signals end it at once', async () => {
    const place = makePlace();
    const daemon: Running = runCli(place, ['start', '--port', '0', '--no-hooks']);
    await until('it runs', () => fs.existsSync(infoFile(place)));
    await daemon.says('listens at');
    // A request that is never finished keeps a stop waiting.
    const { url, port } = readInfo(place) as { url: string; port: number };
    const hanging = net.connect(port, '127.0.0.1', () => hanging.write('POST /hook HTTP/1.1\r\n'));
    hanging.on('error', () => {});
    await until('it is connected', () => hanging.bytesWritten > 0);
    await fetch(`${url}/health`);
    daemon.child.kill('SIGTERM');
    await daemon.says('stopping…');
    daemon.child.kill('SIGTERM');
    expect(await daemon.exit).toBe(1);
    hanging.destroy();
  });
});
