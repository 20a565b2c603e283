// A tail outlives its daemon: nothing missing, nothing twice, and every outage and loss is said.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { commandIn, makePlace, postHook, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const daemons: Daemon[] = [];
const tails: Running[] = [];
afterEach(async () => {
  await Promise.all([
    ...tails.splice(0).map(one => one.end('SIGKILL')),
    ...daemons.splice(0).map(one => one.stop()),
  ]);
});

async function start(place: ReturnType<typeof makePlace>, ...args: string[]): Promise<Daemon> {
  const daemon = await startDaemon(place, ...args);
  daemons.push(daemon);
  return daemon;
}

function tail(place: ReturnType<typeof makePlace>, ...args: string[]): Running {
  const one = runCli(place, ['tail', 'prompt.*', '--json', ...args]);
  tails.push(one);
  return one;
}

interface Line {
  seq: number;
  data: { prompt: string };
}
const prompts = (one: Running): string[] => one.lines().map(line => (JSON.parse(line) as Line).data.prompt);
const connected = (daemon: Daemon): Promise<unknown> =>
  until('the tail is connected', async () => {
    const health = (await (await fetch(`${daemon.url}/health`)).json()) as { connections: number };
    return health.connections > 0;
  });

async function say(daemon: Daemon, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await postHook(daemon, 'UserPromptSubmit', { prompt: `p${n}` });
}
const expected = (to: number): string[] => Array.from({ length: to }, (_, index) => `p${index + 1}`);

describe('a restart', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s, three times, on another port each time', async signal => {
    const place = makePlace();
    let daemon = await start(place);
    const one = tail(place);
    await connected(daemon);
    for (let round = 0; round < 3; round++) {
      await say(daemon, round * 20 + 1, round * 20 + 10);
      await daemon.stop(signal);
      daemon = await start(place);
      // These come before the tail is back, or while it is coming back.
      await say(daemon, round * 20 + 11, round * 20 + 20);
    }
    await one.haveLines(60);
    expect(prompts(one)).toEqual(expected(60));
    const seqs = one.lines().map(line => (JSON.parse(line) as Line).seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(one.stderr()).toContain('reconnecting…');
    expect(one.stderr()).toContain('connected again');
  });

  it('of a daemon that keeps nothing goes on with the first event of the new one, and says so', async () => {
    const place = makePlace();
    let daemon = await start(place, '--no-store');
    const one = tail(place);
    await connected(daemon);
    await say(daemon, 1, 5);
    await one.haveLines(5);
    await daemon.stop();
    daemon = await start(place, '--no-store');
    await say(daemon, 6, 10);
    await one.haveLines(10);
    expect(prompts(one)).toEqual(expected(10));
    expect(one.stderr()).toContain('(epoch_changed)');
  });
});

describe('a daemon that is not there yet', () => {
  it.each([[[]], [['--since', '1h']]])('is waited for, with %j', async args => {
    const place = makePlace();
    const one = tail(place, ...args);
    await one.says(`hookline is not running; start it with: ${commandIn(place)} start; waiting for it…`);
    const daemon = await start(place);
    await one.says('connected');
    await say(daemon, 1, 3);
    await one.haveLines(3);
    expect(prompts(one)).toEqual(expected(3));
    expect(one.stderr().match(/not running/g)).toHaveLength(1);
    expect(await one.end()).toBe(0);
  });
});

describe('a rotated token', () => {
  it('is picked up without missing anything', async () => {
    const place = makePlace();
    const daemon = await start(place);
    const one = tail(place);
    await connected(daemon);
    await say(daemon, 1, 2);
    await one.haveLines(2);
    const { stdout } = await hookline(place, 'token', 'rotate');
    await say({ ...daemon, token: stdout.trim() }, 3, 4);
    await one.haveLines(4);
    expect(prompts(one)).toEqual(expected(4));
  });

  it('that is wrong is waited for to be mended, with what to do; it is not sent', async () => {
    const place = makePlace();
    const daemon = await start(place);
    fs.writeFileSync(path.join(place.hooklineHome, 'token'), `${'0'.repeat(64)}\n`);
    const one = tail(place);
    await one.says('holds another token than this one, so it was sent no token');
    expect(one.stderr()).toContain(`restart it with: kill ${daemon.pid}; ${commandIn(place)} start`);
    expect(one.stderr()).not.toContain(daemon.token);
    fs.writeFileSync(path.join(place.hooklineHome, 'token'), `${daemon.token}\n`);
    await one.says('connected');
    expect(await one.end()).toBe(0);
  });
});

describe('events that are gone', () => {
  it('are named, and what is left is shown', async () => {
    const place = makePlace();
    fs.mkdirSync(place.hooklineHome);
    fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), '{"ringEvents": 10}');
    const daemon = await start(place, '--no-store');
    await say(daemon, 1, 40);
    const one = tail(place, '--since', '3');
    await one.says('are gone and were not shown');
    await until('the newest came', () => prompts(one).at(-1) === 'p40');
    expect(one.stderr()).toMatch(/events 4 to \d+ are gone/);
  });
});
