// FIFOs and Unix sockets whose lines are messages: with real files, real writers, and a daemon that stops and starts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineInput } from '../../src/config/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-lines-'));
const at = (name: string): string => path.join(home, name);
const env = { HOME: home, PATH: process.env['PATH'] ?? '' };
const unix = at('in.sock');
const fifo = at('in.fifo');
const inputs: readonly LineInput[] = [
  { unix, to: 'socketed' },
  {
    unix: at('named.sock'),
    to: 'named',
    from: 'ci',
    priority: 'high',
    ttlMs: 60_000,
    template: '{{job}} {{ok}}',
  },
  { fifo, to: 'piped' },
];

let daemon: TestDaemon;
const start = async (): Promise<void> => {
  daemon = await startTestDaemon({ config: { home, store: true, inboxMessages: 500, in: inputs } });
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
type Anything = any;
async function inboxOf(name: string): Promise<Anything[]> {
  return ((await (await daemon.get(`/api/inbox/${name}`)).json()) as { messages: Anything[] }).messages;
}
const textsOf = async (name: string): Promise<unknown[]> =>
  (await inboxOf(name)).map(({ message }) => message);
const empty = async (name: string): Promise<void> => {
  await fetch(`${daemon.url}/api/inbox/${name}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${daemon.token}` },
  });
};
const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

interface Dialog {
  readonly socket: net.Socket;
  /** Every answer so far. */
  answers(): Anything[];
  have(count: number): Promise<Anything[]>;
}
async function dial(file = unix): Promise<Dialog> {
  const socket = net.connect(file);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const answers = (): Anything[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
  return {
    socket,
    answers,
    async have(count) {
      await until(`${count} answers came; there are: ${text}`, () => answers().length >= count);
      return answers();
    },
  };
}
/** A line that is refused, and not kept; long enough that some thousands are more than a socket holds. */
const UNKEPT = `${JSON.stringify({ to: 'group:none', message: 'x'.repeat(400) })}\n`;
const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('a Unix socket', () => {
  it('takes a line as a message, and answers each once it is on record', async () => {
    const { socket, have } = await dial();
    socket.write('first\nsecond\r\n\n  \nthi');
    const [one, two] = await have(2);
    expect([one, two]).toEqual([
      { ok: true, id: ID },
      { ok: true, id: ID },
    ]);
    expect(await inboxOf('socketed')).toMatchObject([
      { id: one.id, message: 'first', from: 'unix', via: 'unix', verified: true },
      { id: two.id, message: 'second' },
    ]);
    socket.write('rd – \u{1F40B}\n');
    await have(3);
    expect(await textsOf('socketed')).toEqual(['first', 'second', 'thi' + 'rd – \u{1F40B}']);
    socket.destroy();
    await empty('socketed');
  });

  it('takes JSON with a message as a message of its own, and other JSON as text', async () => {
    const { socket, have } = await dial();
    const lines = [
      { to: 'elsewhere', message: 'for another', from: 'me', key: 'k', metadata: { a: 'b' } },
      { to: 'elsewhere', message: 'for another', from: 'me', key: 'k', metadata: { a: 'b' } },
      { type: 'deploy', payload: { to: 'prod' } },
      { level: 'warn', text: 'disk' },
    ];
    socket.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    const [one, again] = await have(4);
    expect(again).toEqual(one);
    expect(await inboxOf('elsewhere')).toMatchObject([
      { id: one.id, from: 'me', verified: false, key: 'k', metadata: { a: 'b' } },
    ]);
    expect(await inboxOf('socketed')).toMatchObject([
      { type: 'deploy', payload: { to: 'prod' } },
      { message: '{"level":"warn","text":"disk"}' },
    ]);
    await empty('socketed');
  });

  it('has a sender, a priority, a time and a template, where the configuration says so', async () => {
    const { socket, have } = await dial(at('named.sock'));
    socket.write('{"job":"build","ok":true}\nplain\n{"message":"own","from":"other"}\n{"nothing":1}\n');
    expect((await have(4)).map(({ ok }) => ok)).toEqual([true, true, true, false]);
    socket.destroy();
    const messages = await inboxOf('named');
    expect(messages).toMatchObject([
      { message: 'build true', from: 'ci', priority: 'high', verified: true },
      { message: 'plain', from: 'ci' },
      { message: 'own', from: 'other', verified: false },
    ]);
    expect(messages[0].expiresAt - messages[0].createdAt).toBe(60_000);
  });

  it('says of each line why it is not taken, and goes on; the log has it too', async () => {
    const { socket, have } = await dial();
    const before = daemon.logged.length;
    socket.write(
      '{"message":"x","priority":"urgent"}\n{"message":"x","tpo":"y"}\n{"message":""}\n{"to":"*","message":"x"}\n',
    );
    socket.write(`${'x'.repeat(70_000)}\n${'y'.repeat(64 * 1024)}\n`);
    const answers = await have(6);
    const refused = answers.slice(0, 5).map(({ ok, error }) => [ok, error.code]);
    expect(refused).toEqual([
      [false, 'invalid_message'],
      [false, 'invalid_message'],
      [false, 'invalid_message'],
      [false, 'not_found'],
      [false, 'payload_too_large'],
    ]);
    expect(answers[0].error.message).toContain('the line is not right: priority: ');
    expect(answers[5]).toEqual({ ok: true, id: ID });
    // What may be wanted again is kept, as it was written; who may not be written to is not.
    const kept = answers.map(
      ({ error }) => /; it is kept as the dead letter (\S+)$/.exec(error?.message)?.[1],
    );
    expect(kept).toEqual([ID, ID, ID, undefined, undefined, undefined]);
    expect(await (await daemon.get(`/api/messages/${kept[0]}`)).json()).toMatchObject({
      ...{ to: 'socketed', from: 'unix', via: 'unix', verified: true, state: 'dead' },
      ...{ message: '{"message":"x","priority":"urgent"}', recipients: [{ reason: 'invalid_message' }] },
    });
    const logged = daemon.logged
      .slice(before)
      .filter(line => line.includes(`a line of the socket ${unix} was refused`));
    expect(logged).toHaveLength(5);
    expect(logged.join('')).toContain('it is longer than 65536 bytes; put what is long into a file');
    socket.destroy();
    await empty('socketed');
  });

  it('keeps a line that finds the inbox full as a dead letter; the same line is sent when it comes again', async () => {
    const { socket, have } = await dial();
    const fill = Array.from({ length: 500 }, (_, n) => `{"message":"${n}","to":"full"}\n`).join('');
    const late = '{"message":"late","to":"full","from":"ci","key":"k"}\n';
    socket.write(fill + late);
    const { error } = (await have(501))[500];
    expect(error.code).toBe('inbox_full');
    const [, id] = /; it is kept as the dead letter (\S+)$/.exec(error.message) ?? [];
    const found = async (): Promise<Anything> => (await daemon.get(`/api/messages/${id}`)).json();
    expect(await found()).toMatchObject({
      ...{ to: 'full', from: 'ci', via: 'unix', verified: false, key: 'k', state: 'dead', message: 'late' },
    });
    await empty('full');
    // The same line under the same key is sent: a dead letter is no message that went before.
    socket.write(late);
    const again = (await have(502))[501];
    expect(again).toEqual({ ok: true, id: ID });
    expect(again.id).not.toBe(id);
    expect(await inboxOf('full')).toMatchObject([{ id: again.id, state: 'queued', message: 'late' }]);
    socket.destroy();
    await empty('full');
  });

  it('takes what a writer says last without a newline, and answers it', async () => {
    const { socket, have } = await dial();
    socket.end('the end');
    expect(await have(1)).toEqual([{ ok: true, id: ID }]);
    await until('the daemon closed its side', () => socket.destroyed);
    expect(await textsOf('socketed')).toEqual(['the end']);
    await empty('socketed');
  });

  it('takes whatever a writer wrote that did not wait for its answers', async () => {
    const lines = Array.from({ length: 300 }, (_, n) => (n === 0 ? '{"message":""}' : `${n}`));
    const { socket } = await dial();
    socket.write(lines.map(line => `${line}\n`).join(''), () => socket.destroy());
    await until('all came', async () => (await inboxOf('socketed')).length >= 299);
    expect(await textsOf('socketed')).toEqual(lines.slice(1));
    await empty('socketed');
  });

  it('listens no more to a writer that reads none of its answers, until it does', async () => {
    const { socket, have } = await dial();
    socket.pause();
    const count = 4000;
    socket.write(UNKEPT.repeat(count));
    await until('it waits', () => socket.writableLength > 0);
    socket.resume();
    expect(await have(count)).toHaveLength(count);
    socket.destroy();
  });

  it('does not hold up the end of the daemon when it reads none of its answers', async () => {
    const { socket } = await dial();
    socket.pause();
    socket.write(UNKEPT.repeat(4000));
    await until('it waits', () => socket.writableLength > 0);
    await daemon.daemon.stop();
    await start();
    socket.destroy();
  });

  it('answers many writers, each in its own order', async () => {
    const dialogs = await Promise.all(Array.from({ length: 8 }, () => dial()));
    for (const [n, { socket }] of dialogs.entries())
      socket.write(Array.from({ length: 20 }, (_, m) => `${n} ${m}\n`).join(''));
    await Promise.all(dialogs.map(({ have }) => have(20)));
    const texts = (await textsOf('socketed')) as string[];
    expect(texts).toHaveLength(160);
    for (const n of dialogs.keys())
      expect(texts.filter(text => text.startsWith(`${n} `))).toEqual(
        Array.from({ length: 20 }, (_, m) => `${n} ${m}`),
      );
    for (const { socket } of dialogs) socket.destroy();
    await empty('socketed');
  });

  it('is for its owner only, is there again when somebody removed it, and after a daemon that was killed', async () => {
    expect(modeOf(unix)).toBe(0o600);
    fs.rmSync(unix);
    await until('it is there again', () => fs.existsSync(unix) && modeOf(unix) === 0o600);
    const { socket, have } = await dial();
    socket.write('again\n');
    expect(await have(1)).toMatchObject([{ ok: true }]);
    socket.destroy();
    await empty('socketed');
    await daemon.daemon.stop();
    expect(fs.existsSync(unix)).toBe(false);
    // What a process leaves that had no time to close it: a name that nobody listens at.
    const code =
      'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
    await once(spawn(process.execPath, ['-e', code, unix], { env, stdio: 'ignore' }), 'exit');
    expect(fs.statSync(unix).isSocket()).toBe(true);
    await start();
    expect(daemon.logged.join('')).not.toContain('cannot be opened');
    const { socket: later, have: haveLater } = await dial();
    later.write('after it was killed\n');
    expect(await haveLater(1)).toMatchObject([{ ok: true }]);
    later.destroy();
    await empty('socketed');
  });

  it('answers what is under way when the daemon stops, and what has no answer was not taken', async () => {
    const { socket, answers } = await dial();
    const closed = once(socket, 'close');
    socket.write(Array.from({ length: 2000 }, (_, n) => `${n}\n`).join(''));
    await until('some were taken', () => answers().length > 5);
    const { logged } = daemon;
    await daemon.daemon.stop();
    await closed;
    expect(logged.join('')).toMatch(/ bytes of the socket .* were not taken: nobody reads them any more/);
    const taken = answers().filter(({ ok }) => ok).length;
    await start();
    expect(await textsOf('socketed')).toEqual(Array.from({ length: taken }, (_, n) => `${n}`));
    await empty('socketed');
  });
});

/** A writer of its own process, as a shell has it. */
async function write(text: string, file = fifo): Promise<void> {
  const writer = spawn('sh', ['-c', 'cat > "$0"', file], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  writer.stdin.end(text);
  const [code] = (await once(writer, 'exit')) as [number];
  expect(code).toBe(0);
}
const piped = async (count: number): Promise<unknown[]> => {
  await until(`${count} came`, async () => (await inboxOf('piped')).length >= count);
  return textsOf('piped');
};

describe('a FIFO', () => {
  it('is made, for its owner only', () => {
    expect(fs.statSync(fifo).isFIFO()).toBe(true);
    expect(modeOf(fifo)).toBe(0o600);
  });

  it('takes the lines of writers that come and go', async () => {
    await write('one\ntwo\n');
    await write('three\n{"message":"four","priority":"high"}\n\n');
    expect(await piped(4)).toEqual(['four', 'one', 'two', 'three']);
    expect(await inboxOf('piped')).toMatchObject([{}, { from: 'fifo', via: 'fifo', verified: true }, {}, {}]);
    await empty('piped');
  });

  it('waits with half a line for its rest, from whomever', async () => {
    await write('half ');
    await write('and half\nnext\n');
    expect(await piped(2)).toEqual(['half and half', 'next']);
    await empty('piped');
  });

  it('keeps the order of many, and lets a writer wait that is too fast', async () => {
    const lines = Array.from({ length: 400 }, (_, n) => `${n} ${'x'.repeat(1000)}`);
    await write(lines.map(line => `${line}\n`).join(''));
    expect(await piped(400)).toEqual(lines);
    await empty('piped');
  });

  it('says in the log what it does not take, and goes on', async () => {
    await write(`${'x'.repeat(100_000)}\n{"message":""}\nfine\n`);
    expect(await piped(1)).toEqual(['fine']);
    const refused = daemon.logged.filter(line => line.includes(`a line of the FIFO ${fifo} was refused`));
    expect(refused).toEqual([
      expect.stringContaining('it is longer than 65536 bytes'),
      expect.stringContaining('the line is not right: message: '),
    ]);
    await empty('piped');
  });

  it('lets a writer wait while no daemon runs; what is written when one stops is taken, and half a line told', async () => {
    await write('before it stops\nhal');
    const { logged } = daemon;
    await daemon.daemon.stop();
    expect(logged.join('')).toContain(
      `3 bytes of the FIFO ${fifo} were not taken: they end without a newline`,
    );
    const waiting = write('while it is away\n');
    await start();
    await waiting;
    expect(await piped(2)).toEqual(['before it stops', 'while it is away']);
    await empty('piped');
  });

  it('is made anew when somebody removed it, and closed to others', async () => {
    fs.rmSync(fifo);
    await until('it is there again', () => fs.existsSync(fifo));
    await write('by the new one\n');
    expect(await piped(1)).toEqual(['by the new one']);
    await daemon.daemon.stop();
    fs.chmodSync(fifo, 0o666);
    await start();
    expect(modeOf(fifo)).toBe(0o600);
    await empty('piped');
  });
});

describe('what stands in the way', () => {
  it('is told, once and in health; nothing is taken away, and the rest works', async () => {
    await daemon.daemon.stop();
    fs.writeFileSync(at('file'), 'precious');
    const other = net.createServer().listen(at('other.sock'));
    await once(other, 'listening');
    const { logged, get, ...lab } = await startTestDaemon({
      config: {
        home,
        store: true,
        in: [
          { unix: at('file'), to: 'a' },
          { fifo: at('file'), to: 'a' },
          { unix: at('other.sock'), to: 'a' },
          { unix: at('x'.repeat(120)), to: 'a' },
          { fifo: at('no/such/folder'), to: 'a' },
          { unix: at('no/such/sock'), to: 'a' },
          { unix, to: 'works' },
        ],
      },
    });
    daemon = { ...lab, logged, get } as TestDaemon;
    const told = logged.filter(line => line.includes('cannot be opened'));
    expect(told.map(line => line.split('cannot be opened: ')[1]?.trim())).toEqual([
      'there is something else at its path; move that away, or choose another path',
      'there is something else at its path; move that away, or choose another path',
      'somebody else listens there; end that, or choose another path',
      'its path is longer than 103 bytes; choose a shorter one',
      expect.stringMatching(
        /^it cannot be made \(.*No such file.*\); see to its folder, or make it with mkfifo -m 600$/,
      ),
      expect.stringContaining('listen'),
    ]);
    expect(await (await get('/health')).json()).toMatchObject({ status: 'degraded' });
    expect(fs.readFileSync(at('file'), 'utf8')).toBe('precious');
    const { socket, have } = await dial();
    socket.write('x\n');
    expect(await have(1)).toMatchObject([{ ok: true }]);
    socket.destroy();
    // What is moved away is tried again.
    fs.rmSync(at('file'));
    other.close();
    await until('one of them is open', () => fs.existsSync(at('file')));
    expect(logged.filter(line => line.includes('cannot be opened'))).toHaveLength(6);
  });
});
