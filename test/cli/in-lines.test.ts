// `hookline in --fifo` and `--unix`: lines go through a daemon that is killed, away, or says no; what is made is cleared away.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliPlace, makePlace, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(() => daemon.stop());

interface Got {
  readonly id: string;
  readonly message: string;
}
async function inboxOf(name: string, of = daemon): Promise<Got[]> {
  const headers = { authorization: `Bearer ${of.token}` };
  const answer = await fetch(`${of.url}/api/inbox/${name}`, { headers });
  return ((await answer.json()) as { messages: Got[] }).messages;
}
const textsOf = async (name: string, of = daemon): Promise<string[]> =>
  (await inboxOf(name, of)).map(({ message }) => message);
/** Milliseconds for 200 lines, each over a connection of its own, on a machine that has much else to do. */
const PATIENCE_MS = 40_000;
async function have(name: string, count: number, of = daemon): Promise<void> {
  const headers = { authorization: `Bearer ${of.token}` };
  const waiting = async (): Promise<number> => {
    const { inboxes } = (await (await fetch(`${of.url}/api/inbox`, { headers })).json()) as {
      inboxes: { name: string; queued: number }[];
    };
    return inboxes.find(one => one.name === name)?.queued ?? 0;
  };
  await until(`${count} came for ${name}`, async () => (await waiting()) >= count, PATIENCE_MS);
}

const fifoOf = (where: CliPlace, name = 'in.fifo'): string => path.join(where.home, name);
/** Runs it until its file is there. */
async function take(where: CliPlace, ...args: string[]): Promise<Running> {
  const one = runCli(where, ['in', ...args]);
  await one.says('(Ctrl-C ends)');
  return one;
}
/** A writer of its own process, as a shell has it. */
async function write(file: string, text: string): Promise<void> {
  const writer = spawn('sh', ['-c', 'cat > "$0"', file], { stdio: ['pipe', 'ignore', 'ignore'] });
  writer.stdin.end(text);
  expect(await once(writer, 'exit')).toEqual([0, null]);
}
const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `line ${from + n}`);
const asLines = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

interface Dialog {
  readonly socket: net.Socket;
  /** Waits for so many answers. */
  have(count: number): Promise<unknown[]>;
}
async function dial(file: string): Promise<Dialog> {
  const socket = net.connect(file);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'connect');
  const answers = (): unknown[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
  return {
    socket,
    async have(count) {
      await until(`${count} answers came; there are: ${text}`, () => answers().length >= count, PATIENCE_MS);
      return answers();
    },
  };
}

describe('a FIFO', () => {
  it('is made for its owner only, and each line is a message', async () => {
    const fifo = fifoOf(place);
    const one = await take(place, '--fifo', fifo, '--to', 'piped', '--priority', 'high', '--ttl', '1m');
    expect(fs.statSync(fifo).isFIFO()).toBe(true);
    expect(fs.statSync(fifo).mode & 0o777).toBe(0o600);
    await write(fifo, 'one\n\ntwo\n');
    await write(fifo, '{"message":"three","to":"elsewhere","from":"me","key":"k"}\n{"job":"build"}\n');
    await have('piped', 3);
    const messages = await inboxOf('piped');
    expect(messages).toMatchObject([
      { message: 'one', from: 'fifo', via: 'fifo', verified: true, priority: 'high' },
      { message: 'two' },
      { message: '{"job":"build"}' },
    ]);
    const { createdAt, expiresAt } = messages[0] as unknown as { createdAt: number; expiresAt: number };
    expect(expiresAt - createdAt).toBe(60_000);
    expect(await inboxOf('elsewhere')).toMatchObject([
      { message: 'three', from: 'me', key: 'k', verified: false },
    ]);
    expect([await one.end(), one.stdout()]).toEqual([0, '']);
    expect(one.stderr()).toBe(
      `hookline: each line of the FIFO ${fifo} is a message for piped (Ctrl-C ends)\n`,
    );
    expect(fs.existsSync(fifo)).toBe(false);
  });

  it('that was there already stays, and a template and a sender are as they were given', async () => {
    const fifo = fifoOf(place, 'mine.fifo');
    await once(spawn('mkfifo', [fifo]), 'exit');
    const one = await take(
      place,
      ...['--fifo', fifo, '--to', 'built', '--from', 'ci', '--template', '{{job}} is {{state}}'],
    );
    await write(fifo, '{"job":"build","state":"green"}\n');
    await have('built', 1);
    expect(await inboxOf('built')).toMatchObject([{ message: 'build is green', from: 'ci' }]);
    expect(await one.end('SIGTERM')).toBe(0);
    expect(fs.existsSync(fifo)).toBe(true);
  });

  it('whose daemon is killed in between loses none of 200 lines, and repeats none', async () => {
    const other = makePlace();
    const fifo = fifoOf(other);
    let its = await startDaemon(other);
    try {
      const one = await take(other, '--fifo', fifo, '--to', 'backend');
      const lines = numbered(0, 200);
      const writing = write(fifo, asLines(lines.slice(0, 100)));
      await have('backend', 20, its);
      // In the middle of it: some of its answers are under way.
      await its.stop('SIGKILL');
      await writing;
      await write(fifo, asLines(lines.slice(100)));
      await one.says('reconnecting…');
      its = await startDaemon(other);
      await have('backend', 200, its);
      expect(await textsOf('backend', its)).toEqual(lines);
      // What would come twice would be there by the time that one more is.
      await write(fifo, 'the last\n');
      await have('backend', 201, its);
      expect(await textsOf('backend', its)).toEqual([...lines, 'the last']);
      expect(await one.end()).toBe(0);
      expect(one.stderr().match(/reconnecting…|connected again/g)).toEqual([
        'reconnecting…',
        'connected again',
      ]);
    } finally {
      await its.stop();
    }
  });

  it('of which a line is refused says so with its beginning, and goes on', async () => {
    const fifo = fifoOf(place);
    const one = await take(place, '--fifo', fifo, '--to', 'picky');
    await write(
      fifo,
      `{"message":"for nobody","to":"group:none"}\n{"message":""}\n${'x'.repeat(70_000)}\n\u001b[31m{"to":"*"\nfine\n`,
    );
    await have('picky', 2);
    expect(await textsOf('picky')).toEqual(['\u001b[31m{"to":"*"', 'fine']);
    expect(await one.end()).toBe(0);
    const said = one.stderr().split('\n').slice(1, -1);
    expect(said).toEqual([
      expect.stringMatching(
        /^hookline: a line of the FIFO .* was refused: .*none.*; it begins: \{"message":"for nobody","to":"group:none"\}$/,
      ),
      expect.stringMatching(/was refused: the line is not right: message: .*; it begins: \{"message":""\}$/),
      expect.stringMatching(/was refused: it is longer than 65536 bytes; put what is long into a file, .*$/),
    ]);
    expect(one.stderr()).not.toContain('\u001b');
  });

  it('is read while no daemon runs, and its lines wait for one', async () => {
    const other = makePlace();
    const fifo = fifoOf(other);
    const one = await take(other, '--fifo', fifo, '--to', 'backend');
    await one.says('hookline is not running; ');
    await one.says('waiting for it…');
    await write(fifo, 'early\n');
    const its = await startDaemon(other);
    try {
      await have('backend', 1, its);
      expect(await textsOf('backend', its)).toEqual(['early']);
      await one.says('hookline: connected\n');
      expect(await one.end()).toBe(0);
    } finally {
      await its.stop();
    }
  });

  it('that ends while its daemon is away tells of each line that nobody took', async () => {
    const other = makePlace();
    const fifo = fifoOf(other);
    const one = await take(other, '--fifo', fifo, '--to', 'backend');
    await write(fifo, 'first\nsecond\nhal');
    await one.says('waiting for it…');
    expect(await one.end('SIGTERM')).toBe(1);
    const said = one.stderr().split('\n').slice(2, -1);
    expect(said).toEqual([
      expect.stringMatching(
        /^hookline: a line of the FIFO .* may not have been taken: it got no answer and is not tried any more, as this ends: hookline is not running; .*; it begins: first$/,
      ),
      expect.stringMatching(/; it begins: second$/),
      `hookline: 3 bytes of the FIFO ${fifo} were not taken: they end without a newline`,
      `hookline: 2 lines of the FIFO ${fifo} may not have been taken; they are above`,
    ]);
    expect(fs.existsSync(fifo)).toBe(false);
  });

  it('has one reader: neither a second command nor the daemon takes half of its lines', async () => {
    const fifo = fifoOf(place);
    const one = await take(place, '--fifo', fifo, '--to', 'only');
    const second = await hookline(place, 'in', '--fifo', fifo, '--to', 'other');
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(
      `hookline: the FIFO ${fifo} cannot be opened: somebody else reads it, and each line would come to one of the two; end that, or choose another path\n`,
    );
    await write(fifo, asLines(numbered(0, 20)));
    await have('only', 20);
    expect(await one.end()).toBe(0);
  });
});

describe('a Unix socket', () => {
  it('answers each line, once it is on record or refused, through a daemon that is killed', async () => {
    const other = makePlace();
    let its = await startDaemon(other);
    try {
      const file = path.join(other.home, 'in.sock');
      const one = await take(other, '--unix', file, '--to', 'backend');
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
      const dialog = await dial(file);
      dialog.socket.write('first\n{"message":"x","to":"group:none"}\n{"message":""}\n');
      const answers = await dialog.have(3);
      expect(answers).toEqual([
        { ok: true, id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        { ok: false, error: { code: 'not_found', message: expect.stringMatching(/^(?!hookline at).*none/) } },
        { ok: false, error: { code: 'invalid_message', message: expect.stringContaining('message: ') } },
      ]);
      expect((await inboxOf('backend', its))[0]).toMatchObject({
        ...{ id: (answers[0] as Got).id, message: 'first', from: 'unix', via: 'unix', verified: true },
      });
      const lines = numbered(0, 200);
      dialog.socket.write(asLines(lines.slice(0, 100)));
      await dialog.have(20);
      await its.stop('SIGKILL');
      dialog.socket.write(asLines(lines.slice(100)));
      await one.says('reconnecting…');
      its = await startDaemon(other);
      const all = (await dialog.have(203)).slice(3) as { ok: boolean; id: string }[];
      expect(all.every(({ ok }) => ok)).toBe(true);
      const messages = await inboxOf('backend', its);
      expect(messages.map(({ message }) => message)).toEqual(['first', ...lines]);
      expect(messages.slice(1).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      expect(await one.end()).toBe(0);
      expect(one.stderr()).toContain('; it begins: {"message":"x","to":"group:none"}\n');
      expect(fs.existsSync(file)).toBe(false);
    } finally {
      await its.stop();
    }
  });

  it('that ends while its daemon is away answers what it was at, and tells the rest', async () => {
    const other = makePlace();
    const its = await startDaemon(other);
    const file = path.join(other.home, 'in.sock');
    const one = await take(other, '--unix', file, '--to', 'backend');
    const dialog = await dial(file);
    dialog.socket.write('before\n');
    expect(await dialog.have(1)).toMatchObject([{ ok: true }]);
    await its.stop();
    dialog.socket.write('first\nsecond\n');
    await one.says('reconnecting…');
    expect(await one.end()).toBe(1);
    expect((await dialog.have(2)).slice(1)).toEqual([
      {
        ok: false,
        error: {
          code: 'draining',
          message: expect.stringMatching(/^it got no answer .*: hookline is not running/),
        },
      },
    ]);
    expect(one.stderr()).toContain(
      `6 bytes of the socket ${file} were not taken: nobody reads them any more\n`,
    );
  });
});

it('says what stands in the way of its file, and leaves that alone', async () => {
  const file = path.join(place.home, 'precious');
  fs.writeFileSync(file, 'precious');
  for (const flag of ['--fifo', '--unix']) {
    const { code, stdout, stderr } = await hookline(place, 'in', flag, file, '--to', 'a');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^hookline: the .* cannot be opened: there is something else at its path; .*\n$/);
  }
  expect(fs.readFileSync(file, 'utf8')).toBe('precious');
});

it.each<[string[], string]>([
  [['--fifo', 'x'], '--to is missing'],
  [['--fifo', 'x', '--unix', 'y', '--to', 'a'], '--fifo and --unix are both given'],
  [['--fifo', '', '--to', 'a'], '--fifo is empty'],
  [['--fifo'], "option '--fifo <path>' argument missing"],
  [['--fifo', 'x', '--to', 'a b'], '--to must be a name, or the id of a session'],
  [['--fifo', 'x', '--to', 'a', '--from', '1'], '--from is "1", but it must be a letter'],
  [['--fifo', 'x', '--to', 'a', '--priority', 'urgent'], '--priority is "urgent", but it must be one of'],
  [['--fifo', 'x', '--to', 'a', '--ttl', 'soon'], '--ttl is "soon", but it must be such as 30s'],
  [['--fifo', 'x', '--to', 'a', '--ttl', '0.1s'], '--ttl is "0.1s", but it must be from 1s to 30d'],
  [['--fifo', 'x', '--to', 'a', '--template', 'a {{'], '--template has a "{{" that no path'],
  [['--fif', 'x', '--to', 'a'], "unknown option '--fif' (Did you mean --fifo?)"],
  [['ad', '--fifo', 'x', '--to', 'a'], 'there is no in "ad"; did you mean add?'],
  [['--to', 'a'], 'say what to do (add, list, remove, or --fifo PATH or --unix PATH)'],
  [['add', 'x', '--fifo', 'y'], "unknown option '--fifo'"],
])('%j is a slip', async (args, words) => {
  const { code, stdout, stderr } = await hookline(place, 'in', ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr.trimEnd()).not.toContain('\n');
});
