// The daemon was killed, a stranger has its port and answers as it did, and its pid belongs to another living process.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ProvingAgent } from '../../src/cli/stream.ts';
import { startTime } from '../../src/process-probe.ts';
import { type CliPlace, makePlace, runCli } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { Impostor } from '../support/impostor.ts';
import { until } from '../support/until.ts';

/** Every command that talks to the daemon and ends. */
const ONE_SHOT: readonly (readonly string[])[] = [
  ['status'],
  ['sessions'],
  ['sessions', '--json'],
  ['search', 'word'],
  ['show', 'abc'],
  ['usage'],
  ['db', 'stats'],
  ['db', 'export'],
  ['db', 'vacuum'],
  ['open', '--print'],
  ['token'],
  ['token', 'rotate'],
  ['doctor'],
  ['stop'],
];
/** Those that wait for it. */
const FOLLOWING: readonly (readonly string[])[] = [
  ['tail'],
  ['tail', '--since', '0'],
  ['tail', '--session', 'abc'],
  ['on', 'tool.*', '--', 'true'],
  ['on', 'tool.*', '--session', 'abc', '--', 'true'],
  ['on', 'tool.*', '--resume', 'name', '--', 'true'],
];

interface Info {
  readonly pid: number;
  readonly url: string;
  readonly epoch: string;
  readonly processStart?: string | undefined;
}

const infoFile = (place: CliPlace): string => path.join(place.hooklineHome, 'daemon.json');
const infoOf = (place: CliPlace): Info => JSON.parse(fs.readFileSync(infoFile(place), 'utf8'));
const healthOf = async (url: string): Promise<{ epoch: string }> => (await fetch(`${url}/health`)).json();

const killed = makePlace();
let left: Info;
let health: unknown;
let innocent: ChildProcess;
let pid: number;
beforeAll(async () => {
  const daemon = await startDaemon(killed);
  left = infoOf(killed);
  health = await healthOf(daemon.url);
  await daemon.stop('SIGKILL');
  innocent = spawn('sleep', ['600']);
  pid = innocent.pid ?? 0;
});
afterAll(() => innocent.kill());

let place: CliPlace;
let impostor: Impostor;
let others: Daemon[];
beforeEach(() => {
  place = makePlace();
  fs.cpSync(killed.hooklineHome, place.hooklineHome, { recursive: true });
  others = [];
});
afterEach(async () => {
  const received = impostor.received.join('');
  const files = [killed, place].flatMap(({ hooklineHome }) =>
    ['token', 'hook-token'].map(name => path.join(hooklineHome, name)),
  );
  for (const file of files) expect(received).not.toContain(fs.readFileSync(file, 'utf8').trim());
  expect(received).not.toMatch(/authorization|bearer|[?&]token=/i);
  expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
  await Promise.all([impostor.stop(), ...others.map(other => other.stop())]);
});

const madeUp = (): unknown => ({ proof: 'a'.repeat(64) });

/** A stranger, and a daemon.json that stands for it. */
async function strangerAs(changes: Partial<Info>, prove?: (target: string) => unknown): Promise<void> {
  impostor = await Impostor.start({ health, ...(prove && { prove }) });
  const { url, port } = impostor;
  fs.writeFileSync(infoFile(place), JSON.stringify({ ...left, url, port, ...changes }));
}

describe('with a daemon.json that fits the other process to the tick, and a proof that is made up', () => {
  beforeEach(() => strangerAs({ pid, processStart: startTime(pid) }, madeUp));

  it.each(ONE_SHOT.map(args => [args]))('%j sends no token, and ends no process', async args => {
    const { code, stderr } = await hookline(place, ...args);
    expect(stderr).not.toContain('hookline stopped');
    const works = ['token', 'db'].includes(args[0] ?? '') && args[1] !== 'rotate';
    expect([code, stderr]).toEqual([works ? 0 : 1, expect.any(String)]);
  });

  it.each(FOLLOWING.map(args => [args]))('%j sends no token while it waits', async args => {
    const running = runCli(place, args);
    await running.says('holds another token than this one, so it was sent no token');
    await running.end();
  });

  it('start does not take it for the daemon', async () => {
    const { code, stderr } = await hookline(place, 'start', '--no-hooks', '--port', '0');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`if it is not, remove ${infoFile(place)}`)]);
  });
});

const WORDS = ['sessions', 'stop', 'tail'];

it.each(WORDS)('%s is not even asked, when the pid went to another process', async word => {
  await strangerAs({ pid });
  const running = runCli(place, [word]);
  await running.says(`process ${pid} is another one by now`);
  await running.end();
  expect(impostor.received).toEqual([]);
});

it.each(WORDS)(
  '%s says that an earlier hookline has to be restarted, for it cannot prove anything',
  async word => {
    await strangerAs({ pid, processStart: undefined });
    const running = runCli(place, [word]);
    await running.says('it is older, or something else');
    expect(running.stderr()).toMatch(new RegExp(`restart it with: kill ${pid}; .*main\\.js start`));
    await running.end();
  },
);

it.each([
  ['another hookline of the same user', () => makePlace()],
  ['the daemon itself, which came back elsewhere', () => place],
])('a stranger who hands the question on to %s has nothing of the answer', async (_whom, where) => {
  const there = where();
  const other = await startDaemon(there);
  others.push(other);
  const { pid: itsPid, processStart } = infoOf(there);
  const { epoch } = await healthOf(other.url);
  health = await healthOf(other.url);
  await strangerAs({ pid: itsPid, processStart, epoch }, async target =>
    (await fetch(new URL(target, other.url))).json(),
  );
  for (const word of ['sessions', 'stop', 'open']) {
    const { code, stderr } = await hookline(place, word);
    expect([code, stderr]).toEqual([1, expect.stringContaining('holds another token than this one')]);
  }
  expect(impostor.received.join('')).toContain('GET /api/proof?challenge=');
  expect((await fetch(`${other.url}/health`)).status).toBe(200);
});

it('a stranger who comes between the look and the connection gets no token from a WebSocket either', async () => {
  await strangerAs({}, madeUp);
  const { url, received } = impostor;
  const agent = new ProvingAgent(place.hooklineHome, { url, pid });
  const protocols = [
    'hookline.v1',
    `bearer.${fs.readFileSync(path.join(place.hooklineHome, 'token'))}`.trim(),
  ];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, protocols, { agent });
  const error = await new Promise<Error>(resolve => socket.once('error', resolve));
  expect(error.message).toContain('holds another token');
  expect(received.join('')).toMatch(/^GET \/api\/proof\S+ HTTP\/1\.1\r\nHost: \S+\r\n\r\n$/);
});

it('a daemon whose token was replaced behind its back is stopped all the same once there is none to check it with', async () => {
  const daemon = await startDaemon(place);
  others.push(daemon);
  await strangerAs({ pid });
  fs.writeFileSync(infoFile(place), JSON.stringify({ ...left, ...(await restored(daemon)) }));
  fs.writeFileSync(path.join(place.hooklineHome, 'token'), 'damaged');
  expect((await hookline(place, 'sessions')).stderr).toContain('stop it with: ');
  await hooklineOk(place, 'stop');
  await until('it is gone', () => !fs.existsSync(infoFile(place)));
  await hooklineOk(place, 'token', 'rotate');
});

async function restored({ pid: itsPid, url }: Daemon): Promise<Info> {
  return { pid: itsPid, url, epoch: (await healthOf(url)).epoch, processStart: startTime(itsPid) };
}
