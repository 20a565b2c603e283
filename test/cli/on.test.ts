// `hookline on`: a command for every event, run as it stands, with limits, and an end that is clean.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliPlace, makePlace, postHook, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

let place: CliPlace;
let daemon: Daemon;
const running: Running[] = [];
beforeAll(async () => {
  const home = makePlace();
  daemon = await startDaemon(home);
  place = home;
});
beforeEach(() => {
  place = { ...place, home: fs.mkdtempSync(path.join(place.claudeDir, '../test-')) };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.end('SIGKILL')));
});
afterAll(() => daemon.stop());

/** Starts it and waits until it is connected. */
async function on(...args: string[]): Promise<Running> {
  const one = runCli(place, ['on', ...args]);
  running.push(one);
  await one.says('connected');
  return one;
}

const prompt = (text: string): Promise<void> => postHook(daemon, 'UserPromptSubmit', { prompt: text });
const file = (name: string): string => path.join(place.home, name);
const read = (name: string): string => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : '');
const written = (name: string, count: number): Promise<unknown> =>
  until(`${name} has ${count} lines; it has:\n${read(name)}`, () => read(name).split('\n').length > count);

describe('a topic', () => {
  it('that no event of ours has is told to be odd, and waited for all the same', async () => {
    const one = await on('tool.usage', '--', 'cat');
    expect(one.stderr()).toContain(
      `hookline: no event of hookline's own has the topic "tool.usage"; did you mean tool.use?`,
    );
  });
});

describe('a command', () => {
  it('gets the event on stdin, and its fields as variables', async () => {
    await on(
      'prompt.submitted',
      '--',
      'sh',
      '-c',
      `cat >> ${file('in')}; env | grep ^HOOKLINE_ | sort >> ${file('env')}`,
    );
    await prompt('hello "world" $(touch /tmp/never) `id`');
    await written('in', 1);
    const event = JSON.parse(read('in')) as { seq: number; data: { prompt: string } };
    expect(event).toMatchObject({
      type: 'prompt.submitted',
      data: { prompt: 'hello "world" $(touch /tmp/never) `id`' },
    });
    await written('env', 7);
    expect(read('env').split('\n')).toEqual(
      expect.arrayContaining([
        'HOOKLINE_DATA_PROMPT=hello "world" $(touch /tmp/never) `id`',
        'HOOKLINE_SESSION_ID=8dd92b6f-one',
        `HOOKLINE_SEQ=${event.seq}`,
        'HOOKLINE_TYPE=prompt.submitted',
      ]),
    );
  });

  it('is run as it stands, without a shell, its own options too', async () => {
    const one = await on('prompt.submitted', '--', 'printf', '[%s]', '$HOME', '--where', 'a b', '*', '--');
    await prompt('x');
    await until('it printed', () => one.stdout() !== '');
    expect(one.stdout()).toBe('[$HOME][--where][a b][*][--]');
  });

  it('is run for matching events only', async () => {
    await prompt('the session begins');
    const one = await on(
      'prompt.*',
      '--session',
      '8dd9',
      '--where',
      'data.prompt.startsWith("yes")',
      '--',
      'cat',
    );
    await prompt('no');
    await postHook(daemon, 'UserPromptSubmit', { session_id: 'other', prompt: 'yes, but not mine' });
    await postHook(daemon, 'Stop', {});
    await prompt('yes');
    const [line] = await one.haveLines(1);
    expect(JSON.parse(line ?? '')).toMatchObject({ data: { prompt: 'yes' } });
    await one.end();
    expect(one.lines()).toHaveLength(1);
  });

  it('is run in order, one at a time', async () => {
    await on(
      'prompt.*',
      '--',
      'sh',
      '-c',
      `echo begin $HOOKLINE_DATA_PROMPT >> ${file('log')}; sleep 0.02; echo end >> ${file('log')}`,
    );
    await Promise.all(Array.from({ length: 8 }, (_, n) => prompt(`p${n}`)));
    await written('log', 16);
    const lines = read('log').trim().split('\n');
    expect(lines.filter((_, index) => index % 2 === 1)).toEqual(Array.from({ length: 8 }, () => 'end'));
    expect(new Set(lines).size).toBe(9);
  });

  it('may be run several at a time', async () => {
    // Each waits for the other three, which it could not one at a time.
    const script = `mkdir -p ${file('here')}; touch ${file('here')}/$HOOKLINE_SEQ; while [ $(ls ${file('here')} | wc -l) -lt 4 ]; do sleep 0.01; done; echo met >> ${file('log')}`;
    await on('prompt.*', '--concurrency', '4', '--timeout', '15s', '--', 'sh', '-c', script);
    for (let n = 0; n < 4; n++) await prompt(`p${n}`);
    await written('log', 4);
  });

  it('that fails is told and counted, and the next one is run', async () => {
    const one = await on(
      'prompt.*',
      '--',
      'sh',
      '-c',
      'test "$HOOKLINE_DATA_PROMPT" = good && echo fine || exit 3',
    );
    await prompt('bad');
    await prompt('good');
    await one.haveLines(1);
    expect(await one.end()).toBe(0);
    expect(one.stderr()).toMatch(/hookline: sh ended with 3, for prompt\.submitted \d+ of session 8dd92b6/);
    expect(one.stderr()).toContain('hookline: 1 of 2 failed');
  });

  it('that fails may be tried again', async () => {
    const script = `echo try >> ${file('log')}; test $(wc -l < ${file('log')}) -ge 3`;
    const one = await on('prompt.*', '--retry', '5', '--', 'sh', '-c', script);
    await prompt('x');
    await written('log', 3);
    await one.end();
    expect(one.stderr().match(/trying again in \d s/g)).toHaveLength(2);
    expect(one.stderr()).not.toContain('failed');
  });

  it('that reads nothing, of an event that is large, is no trouble', async () => {
    const one = await on('prompt.*', '--', 'echo', 'done');
    for (let n = 0; n < 3; n++) await prompt('x'.repeat(60_000));
    await one.haveLines(3);
    expect(one.stderr()).not.toContain('ended with');
  });
});

describe('a command that takes too long', () => {
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return !fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z');
    } catch {
      return false;
    }
  };

  it.each([
    ['at the first word', ''],
    ['though it does not listen', 'trap "" TERM;'],
  ])('is ended %s, with all it has started, and nothing else', async (_, trap) => {
    const bystander = await on('never.*', '--', 'cat');
    const script = `${trap} sleep 300 & echo $! > ${file('child')}; echo $$ > ${file('self')}; while true; do sleep 0.1; done`;
    const one = await on('prompt.*', '--timeout', '2s', '--', 'sh', '-c', script);
    await prompt('x');
    await until('it was ended', () => one.stderr().includes('sh took longer than 2 s and was ended'));
    const pids = ['child', 'self'].map(name => Number(read(name)));
    expect(pids.every(pid => pid > 1)).toBe(true);
    await until('nothing of it is left', () => !pids.some(isAlive));
    expect(bystander.child.exitCode).toBeNull();
  });
});

describe('Ctrl-C', () => {
  const slow = (): string => `echo begun >> ${file('log')}; sleep 2; echo ended >> ${file('log')}`;

  it('waits for the command that runs', async () => {
    const one = await on('prompt.*', '--', 'sh', '-c', slow());
    await prompt('x');
    await prompt('never run');
    await written('log', 1);
    expect(await one.end()).toBe(0);
    expect(read('log')).toBe('begun\nended\n');
    expect(one.stderr()).toContain('waiting for what still runs (Ctrl-C ends it)');
  });

  it('twice ends it too', async () => {
    const one = await on('prompt.*', '--', 'sh', '-c', `echo begun >> ${file('log')}; sleep 300`);
    await prompt('x');
    await written('log', 1);
    one.child.kill('SIGINT');
    await one.says('waiting for what still runs');
    expect(await one.end()).toBe(0);
  });

  it('between events ends at once', async () => {
    const one = await on('prompt.*', '--', 'cat');
    expect(await one.end('SIGTERM')).toBe(0);
  });
});

describe('wrong usage', () => {
  it.each([
    [['--', 'cat'], 'which events?'],
    [['tool.*'], 'what is to be run? Put -- and a command behind the topics'],
    [['tool.*', '--'], 'what is to be run?'],
    [['tool..use', '--', 'cat'], 'has an empty segment'],
    [
      ['tool.*', '--', 'no-such-command-here'],
      'there is no command "no-such-command-here" that could be run',
    ],
    [['tool.*', '--', '/etc/passwd'], 'there is no command "/etc/passwd" that could be run'],
    [
      ['tool.*', '--concurrency', '0', '--', 'cat'],
      '--concurrency is "0", but it must be a whole number from 1 to 100',
    ],
    [['tool.*', '--timeout', 'soon', '--', 'cat'], '--timeout is "soon"'],
    [['tool.*', '--resume', '../x', '--', 'cat'], '--resume is "../x", but a name has letters'],
    [['tool.*', '--resume', 'x', '--from-now', '--', 'cat'], '--from-now and --resume exclude each other'],
    [['tool.*', '--at-most-once', '--', 'cat'], '--at-most-once is about what --resume NAME goes on from'],
    [
      ['tool.*', '--where', 'data.success = 1', '--', 'cat'],
      'unexpected character: = (column 14); equality is ==',
    ],
    [['tool.*', '--webhook', 'http://127.0.0.1:1/'], '--webhook needs --secret-file'],
    [['tool.*', '--webhook', 'http://127.0.0.1:1/', '--', 'cat'], 'give a command or --webhook, not both'],
    [['tool.*', '--webhook', 'ftp://x/', '--secret-file', 'x'], '--webhook must be a URL'],
  ])('%j is told in a line', async (args, words) => {
    const { code, stdout, stderr } = await hookline(place, 'on', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/; see node \S+main\.js on --help\n$/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
