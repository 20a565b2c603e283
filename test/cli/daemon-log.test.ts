// What a daemon that runs tells: in words or as JSON, on stderr or in a file, its end and its crash too.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliPlace, makePlace, runCli } from '../support/cli.ts';
import { hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const START = ['start', '--no-hooks', '--port', '0'];
const logOf = (place: CliPlace): string => path.join(place.home, 'log dir', 'hookline.log');
const linesOf = (file: string): Record<string, unknown>[] =>
  fs
    .readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

/** Something nobody expects, as soon as the process is told to. */
const BOMB = `process.on('SIGUSR2', () => { throw new Error('out of the blue'); });`;
const armed = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BOMB)}` };

describe('the log of a daemon', () => {
  it('as JSON has a line of it for everything there is to say', async () => {
    const place = makePlace();
    const daemon = runCli(place, [...START, '--log-format', 'json']);
    await daemon.says('listens at');
    expect(await daemon.end('SIGTERM')).toBe(0);
    const lines = daemon
      .stderr()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      level: 'info',
      message: expect.stringMatching(/^hookline \S+ listens at http/),
      pid: daemon.child.pid,
      url: expect.stringMatching(/^http:/),
      home: place.hooklineHome,
    });
    expect(lines.at(-1)).toMatchObject({ message: expect.stringContaining('stopping') });
  });

  it('in a file is for its owner only, goes on with the next daemon, and leaves the words where they were', async () => {
    const place = makePlace();
    const file = logOf(place);
    for (const _ of [1, 2]) {
      const daemon = runCli(place, [...START, '--log-format', 'json', '--log-file', file]);
      await daemon.says('Ctrl-C');
      expect(await daemon.end('SIGTERM')).toBe(0);
    }
    const told = linesOf(file).map(({ message }) => message);
    expect(told.filter(words => String(words).includes('listens at'))).toHaveLength(2);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('by the configuration and the environment is the same', async () => {
    const place = makePlace();
    fs.mkdirSync(place.hooklineHome, { mode: 0o700 });
    fs.writeFileSync(
      path.join(place.hooklineHome, 'config.json'),
      '{"logFile": "~/a.log", "logFormat": "json"}',
    );
    const daemon = await startDaemon({ ...place, env: { ...place.env, HOOKLINE_LOG_FORMAT: 'text' } });
    await daemon.stop();
    expect(fs.readFileSync(path.join(place.home, 'a.log'), 'utf8')).toMatch(
      /Z info {2}hookline \S+ listens at/,
    );
  });

  it('has why a daemon could not start', async () => {
    const [place, other] = [makePlace(), makePlace()];
    const first = await startDaemon(other);
    try {
      const port = String(first.port);
      const { code } = await hookline(
        place,
        'start',
        '--no-hooks',
        '--port',
        port,
        '--log-file',
        logOf(place),
      );
      expect(code).toBe(1);
      expect(fs.readFileSync(logOf(place), 'utf8')).toContain(
        'error hookline cannot go on: another hookline',
      );
    } finally {
      await first.stop();
    }
  });

  it.each([{ to: 'stderr' }, { to: 'file' }])('has a crash, on $to', async ({ to }) => {
    const place = makePlace();
    const file = logOf(place);
    const flags = ['--log-format', 'json', ...(to === 'file' ? ['--log-file', file] : [])];
    const daemon = runCli(place, [...START, ...flags], armed);
    await daemon.says('listens at');
    await until('it can be found', () => fs.existsSync(path.join(place.hooklineHome, 'daemon.json')));
    daemon.child.kill('SIGUSR2');
    expect(await daemon.exit).toBe(1);
    const text = to === 'file' ? fs.readFileSync(file, 'utf8') : daemon.stderr();
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/^crash: Error: out of the blue\n {4}at /),
      crash: true,
    });
  });
});
