// The token files: made once, private, replaced together, and never quoted.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Access,
  COOKIE_MS,
  Keyring,
  loadTokens,
  readToken,
  rotateTokens,
  TokenFileError,
} from '../../src/auth/index.ts';

let home: string;
beforeEach(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-auth-'));
  home = path.join(folder, 'deep', 'home');
  return () => fs.rmSync(folder, { recursive: true, force: true });
});

const scopesOf = (access: Access | undefined): string[] => [...(access?.scopes ?? [])].sort();
const modeOf = (name: string): number => fs.statSync(path.join(home, name)).mode & 0o777;

test('a first start makes both, 32 random bytes as hex each, for their owner only', () => {
  const tokens = loadTokens(home);
  expect(tokens.main).toMatch(/^[0-9a-f]{64}$/);
  expect(tokens.hook).toMatch(/^[0-9a-f]{64}$/);
  expect(tokens.main).not.toBe(tokens.hook);
  expect([modeOf('.'), modeOf('token'), modeOf('hook-token')]).toEqual([0o700, 0o600, 0o600]);
});

test('the next start finds them again, and closes what somebody opened', () => {
  const tokens = loadTokens(home);
  fs.chmodSync(home, 0o755);
  fs.chmodSync(path.join(home, 'token'), 0o644);
  fs.chmodSync(path.join(home, 'hook-token'), 0o666);
  expect(loadTokens(home)).toEqual(tokens);
  expect([modeOf('.'), modeOf('token'), modeOf('hook-token')]).toEqual([0o700, 0o600, 0o600]);
});

test('an umask of nothing does not open them', () => {
  const before = process.umask(0);
  loadTokens(home);
  process.umask(before);
  expect([modeOf('.'), modeOf('token'), modeOf('hook-token')]).toEqual([0o700, 0o600, 0o600]);
});

test('a rotation replaces both, leaves no other file, and the files stay private', () => {
  const before = loadTokens(home);
  const after = rotateTokens(home);
  expect(new Set([before.main, before.hook, after.main, after.hook]).size).toBe(4);
  expect(loadTokens(home)).toEqual(after);
  expect(fs.readdirSync(home).sort()).toEqual(['hook-token', 'token']);
  expect([modeOf('token'), modeOf('hook-token')]).toEqual([0o600, 0o600]);
});

describe('a file that holds something else', () => {
  test.each(['', 'short', 'z'.repeat(64), `${'a'.repeat(64)} extra`, `${'a'.repeat(64)}\n${'b'.repeat(64)}`])(
    '%j',
    content => {
      loadTokens(home);
      fs.writeFileSync(path.join(home, 'token'), content);
      for (const read of [() => loadTokens(home), () => readToken(home)]) {
        expect(read).toThrow(TokenFileError);
        expect(read).toThrow(/does not hold a token/);
        expect(read).toThrow(path.join(home, 'token'));
      }
      try {
        loadTokens(home);
      } catch (error) {
        if (content !== '') expect(String(error)).not.toContain(content);
      }
    },
  );

  test('a line end around a token is no matter', () => {
    const { main } = loadTokens(home);
    fs.writeFileSync(path.join(home, 'token'), `${main}\r\n`);
    expect(loadTokens(home).main).toBe(main);
  });
});

test('nobody ever ran here: there is no token, and asking makes none', () => {
  expect(readToken(home)).toBeUndefined();
  expect(fs.existsSync(home)).toBe(false);
});

test('a keyring tells tokens apart, knows their scopes, and forgets replaced ones', () => {
  const tokens = loadTokens(home);
  const keyring = new Keyring(tokens);
  expect(scopesOf(keyring.access(tokens.main))).toEqual(['approve', 'control', 'ingest', 'read', 'send']);
  expect(scopesOf(keyring.access(tokens.hook))).toEqual(['ingest']);
  for (const wrong of ['', tokens.main.slice(1), `${tokens.main}0`, 'x'.repeat(100_000)])
    expect(keyring.access(wrong)).toBeUndefined();
  const cookie = keyring.makeCookie('user', 0);
  expect(scopesOf(keyring.cookieAccess(cookie, 1))).toEqual(['approve', 'control', 'read', 'send']);
  const looks = keyring.makeCookie('onlooker', 0);
  expect(scopesOf(keyring.cookieAccess(looks, 1))).toEqual(['read']);
  expect(keyring.cookieAccess(looks, COOKIE_MS)).toBeUndefined();
  for (const forged of [cookie.replace(/^\d+/, String(COOKIE_MS + 1)), looks.replace('.', '.user.'), '', '.'])
    expect(keyring.cookieAccess(forged, 1)).toBeUndefined();
  keyring.replace(rotateTokens(home));
  expect(keyring.access(tokens.main)).toBeUndefined();
  for (const old of [cookie, looks]) expect(keyring.cookieAccess(old, 1)).toBeUndefined();
});
