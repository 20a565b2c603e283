// Looking after the log from the command line: with the daemon running, stopped, killed, and with files that are not right.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, MAIN, makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, type Place, startDaemon } from '../support/hookline.ts';
import type { Output } from '../support/run.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
  await postHook(daemon, 'UserPromptSubmit', { prompt: 'first\u202e \u2028 "x" \u001b[2J' });
  await postHook(daemon, 'PreToolUse', {
    tool_name: 'Bash',
    tool_use_id: 't1',
    tool_input: { command: 'ls' },
  });
  await postHook(daemon, 'UserPromptSubmit', {
    session_id: '77aa-web',
    cwd: '/home/dev/web',
    prompt: 'second',
  });
});
afterAll(async () => {
  await daemon.stop('SIGKILL');
});

const db = (where: Place, ...args: string[]): Promise<Output> => hookline(where, 'db', ...args);
const dbOk = async (where: Place, ...args: string[]): Promise<string> =>
  (await hooklineOk(where, 'db', ...args)).stdout;
const fileOf = (where: Place): string => path.join(where.hooklineHome, 'events.db');
interface Line {
  readonly seq: number;
  readonly type: string;
  readonly hook?: { readonly payload: Record<string, unknown> };
}
const eventsOf = (text: string): Line[] =>
  text
    .split('\n')
    .slice(1, -1)
    .map(line => JSON.parse(line) as Line);
const headerOf = (text: string): Record<string, unknown> =>
  JSON.parse(text.split('\n')[0] ?? '') as Record<string, unknown>;

/** A home of its own with a log of a few sessions in it, and no daemon. */
async function stoppedPlace(): Promise<Place> {
  const other = makePlace();
  const one = await startDaemon(other);
  for (let n = 0; n < 5; n++)
    await postHook(one, 'UserPromptSubmit', {
      session_id: `s${n}-x`,
      cwd: `/home/dev/p${n}`,
      prompt: `prompt ${n}`,
    });
  await one.stop();
  return other;
}

/** `hookline db` with this on stdin. */
async function dbWith(where: Place, input: string | Buffer, ...args: string[]): Promise<Output> {
  const child = spawn(process.execPath, [MAIN, 'db', ...args], {
    env: { ...where.env, HOOKLINE_HOME: where.hooklineHome },
  });
  const running = follow(child);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = (await running.exit) ?? -1;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

/** Everything in the home, byte by byte. */
const state = (where: Place): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(where.hooklineHome)
      .filter(name => name.startsWith('events.db'))
      .map(name => [name, fs.readFileSync(path.join(where.hooklineHome, name)).toString('base64')]),
  );

describe('stats', () => {
  it('are the same from the daemon and, once it is stopped, from the file, which stays as it is', async () => {
    const other = makePlace();
    const one = await startDaemon(other);
    await postHook(one, 'UserPromptSubmit', { prompt: 'x' });
    const running = JSON.parse(await dbOk(other, 'stats', '--json')) as Record<string, unknown>;
    expect(running).toMatchObject({
      path: fileOf(other),
      epoch: expect.any(String),
      schema: 8,
      events: expect.any(Number),
      sessions: 1,
      oldest: { seq: 1, timestamp: expect.any(Number) },
      types: expect.arrayContaining([{ type: 'prompt.submitted', events: 1 }]),
      retention: { days: 30, bytes: 1024 ** 3 },
    });
    await one.stop();
    const before = state(other);
    const stopped = JSON.parse(await dbOk(other, 'stats', '--json')) as Record<string, unknown>;
    const { bytes, freeBytes, bytesPerEvent, ...same } = stopped;
    expect(running).toMatchObject(same);
    expect(bytes).toBe(fs.statSync(fileOf(other)).size);
    expect(state(other)).toEqual(before);
    const again = await startDaemon(other);
    const health = (await (await fetch(`${again.url}/health`)).json()) as { epoch: string };
    expect(health.epoch).toBe(stopped['epoch']);
    await again.stop();
  });

  it('are a table for people', async () => {
    const text = await dbOk(place, 'stats');
    expect(text.split('\n').map(line => line.split(/ {2,}/)[0])).toEqual(
      expect.arrayContaining([
        'log',
        'size',
        'events',
        'oldest',
        'newest',
        'sessions',
        'epoch',
        'kept',
        'types',
      ]),
    );
    expect(text).toMatch(/^size +\d[\d.]* [kM]B on the disk, /m);
    expect(text).toMatch(/^ +2 {2}prompt\.submitted$/m);
  });

  it('of a daemon that was killed are seen without changing what it left', async () => {
    const other = makePlace();
    const one = await startDaemon(other);
    await postHook(one, 'UserPromptSubmit', { prompt: 'x' });
    const running = JSON.parse(await dbOk(other, 'stats', '--json')) as { epoch: string; head: number };
    await one.stop('SIGKILL');
    const before = state(other);
    expect(Object.keys(before)).toContain('events.db-wal');
    const killed = JSON.parse(await dbOk(other, 'stats', '--json')) as { epoch: string; head: number };
    expect([killed.epoch, killed.head]).toEqual([running.epoch, running.head]);
    expect(eventsOf(await dbOk(other, 'export'))).toHaveLength(running.head);
    expect(state(other)).toEqual(before);
    const again = await startDaemon(other);
    expect(((await (await fetch(`${again.url}/health`)).json()) as { epoch: string }).epoch).toBe(
      running.epoch,
    );
    await again.stop();
  });

  it('of a log in memory say so', async () => {
    const other = makePlace();
    const one = await startDaemon(other, '--no-store');
    expect(await dbOk(other, 'stats')).toMatch(/^log +in memory/);
    expect((await db(other, 'vacuum')).stderr).toContain('The log is in memory');
    await one.stop();
  });
});

describe('export', () => {
  it('writes the same from the daemon and from the file, and nothing a terminal would obey', async () => {
    const running = await dbOk(place, 'export');
    expect(running).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    const events = eventsOf(running);
    expect(headerOf(running)).toMatchObject({ hookline: 'export', format: 1, from: 1, to: events.length });
    const prompt = events.find(event => event.type === 'prompt.submitted');
    expect(prompt?.hook?.payload['prompt']).toBe('first\u202e \u2028 "x" \u001b[2J');
    const other = await stoppedPlace();
    const stopped = await dbOk(other, 'export');
    const again = await startDaemon(other);
    const restarted = await dbOk(other, 'export', '--until', String(eventsOf(stopped).length));
    await again.stop();
    expect(restarted).toBe(stopped);
  });

  it('takes topics, sessions and a span, with and without a daemon', async () => {
    const types = (text: string): string[] => eventsOf(text).map(event => event.type);
    expect(types(await dbOk(place, 'export', '--topic', 'tool.*'))).toEqual(['tool.use']);
    expect(
      types(await dbOk(place, 'export', '--topic', 'hook.user_prompt_submit', '--session', '77')),
    ).toEqual(['prompt.submitted']);
    const other = await stoppedPlace();
    const part = await dbOk(other, 'export', '--topic', 'prompt.**', '--session', 's3');
    expect([types(part), headerOf(part)]).toEqual([
      ['prompt.submitted'],
      expect.objectContaining({ filtered: true }),
    ]);
    expect(types(await dbOk(other, 'export', '--since', '1', '--until', '2'))).toHaveLength(1);
    expect(types(await dbOk(other, 'export', '--until', '2020-01-01'))).toEqual([]);
    expect(await db(other, 'export', '--session', 's')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--session s fits 5 sessions'),
    });
  });

  it('ends quietly when its reader does', async () => {
    const other = await stoppedPlace();
    for (const where of [place, other]) {
      const command = `"${process.execPath}" "${MAIN}" db export | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
      const env = { ...where.env, HOOKLINE_HOME: where.hooklineHome };
      const shell = follow(spawn('/bin/bash', ['-c', command], { env }));
      await shell.exit;
      expect(shell.lines()[1]).toBe('exit 0');
      expect(shell.stderr()).toBe('');
    }
  });
});

describe('import', () => {
  it('takes an export to another home, where the daemon knows its sessions then; a second time adds nothing', async () => {
    const text = await dbOk(place, 'export');
    const other = makePlace();
    const file = path.join(other.home, 'log.ndjson');
    fs.writeFileSync(file, text);
    const done = await hooklineOk(other, 'db', 'import', file, '--json');
    const count = eventsOf(text).length;
    expect(JSON.parse(done.stdout)).toMatchObject({ added: count, skipped: 0, first: 1, last: count });
    expect(fs.statSync(other.hooklineHome).mode & 0o777).toBe(0o700);
    const back = await dbOk(other, 'export');
    expect(back.split('\n').slice(1)).toEqual(text.split('\n').slice(1));
    expect(headerOf(back)['epoch']).not.toBe(headerOf(text)['epoch']);
    const again = await dbWith(other, text, 'import', '-');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain(`Nothing was added.\n${count} were here already.`);
    const one = await startDaemon(other);
    const { sessions } = JSON.parse((await hooklineOk(other, 'sessions', '--json')).stdout) as {
      sessions: { sessionId: string }[];
    };
    expect(sessions.map(session => session.sessionId).sort()).toEqual(['77aa-web', '8dd92b6f-one']);
    expect((await hooklineOk(other, 'search', 'second')).stdout).toContain('second');
    await one.stop();
  });

  it('numbers events on where there are some', async () => {
    const other = await stoppedPlace();
    const before = eventsOf(await dbOk(other, 'export'));
    const { stderr } = await dbWith(other, await dbOk(place, 'export', '--session', '77'), 'import', '-');
    expect(stderr).toMatch(/^Added \d events: seq \d+ to \d+ \(numbered anew\), epoch /);
    const after = eventsOf(await dbOk(other, 'export'));
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.map(event => event.seq)).toEqual(after.map((_, index) => index + 1));
  });

  it('is refused while the daemon runs', async () => {
    const { code, stderr } = await dbWith(place, await dbOk(place, 'export'), 'import', '-');
    expect(code).toBe(1);
    expect(stderr).toMatch(/events\.db is in use .* stop that one/);
  });

  it('names the line that is wrong, and imports nothing', async () => {
    const other = await stoppedPlace();
    const before = await dbOk(other, 'export');
    const file = path.join(other.hooklineHome, 'bad.ndjson');
    fs.writeFileSync(file, (await dbOk(place, 'export')).replace('"seq":3', '"seq":"3"'));
    const bad = await db(other, 'import', file);
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toBe(
      `hookline: ${file}, line 4: this is no event: seq: Invalid input: expected number, received string; nothing was imported\n`,
    );
    expect(await dbOk(other, 'export')).toBe(before);
  });

  it.each([
    ['nothing', '', 'stdin: it is empty'],
    ['another file', '{"name":"hookline"}\n', 'stdin, line 1: this is no export of hookline'],
    [
      'something packed',
      Buffer.from([0x1f, 0x8b, 0xff, 0xfe]),
      'is not UTF-8 text; is it an export, and unpacked?',
    ],
  ])('refuses %s, and makes no log of it', async (_what, input, words) => {
    const other = makePlace();
    const { code, stderr } = await dbWith(other, input, 'import', '-');
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(fs.existsSync(fileOf(other))).toBe(false);
  });

  it('says when a file is not there', async () => {
    const { code, stderr } = await db(makePlace(), 'import', '/nowhere/log.ndjson');
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere\/log\.ndjson cannot be read \(ENOENT\); name a file that/);
  });

  it('warns of events that retention would delete, and of an end that is missing', async () => {
    const text = (await dbOk(place, 'export')).replace(/"timestamp":\d+/g, '"timestamp":1000');
    const { stderr } = await dbWith(makePlace(), text.split('\n').slice(0, 4).join('\n'), 'import', '-');
    expect(stderr).toContain('Note: 3 of them are older than 30 days');
    expect(stderr).toContain(
      `Note: the export promises events up to seq ${eventsOf(text).length} and ends before.`,
    );
  });
});

describe('vacuum', () => {
  it('works beside the daemon, and better without it', async () => {
    const beside = JSON.parse(await dbOk(place, 'vacuum', '--json')) as Record<string, unknown>;
    expect(beside).toEqual({ before: expect.any(Number), after: expect.any(Number), full: false });
    expect((await db(place, 'vacuum')).stderr).toMatch(
      /^[\d.]+ [kM]?B before, .* after\.\nWith the daemon stopped/,
    );
    const other = await stoppedPlace();
    const events = await dbOk(other, 'export');
    const alone = JSON.parse(await dbOk(other, 'vacuum', '--json')) as Record<string, unknown>;
    expect(alone).toEqual({ before: expect.any(Number), after: fs.statSync(fileOf(other)).size, full: true });
    expect(await dbOk(other, 'export')).toBe(events);
    const again = await startDaemon(other);
    expect(((await (await fetch(`${again.url}/health`)).json()) as { epoch: string }).epoch).toBe(
      headerOf(events)['epoch'],
    );
    expect(again.log()).not.toContain('new epoch');
    await again.stop();
  });
});

describe('a file that is not right is left alone', () => {
  const commands = [['stats'], ['export'], ['vacuum'], ['import', '-']];

  it.each(commands.slice(0, 3))('%s: there is none', async (...args) => {
    const other = makePlace();
    const { code, stdout, stderr } = await db(other, ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `hookline: there is no log at ${fileOf(other)} yet; it begins when the daemon starts\n`,
    );
    expect(fs.existsSync(other.hooklineHome)).toBe(false);
  });

  it('it is damaged, or of a newer hookline', async () => {
    const other = await stoppedPlace();
    const text = await dbOk(place, 'export');
    const good = fs.readFileSync(fileOf(other));
    const newer = Buffer.from(good);
    newer.writeUInt32BE(99, 60);
    const cases: [Buffer, string][] = [
      [Buffer.from('no database '.repeat(1000)), 'is damaged'],
      [good.subarray(0, good.length / 2), 'is damaged'],
      [newer, 'was written by a newer hookline (schema 99, this one knows 8); update hookline'],
    ];
    for (const [bytes, words] of cases) {
      fs.writeFileSync(fileOf(other), bytes);
      const before = state(other);
      for (const args of commands) {
        const { code, stdout, stderr } = await dbWith(other, text, ...args);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain(words);
        expect(stderr.trimEnd()).not.toContain('\n');
        expect(state(other)).toEqual(before);
      }
    }
  });
});
