// Tokens that were made for others: only their digest is kept, and what their file says holds at once.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  GrantError,
  type Granted,
  Grants,
  Keyring,
  loadTokens,
  NewGrant,
  readGrants,
  removeGrant,
} from '../../src/auth/index.ts';

let home: string;
let now: number;
let grants: Grants;
const restart = (): Grants => {
  grants = new Grants({ home, now: () => now });
  return grants;
};
beforeEach(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-grants-'));
  home = path.join(folder, 'home');
  now = 1_000_000;
  restart();
  return () => fs.rmSync(folder, { recursive: true, force: true });
});

const file = (): string => path.join(home, 'tokens.json');
const make = (fields: object = {}): Granted =>
  grants.create(NewGrant.parse({ name: 'ci', scopes: ['send'], ...fields }));
/** As somebody does it with an editor. */
const edit = (change: (tokens: Record<string, unknown>[]) => unknown): void => {
  const { tokens } = JSON.parse(fs.readFileSync(file(), 'utf8')) as { tokens: Record<string, unknown>[] };
  fs.writeFileSync(file(), JSON.stringify({ tokens: change(tokens) ?? tokens }));
  grants.look();
};

test('one that was made is good for what it was made for, and for nothing else', () => {
  const { token, ...info } = make({ to: ['back*', 'group:qa'], from: 'ci', ttlMs: 60_000 });
  expect(token).toMatch(/^hkl_[0-9a-f]{64}$/);
  expect(info).toEqual({
    ...{ name: 'ci', scopes: ['send'], to: ['back*', 'group:qa'], from: 'ci' },
    ...{ createdAt: 1_000_000, expiresAt: 1_060_000 },
  });
  const access = grants.access(token);
  expect([...(access?.scopes ?? [])]).toEqual(['send']);
  expect(['backend', 'group:qa', 'frontend', 'group:all'].map(to => access?.reaches(to))).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
  expect(make({ name: 'all' }).token).not.toBe(token);
});

test('the id of a session is meant by its name, by itself, and by a pattern only where there is no name', () => {
  const reaches = (to: string, called?: string) =>
    grants.access(make({ name: `t${now++}`, to: [to] }).token)?.reaches('b0c1-id', called);
  expect([reaches('b0*', 'frontend'), reaches('*end', 'frontend'), reaches('b0c1-id', 'frontend')]).toEqual([
    ...[false, true, true],
  ]);
  expect([reaches('b0*'), reaches('frontend')]).toEqual([true, false]);
});

test('the file is private and holds no token; who opened it finds it closed', () => {
  const umask = process.umask(0);
  const { token } = make();
  process.umask(umask);
  const text = fs.readFileSync(file(), 'utf8');
  expect(text).not.toContain(token.slice(4));
  expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
  fs.chmodSync(file(), 0o666);
  restart();
  expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(home)).toEqual(['tokens.json']);
});

test('it outlives a restart, and not that it was revoked in between', () => {
  const [one, two] = [make(), make({ name: 'two' })];
  restart();
  expect([one, two].map(({ token }) => grants.access(token)?.reach?.name)).toEqual(['ci', 'two']);
  removeGrant(home, 'ci');
  restart();
  expect([one, two].map(({ token }) => grants.access(token)?.reach?.name)).toEqual([undefined, 'two']);
});

test('who uses it is told when it is revoked, and nobody else', () => {
  const [one, two] = [make(), make({ name: 'two' })].map(({ token }) => grants.access(token));
  const told: string[] = [];
  one?.onEnd(() => told.push('one'));
  const ignore = one?.onEnd(() => told.push('who went away'));
  two?.onEnd(() => told.push('two'));
  ignore?.();
  grants.revoke('ci');
  expect(told).toEqual(['one']);
  one?.onEnd(() => told.push('late'));
  expect([one?.hasEnded, two?.hasEnded, told]).toEqual([true, false, ['one', 'late']]);
});

describe('a change by hand holds at the next look', () => {
  test('an entry taken out is revoked, and the others go on as if nothing was', () => {
    const [one, two] = [make(), make({ name: 'two' })];
    const [before, stays] = [one, two].map(({ token }) => grants.access(token));
    edit(tokens => tokens.filter(({ name }) => name !== 'ci'));
    expect([before?.hasEnded, grants.access(one.token)]).toEqual([true, undefined]);
    expect([stays?.hasEnded, grants.access(two.token) === stays]).toEqual([false, true]);
  });

  test('an entry that says something else is another one to those who were connected', () => {
    const { token } = make({ scopes: ['read', 'send'] });
    const before = grants.access(token);
    edit(([ci]) => [{ ...ci, scopes: ['send'] }]);
    expect([before?.hasEnded, [...(grants.access(token)?.scopes ?? [])]]).toEqual([true, ['send']]);
  });

  test('a file that is gone revokes all', () => {
    const access = grants.access(make().token);
    fs.rmSync(file());
    grants.look();
    expect([access?.hasEnded, grants.problem, grants.list()]).toEqual([true, undefined, []]);
  });

  test.each([
    ['no JSON', '{"tokens": [', 'is not JSON'],
    ['something else', '[]', 'is wrong'],
    ['a scope that cannot be given', { scopes: ['control'] }, 'is wrong at tokens.0.scopes.0'],
    ['a field nobody knows', { hkl_secret: 'x' }, 'is wrong at tokens.0'],
    ['no digest', { digest: 'hkl_secret' }, 'is wrong at tokens.0.digest'],
  ])('with %s none of them is valid, nothing is quoted, and nothing overwritten', (_, change, words) => {
    const { token } = make();
    const access = grants.access(token);
    const { tokens } = JSON.parse(fs.readFileSync(file(), 'utf8'));
    const text =
      typeof change === 'string' ? change : JSON.stringify({ tokens: [{ ...tokens[0], ...change }] });
    fs.writeFileSync(file(), text);
    grants.look();
    expect([access?.hasEnded, grants.access(token)]).toEqual([true, undefined]);
    expect(grants.problem).toContain(`${file()} ${words}`);
    expect(grants.problem).not.toContain('hkl_secret');
    for (const work of [() => make({ name: 'x' }), () => grants.revoke('ci'), () => grants.list()])
      expect(work).toThrow(GrantError);
    expect(restart().access(token)).toBeUndefined();
    expect(fs.readFileSync(file(), 'utf8')).toBe(text);
    fs.writeFileSync(file(), JSON.stringify({ tokens }));
    grants.look();
    expect([grants.problem, grants.access(token)?.reach?.name]).toEqual([undefined, 'ci']);
  });

  test('two of one name cannot be told apart', () => {
    make();
    edit(([ci]) => [ci, { ...ci, digest: '0'.repeat(64) }]);
    expect(grants.problem).toContain('a second token of the name or the digest of ci');
  });
});

test('its time comes to an end, also for who is connected, and it does not come back with the clock', () => {
  const { token } = make({ ttlMs: 1000 });
  const access = grants.access(token);
  now += 999;
  grants.look();
  expect([access?.hasEnded, grants.access(token) === access]).toEqual([false, true]);
  now += 1;
  expect(grants.access(token)).toBeUndefined();
  grants.look();
  expect(access?.hasEnded).toBe(true);
  now -= 500;
  expect(grants.access(token)).toBeUndefined();
  expect(grants.list()).toMatchObject([{ name: 'ci', expiresAt: 1_001_000 }]);
});

test('the list says what each is for and when it was used, and nothing that opens anything', () => {
  const { token } = make({ to: ['*'] });
  expect(grants.list()).toEqual([{ name: 'ci', scopes: ['send'], to: ['*'], createdAt: 1_000_000 }]);
  now += 5;
  grants.access(token);
  expect(grants.list()).toMatchObject([{ name: 'ci', lastUsedAt: 1_000_005 }]);
});

test('a name is there once, also when its time is up', () => {
  make({ ttlMs: 1000 });
  now += 2000;
  expect(() => make()).toThrow('there is a token called ci already; revoke it first');
  expect(() => grants.revoke('cd')).toThrow('there is no token called "cd"');
  grants.revoke('ci');
  make();
  expect(readGrants(home)).toHaveLength(1);
});

test.each([
  ['no scope', { scopes: [] }, 'is empty'],
  ['control', { scopes: ['read', 'control'] }, "control is the main token's alone"],
  ['a name with a blank', { name: 'a b' }, 'must be a letter'],
  ['a wrong pattern', { to: ['{a'] }, 'nested or not closed'],
  ['nobody', { to: [] }, 'Too small'],
  ['to whom, and nothing to send', { scopes: ['read'], to: ['a'] }, 'need the scope send'],
  ['as whom, and nothing to send', { scopes: ['read'], from: 'a' }, 'need the scope send'],
  ['no time at all', { ttlMs: 999 }, 'Too small'],
  ['a digest of its own', { digest: '0'.repeat(64) }, 'Unrecognized key'],
])('is not made with %s', (_, fields, words) => {
  const asked = NewGrant.safeParse({ name: 'ci', scopes: ['send'], ...fields });
  expect(asked.error?.issues[0]?.message).toContain(words);
});

test('the user has tokens besides, and replacing those leaves these as they are', () => {
  const { token } = make();
  const tokens = loadTokens(home);
  const keyring = new Keyring(tokens, grants);
  const [main, other] = [keyring.access(tokens.main), keyring.access(token)];
  expect([main?.reach, other?.reach?.name]).toEqual([undefined, 'ci']);
  keyring.replace({ main: '1'.repeat(64), hook: '2'.repeat(64) });
  expect([main?.hasEnded, other?.hasEnded, keyring.access(token) === other]).toEqual([true, false, true]);
});

test('ten thousand wrong tokens take no time worth mentioning, whatever they look like', () => {
  const { token } = make();
  const keyring = new Keyring(loadTokens(home), grants);
  const started = performance.now();
  for (let n = 0; n < 10_000; n++) {
    const wrong = n % 2 === 0 ? `hkl_${String(n).padStart(64, '0')}` : String(n).padStart(64, '0');
    expect(keyring.access(wrong)).toBeUndefined();
  }
  expect(performance.now() - started).toBeLessThan(3000);
  expect(keyring.access(token)?.reach?.name).toBe('ci');
  expect(grants.list()[0]?.lastUsedAt).toBe(now);
});
