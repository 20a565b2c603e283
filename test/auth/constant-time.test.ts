// How long a comparison takes says nothing about the secret: whole digests are compared, all of them, whatever is given.
import type crypto from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { Keyring } from '../../src/auth/index.ts';

const compared = vi.hoisted(() => vi.fn<(a: Buffer, b: Buffer) => void>());
vi.mock('node:crypto', async original => {
  const real = await original<typeof crypto>();
  const timingSafeEqual = (a: Buffer, b: Buffer): boolean => {
    compared(a, b);
    return real.timingSafeEqual(a, b);
  };
  return { ...real, default: { ...real, timingSafeEqual }, timingSafeEqual };
});

const main = 'a'.repeat(64);
const hook = 'b'.repeat(64);

test.each([
  ['the main token', main, true],
  ['the hook token', hook, true],
  ['one that differs in its last digit', `${main.slice(0, 63)}c`, false],
  ['one of another length', 'a', false],
  ['nothing', '', false],
])('%s', (_what, given, known) => {
  compared.mockClear();
  expect(new Keyring({ main, hook }).access(given) !== undefined).toBe(known);
  expect(compared.mock.calls.map(([a, b]) => [a.length, b.length])).toEqual([
    [32, 32],
    [32, 32],
  ]);
});

test.each(['', 'x', '9999999999999.', `9999999999999.${'0'.repeat(64)}`])('the cookie %j', given => {
  compared.mockClear();
  expect(new Keyring({ main, hook }).cookieAccess(given, 0)).toBeUndefined();
  expect(compared.mock.calls.map(([a, b]) => [a.length, b.length])).toEqual([
    [32, 32],
    [32, 32],
  ]);
});
