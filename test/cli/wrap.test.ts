// `hookline wrap` in a real terminal, around commands that say what reaches them: nothing is lost or changed on the way.
import fs from 'node:fs';
import path from 'node:path';
import pty, { type IPty } from '@lydell/node-pty';
import { afterEach, expect, it } from 'vitest';
import { readToEnd } from '../../src/cli/wrap/read-to-end.ts';
import { MAIN, makePlace } from '../support/cli.ts';
import { hookline } from '../support/hookline.ts';
import { withoutPackage } from '../support/missing-package.ts';
import { until } from '../support/until.ts';

const place = makePlace();
const running: Wrapped[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.end();
});

class Wrapped {
  readonly #pty: IPty;
  readonly #output: Buffer[] = [];
  #exit: number | undefined;

  constructor(file: string, args: readonly string[], env: Record<string, string> = {}) {
    this.#pty = pty.spawn(file, [...args], {
      ...{ cols: 100, rows: 30, cwd: place.home, encoding: null, name: 'xterm-256color' },
      env: { ...place.env, HOOKLINE_HOME: place.hooklineHome, ...env },
    });
    readToEnd(this.#pty);
    this.#pty.onData(data => this.#output.push(data as unknown as Buffer));
    this.#pty.onExit(({ exitCode }) => {
      this.#exit = exitCode;
    });
    running.push(this);
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  /** Closes the window. */
  hangUp(): void {
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  async shows(what: string): Promise<void> {
    await until(`it shows ${what}`, () => this.output.includes(what)).catch(() => {
      throw new Error(`it does not show ${JSON.stringify(what)}, but:\n${this.output}`);
    });
  }

  async exit(): Promise<number> {
    await until('it ended', () => this.#exit !== undefined);
    return this.#exit ?? -1;
  }

  end(): void {
    if (this.#exit === undefined) this.#pty.kill('SIGKILL');
  }
}

const wrapArgs = (...command: string[]): string[] => [MAIN, 'wrap', '--name', 'api', '--', ...command];
const wrap = (...command: string[]): Wrapped => new Wrapped(process.execPath, wrapArgs(...command));

/** A program that says in hex what it is given, in a terminal that changes nothing of it. */
const HEX = `process.stdin.setRawMode(true).on('data', data => process.stdout.write('<' + data.toString('hex') + '>')); console.log('ready')`;

it('ends with the exit code of the command', async () => {
  expect(await wrap('sh', '-c', 'exit 7').exit()).toBe(7);
  expect(await wrap('true').exit()).toBe(0);
});

it('ends as a shell says it when a signal ended the command', async () => {
  expect(await wrap('sh', '-c', 'kill -TERM $$').exit()).toBe(143);
});

it('gives the command its name, its terminal, and the size of it', async () => {
  const one = wrap('sh', '-c', 'echo "name=$HOOKLINE_NAME term=$TERM"; stty size');
  await one.shows('name=api term=xterm-256color');
  await one.shows('30 100');
});

it('tells the command when the window gets another size', async () => {
  const one = wrap(
    process.execPath,
    '-e',
    `process.stdout.on('resize', () => console.log('now ' + process.stdout.columns + ' ' + process.stdout.rows)); setInterval(() => {}, 1000); console.log('ready')`,
  );
  await one.shows('ready');
  one.resize(61, 17);
  await one.shows('now 61 17');
});

it('passes on every byte that is typed, Ctrl-C and Ctrl-Z too, and every one that is written', async () => {
  const one = wrap(process.execPath, '-e', HEX);
  await one.shows('ready');
  const typed = 'a\r\x03\x1a\x1b[200~é\x1b[201~\x1b[<35;1;1M';
  one.press(typed);
  const hex = Buffer.from(typed).toString('hex');
  await until('it got all', () => one.output.toString().replaceAll(/[<>]/g, '').includes(hex));
  const bytes = wrap('sh', '-c', "printf '\\033[38;2;1;2;3mred\\377\\376end'");
  await bytes.exit();
  expect(bytes.output.includes(Buffer.from('\x1b[38;2;1;2;3mred\xff\xfeend', 'latin1'))).toBe(true);
});

it('writes more than a terminal takes at once', async () => {
  const one = wrap(process.execPath, '-e', "process.stdout.write('x'.repeat(3e6) + 'END')");
  await one.exit();
  const { output } = one;
  const first = output.indexOf('x');
  expect([output.indexOf('END') - first, output.lastIndexOf('x') - first]).toEqual([3_000_000, 2_999_999]);
});

it('passes on what others send it', async () => {
  const one = wrap('sh', '-c', 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done');
  await one.shows('ready');
  process.kill(one.pid, 'SIGTERM');
  expect(await one.exit()).toBe(5);
});

it.skipIf(process.platform !== 'linux')('stops when the command stops, and goes on with it', async () => {
  const words = [
    process.execPath,
    ...wrapArgs('sh', '-c', 'echo rea""dy; kill -STOP $$; echo go""es on; exit 3'),
  ];
  const shell = new Wrapped('bash', ['--norc', '-i']);
  shell.press(`${words.map(word => `'${word}'`).join(' ')}\r`);
  await shell.shows('ready');
  await shell.shows('Stopped');
  shell.press('fg\r');
  await shell.shows('goes on');
  shell.press('echo code=$?\r');
  await shell.shows('code=3');
});

it.skipIf(process.platform !== 'linux')(
  'lets the command end by itself when the window is closed',
  async () => {
    const file = path.join(place.home, 'ended');
    const one = wrap(
      'sh',
      '-c',
      `trap 'echo by itself > "${file}"; exit 0' HUP; echo ready; while :; do sleep 0.05; done`,
    );
    await one.shows('ready');
    one.hangUp();
    await until('it ended', () => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === 'by itself\n');
    await until(
      'its wrap did too',
      () => !fs.existsSync(path.join(place.hooklineHome, 'wraps', `${one.pid}.json`)),
    );
  },
);

it('leaves nothing behind, and takes away what one left that was killed', async () => {
  const wraps = path.join(place.hooklineHome, 'wraps');
  const killed = wrap('sleep', '60');
  const file = path.join(wraps, `${killed.pid}.json`);
  await until('it says that it is there', () => fs.existsSync(file));
  expect(fs.statSync(wraps).mode & 0o777).toBe(0o700);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.statSync(path.join(wraps, `${killed.pid}.sock`)).mode & 0o777).toBe(0o600);
  process.kill(killed.pid, 'SIGKILL');
  await killed.exit();
  await wrap('true').exit();
  expect(fs.readdirSync(wraps)).toEqual([]);
});

it('says what is wrong, with exit code 2', async () => {
  const { code, stdout, stderr } = await hookline(place, 'wrap', '--name', 'api', '--', 'true');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^hookline: it passes a terminal on, and stdin is none; run it in one, without a pipe/,
  );
  const unknown = wrap('no-such-command');
  expect(await unknown.exit()).toBe(2);
  await unknown.shows('there is no command "no-such-command" on the PATH');
  const bad = await hookline(place, 'wrap', '--name', 'not a name', '--', 'true');
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('--name is "not a name"')]);
});

it.each(['@lydell/node-pty', '@xterm/headless'])('says how to get %s where it is missing', async name => {
  const one = new Wrapped(process.execPath, wrapArgs('true'), withoutPackage(name));
  expect(await one.exit()).toBe(2);
  await one.shows(`this command needs the package ${name}`);
  await one.shows('npm install --include=optional');
});
