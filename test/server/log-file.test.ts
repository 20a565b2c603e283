// The daemon's log in a file: put aside when it is full, for its owner only, and no line of it lost whatever the disk does.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../src/log-file.ts';
import { makeLogger, openLogger } from '../../src/logger.ts';
import { canMount, mountMemory, unmountAll } from '../support/mounts.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-log-'));
  file = path.join(folder, 'logs', 'hookline.log');
});
afterEach(() => {
  unmountAll();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly instead: string[];
  readonly failed: string[];
  readonly mended: number[];
}

function open(maxBytes: number, keep: number): { log: LogFile; told: Told } {
  const told: Told = { instead: [], failed: [], mended: [] };
  const log = new LogFile({
    ...{ file, maxBytes, keep },
    instead: line => told.instead.push(line),
    failed: why => told.failed.push(why),
    mended: lines => told.mended.push(lines),
  });
  return { log, told };
}

const line = (n: number): string => `line ${n} ${'x'.repeat(n % 40)}\n`;
const read = (name = file): string => fs.readFileSync(name, 'utf8');
const asideOf = (): string[] =>
  fs
    .readdirSync(path.dirname(file))
    .filter(name => name !== path.basename(file))
    .sort((a, b) => Number(b.split('.').at(-1)) - Number(a.split('.').at(-1)));
/** Everything that is there, oldest first. */
const all = (): string =>
  [...asideOf().map(name => read(path.join(path.dirname(file), name))), read()].join('');
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join('');

describe('a log file', () => {
  it('is put aside when it is full, in its folder of its own, and has every line once and in order', () => {
    const { log, told } = open(1000, 1000);
    for (let n = 0; n < 500; n++) log.write(line(n));
    expect(all()).toBe(numbered(0, 500));
    const names = [file, ...asideOf().map(name => path.join(path.dirname(file), name))];
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const { size, mode } = fs.statSync(name);
      expect(size).toBeLessThanOrEqual(1000);
      expect(mode & 0o777).toBe(0o600);
    }
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(told).toEqual({ instead: [], failed: [], mended: [] });
  });

  it('keeps so many of the full ones, and takes a line that is longer than all of it', () => {
    const { log } = open(100, 2);
    for (let n = 0; n < 100; n++) log.write(line(n));
    log.write(`${'long'.repeat(100)}\n`);
    expect(asideOf()).toEqual(['hookline.log.2', 'hookline.log.1']);
    expect(read()).toBe(`${'long'.repeat(100)}\n`);
    expect(all().endsWith(`${line(99)}${read()}`)).toBe(true);
  });

  it('goes on after what another process wrote, and closes one that others may read', () => {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, 'before\n', { mode: 0o644 });
    open(1000, 2).log.write('after\n');
    expect(read()).toBe('before\nafter\n');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is made anew when others move it away or delete it', () => {
    const { log, told } = open(1000, 2);
    log.write('one\n');
    fs.renameSync(file, `${file}.moved`);
    log.write('two\n');
    fs.rmSync(file);
    log.write('three\n');
    expect([read(`${file}.moved`), read()]).toEqual(['one\n', 'three\n']);
    expect(told.failed).toEqual([]);
  });

  it('that cannot be put aside grows, says so once, and loses nothing; later it is put aside again', () => {
    const { log, told } = open(200, 3);
    let n = 0;
    do log.write(line(n++));
    while (asideOf().length < 2);
    // Nothing can take its place.
    fs.mkdirSync(`${file}.3/in`, { recursive: true });
    for (const until = n + 50; n < until; ) log.write(line(n++));
    expect(told.failed).toEqual([
      expect.stringContaining(`${file} cannot be put aside, so it goes on growing`),
    ]);
    expect(fs.statSync(file).size).toBeGreaterThan(400);
    fs.rmSync(`${file}.3`, { recursive: true });
    expect(all()).toBe(numbered(0, n));
    log.write(line(n++));
    expect(all()).toBe(numbered(0, n));
    expect(asideOf()).toEqual(['hookline.log.3', 'hookline.log.2', 'hookline.log.1']);
  });

  it('in a folder that cannot be made has its lines elsewhere', () => {
    fs.writeFileSync(path.dirname(file), '');
    const { log, told } = open(1000, 2);
    log.write('one\n');
    log.write('two\n');
    expect(told.instead).toEqual(['one\n', 'two\n']);
    expect(told.failed).toEqual([expect.stringMatching(/cannot be written, and its lines go to stderr/)]);
    fs.rmSync(path.dirname(file));
    log.write('three\n');
    expect([told.mended, read()]).toEqual([[2], 'three\n']);
  });

  it.skipIf(!canMount())('on a full disk has its lines elsewhere, each of them whole', () => {
    const disk = mountMemory(path.dirname(file), '64k');
    const { log, told } = open(1_000_000, 2);
    let n = 0;
    while (told.instead.length < 3) log.write(line(n++));
    expect(told.failed).toEqual([expect.stringContaining(`Make room on the disk of ${path.dirname(file)}`)]);
    disk.change('size=1m');
    log.write(line(n));
    expect(told.mended).toEqual([3]);
    expect(read()).toBe(`${numbered(0, n - 3)}${line(n)}`);
    expect(told.instead.join('')).toBe(numbered(n - 3, n));
  });

  it('that is a pipe nobody reads is not waited for', async () => {
    const { execFileSync } = await import('node:child_process');
    fs.mkdirSync(path.dirname(file));
    execFileSync('mkfifo', [file], { env: { PATH: process.env['PATH'], HOME: folder } });
    const { log, told } = open(1000, 2);
    log.write('one\n');
    expect(told.instead).toEqual(['one\n']);
  });
});

describe('lines', () => {
  it('of JSON have time, level, words and fields, whatever the words are', () => {
    const lines: string[] = [];
    const logger = makeLogger('info', one => lines.push(one), 'json');
    logger.debug('not this');
    logger.warn('two\nlines "quoted"', { seq: 7 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'warn',
      message: 'two\nlines "quoted"',
      pid: process.pid,
      seq: 7,
    });
  });

  it('of text have no fields', () => {
    const lines: string[] = [];
    makeLogger('info', one => lines.push(one)).warn('words', { seq: 7 });
    expect(lines[0]).toMatch(/^\S+Z warn {2}words\n$/);
  });

  it('of a configuration with a file go there, and say what went elsewhere', () => {
    const config = {
      logLevel: 'info',
      logFormat: 'json',
      logFile: file,
      logMaxBytes: 65_536,
      logFiles: 2,
    } as const;
    openLogger(config).info('here');
    expect(JSON.parse(read())).toMatchObject({ level: 'info', message: 'here' });
  });
});
