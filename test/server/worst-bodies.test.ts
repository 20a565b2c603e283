// The worst bodies that the cap lets through: none costs much more than plain text of its size, and none holds everybody else up.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Posted, type Poster, startPoster } from '../support/poster.ts';

/** Bytes of a body: just below what the daemon takes, and enough to tell what a pattern costs. */
const SIZE = 15.6 * 2 ** 20;
const QUARTER = SIZE / 4;
const mixed = 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789';

let calls = 0;
const payload = (input: string): string =>
  `{"session_id":"s","hook_event_name":"PostToolUse","tool_name":"X","tool_use_id":"t${calls++}","tool_input":${input}}`;
const times = (unit: string, bytes: number): string =>
  unit.repeat(Math.max(1, Math.floor(bytes / unit.length)));
/** One string, as JSON. */
const text = (unit: string, size = SIZE): string => {
  const escaped = JSON.stringify(unit).slice(1, -1);
  return payload(`"${times(escaped, size)}"`);
};
const list = (item: string, size = SIZE): string => payload(`[${times(`${item},`, size)}0]`);
/** Many strings of a length. */
const texts = (unit: string, bytes: number): string => list(JSON.stringify(times(unit, bytes)), QUARTER);
const nested = (open: string, close: string, bytes: number): string => {
  const depth = Math.floor(bytes / (open.length + close.length));
  return payload(`${open.repeat(depth)}1${close.repeat(depth)}`);
};
const keys = (count: number, key: (index: number) => string): string =>
  payload(
    `{${Array.from({ length: count }, (_, index) => `${JSON.stringify(key(index))}:${index}`).join(',')}}`,
  );

const PLAIN = 'The quick brown fox jumps over the dog. ';
/** What begins a secret of some format, and does not go on as one. */
const HINTS = [
  'sk-',
  'SK ',
  ':AA',
  '12345678:AA ',
  'eyJ',
  'eyJabcdefghij.ab.',
  '://',
  'https://u:p@h',
  'token= ',
  'bearer abcdefghijklmno1 ',
  'authorization: abcdefg ',
  '_authToken=abcdefgh ',
  `SG.${'a'.repeat(32)}.`,
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n',
  'data:image/png;base64,AAAA ',
  `gh${'p_'}${mixed} `,
];
const BODIES: readonly (readonly [string, () => string])[] = [
  ['authorization again and again', () => text('authorization: bearer    a9')],
  ['passwords in URLs', () => text('https://user:pass@h/ password=x')],
  ['tiny data URLs', () => text('data:image/png;base64,AAAA ')],
  ['500,000 keys', () => keys(500_000, index => `a key, number ${index}`)],
  ['a million keys of the payload itself', () => payload(`1,${times('"k":1,', SIZE)}"k":1`)],
  ['the same key over and over', () => payload(`{${times('"k":1,', SIZE)}"k":1}`)],
  ['lists in lists, 2 MB', () => nested('[', ']', 2e6)],
  ['lists in lists, 8 MB', () => nested('[', ']', 8e6)],
  ['lists in lists', () => nested('[', ']', SIZE)],
  ['lists without an end', () => payload('['.repeat(SIZE))],
  ['objects in objects', () => nested('{"a":', '}', SIZE)],
  ['empty lists', () => list('[]')],
  ['empty objects', () => list('{}')],
  ['empty strings', () => list('""')],
  ['small numbers', () => list('0')],
  ['long numbers', () => list(`1.${'7'.repeat(300)}e-40`)],
  ['one number', () => payload('7'.repeat(SIZE))],
  ['one key', () => keys(1, () => times('key ', SIZE))],
  ['long keys', () => keys(200, index => times(`https://u:p${index}@h `, 70_000))],
  ['escaped zeros', () => text('\u0000')],
  ['escaped halves of pairs', () => payload(`"${times('\\ud834', SIZE)}"`)],
  ['backslashes', () => text('\\')],
  ['quotes', () => text('"')],
  ['characters of three bytes', () => payload(`"${'€'.repeat(SIZE / 3)}"`)],
  ['blanks between', () => payload(`${' '.repeat(SIZE)}1`)],
  ['headers by name and value', () => list(`{"name":"Authorization","value":"Basic ${mixed}"}`)],
];

/** Just short enough to be kept whole, long enough to be cut, and short; in bytes. */
const LENGTHS = [65_500, 70_000, 100];
const HINTED = HINTS.flatMap(hint => LENGTHS.map(bytes => [bytes, hint] as const));

interface Cost extends Posted {
  /** CPU this process used, in milliseconds. */
  readonly cpu: number;
  /** CPU of the longest time in which it did nothing else, in milliseconds. */
  readonly longest: number;
}

let daemon: TestDaemon;
let poster: Poster;
let folder: string;
/** What plain text costs of the size of a body. */
let plain: number;
/** The same of a quarter of it, in strings of so many bytes. */
const plainIn = new Map<number, number>();

async function post(body: string): Promise<Cost> {
  const file = path.join(folder, 'body');
  fs.writeFileSync(file, body);
  const used = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  let longest = 0;
  const before = used();
  let last = before;
  const watch = setInterval(() => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const posted = await poster.post(file, 1);
  clearInterval(watch);
  return { cpu: used() - before, longest, ...posted };
}

/** The first ones pay for what the others find done. */
async function leastOf(body: string): Promise<number> {
  const costs = [await post(body), await post(body), await post(body)];
  return Math.min(...costs.map(({ cpu }) => cpu));
}

beforeAll(async () => {
  daemon = await startTestDaemon();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bodies-'));
  poster = startPoster(daemon.url, daemon.hookToken, { HOME: folder });
  plain = await leastOf(text(PLAIN));
  for (const bytes of LENGTHS) plainIn.set(bytes, await leastOf(texts(PLAIN, bytes)));
});

afterAll(() => {
  poster.end();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** How often a body is tried whose cost may be somebody else's: the rest of the machine, or the garbage of the body before. */
const TRIES = 4;

/** @param fair what plain text costs that is like it */
async function judge(json: string, fair: number, like: () => string): Promise<void> {
  const isDear = ({ cpu, longest }: Cost): boolean => cpu > 4 * fair || longest > 150;
  let cost = await post(json);
  for (let tries = 1; tries < TRIES && isDear(cost); tries++) {
    const again = await post(json);
    cost = {
      ...again,
      cpu: Math.min(cost.cpu, again.cpu),
      longest: Math.min(cost.longest, again.longest),
    };
  }
  // The machine may be slower than it was when plain text was measured.
  const now = cost.cpu < 6 * fair ? fair : Math.max(fair, await leastOf(like()));
  expect(cost.cpu / now).toBeLessThan(6);
  expect(cost.longest).toBeLessThan(200);
  expect(cost.healthy).toBeGreaterThan(0);
  expect([202, 400]).toContain(cost.statuses[0]);
}

describe('a body of 15.6 MB', () => {
  test.each(BODIES)('%s', (_, body) => judge(body(), plain, () => text(PLAIN)));
});

describe('a quarter of that', () => {
  test.each(HINTED)('in strings of %i bytes of %j', (bytes, hint) =>
    judge(texts(hint, bytes), plainIn.get(bytes) ?? 0, () => texts(PLAIN, bytes)),
  );
});
