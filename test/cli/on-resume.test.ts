// `hookline on --resume NAME`: nothing left out and nothing twice, through restarts of the daemon and of itself.
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CliPlace, makePlace, postHook, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const daemons: Daemon[] = [];
const running: Running[] = [];
afterEach(async () => {
  await Promise.all([
    ...running.splice(0).map(one => one.end('SIGKILL')),
    ...daemons.splice(0).map(one => one.stop()),
  ]);
});

async function start(place: CliPlace, ...args: string[]): Promise<Daemon> {
  const daemon = await startDaemon(place, ...args);
  daemons.push(daemon);
  return daemon;
}

async function on(place: CliPlace, ...args: string[]): Promise<Running> {
  const one = runCli(place, ['on', 'prompt.*', '--resume', 'test', ...args]);
  running.push(one);
  await one.says('connected');
  return one;
}

/** Writes down the prompt; before that of `blocked`, it waits for the gate and writes nothing. */
const noting = (place: CliPlace, blocked = 'none'): string[] => {
  const gate = path.join(place.home, 'gate');
  const note = `echo "$HOOKLINE_DATA_PROMPT" >> ${path.join(place.home, 'log')}`;
  const wait = `if test "$HOOKLINE_DATA_PROMPT" = ${blocked} -a ! -e ${gate}; then touch ${gate}.wanted; for i in $(seq 300); do test -e ${gate} && break; sleep 0.05; done; exit; fi`;
  return ['--', 'sh', '-c', `${wait}; ${note}; echo $HOOKLINE_SEQ > ${path.join(place.home, 'seq')}`];
};
const blocked = (place: CliPlace): Promise<unknown> =>
  until('a command waits at the gate', () => fs.existsSync(path.join(place.home, 'gate.wanted')));
/** Kills it, and only it: the command it ran goes on, and holds what it was given of its output. */
async function killAlone({ child }: Running): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
const openGate = (place: CliPlace): void => fs.writeFileSync(path.join(place.home, 'gate'), '');
const noted = (place: CliPlace): string[] => {
  const file = path.join(place.home, 'log');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
};
const haveNoted = (place: CliPlace, count: number): Promise<unknown> =>
  until(`${count} are noted: ${noted(place).join()}`, () => noted(place).length >= count);

async function say(daemon: Daemon, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await postHook(daemon, 'UserPromptSubmit', { prompt: `p${n}` });
}
const expected = (to: number): string[] => Array.from({ length: to }, (_, index) => `p${index + 1}`);
const positionFile = (place: CliPlace): string => path.join(place.hooklineHome, 'positions', 'test.json');

describe('a name', () => {
  it('that cannot be kept, for a file is where its folder should be, says so', async () => {
    const place = makePlace();
    const folder = path.dirname(positionFile(place));
    fs.mkdirSync(place.hooklineHome, { recursive: true });
    fs.writeFileSync(folder, '');
    const { code, stderr } = await hookline(place, 'on', 'x', '--resume', 'test', '--', 'true');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `positions are kept in the folder ${folder}, but it cannot be made: a file is in its place; move it away`,
    );
  });

  it('goes on where it was, through kills of the daemon and of itself', { timeout: 60_000 }, async () => {
    const place = makePlace();
    let daemon = await start(place);
    for (let round = 0; round < 3; round++) {
      const one = await on(place, ...noting(place));
      if (round === 0) await until('it has begun', () => fs.existsSync(positionFile(place)));
      await say(daemon, round * 30 + 1, round * 30 + 10);
      await haveNoted(place, round * 30 + 10);
      await daemon.stop('SIGKILL');
      daemon = await start(place);
      await say(daemon, round * 30 + 11, round * 30 + 20);
      await haveNoted(place, round * 30 + 20);
      await until('the last is settled', () => {
        const { seq } = JSON.parse(fs.readFileSync(positionFile(place), 'utf8')) as { seq: number };
        return seq >= Number(fs.readFileSync(path.join(place.home, 'seq'), 'utf8'));
      });
      await one.end('SIGTERM');
      // These come while nobody works.
      await say(daemon, round * 30 + 21, round * 30 + 30);
    }
    await on(place, ...noting(place));
    await haveNoted(place, 90);
    expect(noted(place)).toEqual(expected(90));
    expect(fs.statSync(positionFile(place)).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(positionFile(place))).mode & 0o777).toBe(0o700);
  });

  it('killed in the middle of a command handles that one event again, and no other', async () => {
    const place = makePlace();
    const daemon = await start(place);
    const one = await on(place, ...noting(place, 'p3'));
    await until('it has begun', () => fs.existsSync(positionFile(place)));
    await say(daemon, 1, 5);
    await blocked(place);
    await killAlone(one);
    expect(noted(place)).toEqual(expected(2));
    openGate(place);
    await on(place, ...noting(place, 'p3'));
    await haveNoted(place, 5);
    expect(noted(place)).toEqual(expected(5));
  });

  it('killed in the middle of a command does not handle it again with --at-most-once', async () => {
    const place = makePlace();
    const daemon = await start(place);
    const one = await on(place, '--at-most-once', ...noting(place, 'p3'));
    await until('it has begun', () => fs.existsSync(positionFile(place)));
    await say(daemon, 1, 5);
    await blocked(place);
    await killAlone(one);
    openGate(place);
    await on(place, '--at-most-once', ...noting(place, 'p3'));
    await haveNoted(place, 4);
    expect(noted(place)).toEqual(['p1', 'p2', 'p4', 'p5']);
  });

  it('several at a time, killed while the first of them still runs, handles only that one again', async () => {
    const place = makePlace();
    const daemon = await start(place);
    const one = await on(place, '--concurrency', '3', ...noting(place, 'p2'));
    await until('it has begun', () => fs.existsSync(positionFile(place)));
    await say(daemon, 1, 6);
    await until('the others are settled', () => {
      const { ahead } = JSON.parse(fs.readFileSync(positionFile(place), 'utf8')) as { ahead: number[] };
      return ahead.length === 4;
    });
    await killAlone(one);
    openGate(place);
    await on(place, ...noting(place));
    await haveNoted(place, 6);
    await say(daemon, 7, 7);
    await haveNoted(place, 7);
    expect(noted(place).at(-1)).toBe('p7');
    expect(noted(place).sort()).toEqual(expected(7));
  });

  it('is for one at a time', async () => {
    const place = makePlace();
    await start(place);
    const one = await on(place, ...noting(place));
    const second = await hookline(place, 'on', 'prompt.*', '--resume', 'test', ...noting(place));
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(
      `--resume test is in use by another hookline on (process ${one.child.pid})`,
    );
    await one.end('SIGKILL');
    const third = await on(place, ...noting(place));
    expect(await third.end()).toBe(0);
    expect(fs.readdirSync(path.dirname(positionFile(place)))).toEqual(['test.json']);
  });

  it('of which many are started at once lets one through at most', async () => {
    const place = makePlace();
    await start(place);
    const all = Array.from({ length: 5 }, () =>
      runCli(place, ['on', 'tool.*', '--resume', 'test', '--', 'cat']),
    );
    running.push(...all);
    await until(
      'all but one have given up, or all',
      () => all.filter(one => one.child.exitCode !== null).length >= 4,
    );
    const connected = all.filter(one => one.stderr().includes('connected;'));
    expect(connected.length).toBeLessThan(2);
  });

  it('with a damaged position says which file it is', async () => {
    const place = makePlace();
    fs.mkdirSync(path.dirname(positionFile(place)), { recursive: true });
    fs.writeFileSync(positionFile(place), '{"epoch":');
    await start(place);
    const { code, stderr } = await hookline(place, 'on', 'tool.*', '--resume', 'test', '--', 'cat');
    expect([code, stderr]).toEqual([
      1,
      `hookline: ${positionFile(place)} is damaged; delete it to begin with what comes from now on\n`,
    ]);
  });
});

describe('a log that began anew', () => {
  it('is followed from the time of the last event, and that is said', async () => {
    const place = makePlace();
    let daemon = await start(place, '--no-store');
    const one = await on(place, ...noting(place));
    await say(daemon, 1, 3);
    await haveNoted(place, 3);
    await daemon.stop();
    daemon = await start(place, '--no-store');
    await say(daemon, 4, 6);
    await haveNoted(place, 6);
    expect(noted(place)).toEqual(expected(6));
    expect(one.stderr()).toContain('(epoch_changed)');
    expect(await one.end()).toBe(0);
    const again = await on(place, ...noting(place));
    await say(daemon, 7, 7);
    await haveNoted(place, 7);
    expect(noted(place)).toEqual(expected(7));
    expect(again.stderr()).not.toContain('epoch');
  });
});
