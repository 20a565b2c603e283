// Patterns of addresses: what they match, what is refused in which words, and that none of them costs much.
import { expect, it } from 'vitest';
import { compileAddress, InvalidAddressPatternError } from '../../src/protocol/index.ts';
import { cpuMs } from '../support/cpu.ts';

it.each([
  ['backend', ['backend'], ['Backend', 'backend2', 'my-backend', '']],
  ['*', ['backend', 'group:all', 'room:a.b', '*', 'a/b'], []],
  ['back*', ['back', 'backend', 'back.end/x'], ['bac', 'a-backend']],
  ['*end', ['end', 'backend'], ['ends']],
  ['a*b*c', ['abc', 'a.b.c', 'abbcc', 'aXbYbZc'], ['ab', 'acb', 'bac']],
  ['ab*ba', ['abba', 'ab-ba'], ['aba']],
  ['a*bc*c', ['abcc', 'a bcbc c'], ['abc']],
  ['{ci,cd}-*', ['ci-', 'cd-1'], ['c-1', 'ci']],
  ['project:/home/dev/*', ['project:/home/dev/shop/api'], ['project:/home/dev']],
  ['a?.+[b]$', ['a?.+[b]$'], ['ab']],
])('%s', (pattern, yes, no) => {
  const fits = compileAddress(pattern);
  expect(yes.filter(address => !fits(address))).toEqual([]);
  expect(no.filter(fits)).toEqual([]);
});

it.each([
  ['', 'is empty'],
  ['a b', 'such as a blank'],
  ['a\u0000', 'such as a blank'],
  ['é', 'such as a blank'],
  ['x'.repeat(129), 'is longer than 128 characters'],
  ['{a', 'braces that are nested or not closed'],
  ['{a,{b}}', 'braces that are nested or not closed'],
  ['a,b', 'a stray brace or comma'],
  ['{a,b}'.repeat(10), 'stands for more than'],
])('%j is refused', (pattern, words) => {
  expect(() => compileAddress(pattern)).toThrow(InvalidAddressPatternError);
  expect(() => compileAddress(pattern)).toThrow(words);
});

it('the worst that can be written takes microseconds', () => {
  const fits = compileAddress(`${'a*'.repeat(63)}b`);
  const address = `${'a'.repeat(255)}c`;
  const cost = cpuMs(() => {
    for (let n = 0; n < 10_000; n++) expect(fits(address)).toBe(false);
  });
  expect(cost).toBeLessThan(2000);
});
