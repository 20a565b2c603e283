// What goes into the log when something fails: words where the machine refused, the stack where it is a bug.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { inWords } from '../../src/system-error.ts';
import { makePlace } from '../support/cli.ts';

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it worked');
}

const withCode = (code: string, fields: object = {}): Error =>
  Object.assign(new Error(`${code}: it says why`), { code, ...fields });

it.each([
  [withCode('ENOSPC', { syscall: 'write' }), 'ENOSPC: it says why. Make room on the disk of /state'],
  [withCode('EDQUOT', { syscall: 'write' }), 'EDQUOT: it says why. Make room on the disk of /state'],
  [withCode('EROFS', { syscall: 'open', path: '/a/b' }), 'EROFS: it says why. Let hookline write to /a'],
  [withCode('EACCES', { syscall: 'open', path: '/a/b' }), 'EACCES: it says why. Let hookline write to /a'],
  [withCode('EIO', { syscall: 'read' }), 'EIO: it says why. See whether the disk fails that holds /state'],
  [
    withCode('SQLITE_IOERR_READ'),
    'SQLITE_IOERR_READ: it says why. See whether the disk fails that holds /state',
  ],
  [withCode('SQLITE_FULL'), 'SQLITE_FULL: it says why. Make room on the disk of /state'],
  [withCode('SQLITE_CORRUPT_VTAB'), 'SQLITE_CORRUPT_VTAB: it says why'],
  [withCode('ENOENT', { syscall: 'open', path: '/a/b' }), 'ENOENT: it says why'],
  [new Error('our words', { cause: withCode('ENOSPC', { syscall: 'write' }) }), 'our words'],
  ['no error at all', 'no error at all'],
])('%s is told in words', (error, words) => {
  expect(inWords(error, '/state')).toBe(words);
});

it('what Node really throws is told in words, with the file', () => {
  const file = path.join(makePlace().home, 'none', 'such');
  expect(inWords(failureOf(() => fs.readFileSync(file)))).toMatch(/^ENOENT: .*none\/such'$/);
});

it.each([
  ['a method that is not there', () => (undefined as unknown as string).trim()],
  ['an argument of the wrong type', () => fs.readFileSync({} as string)],
  ['a statement that is none', () => openDatabase(':memory:').exec('SELEKT')],
  [
    'an error of ours that comes of such a bug',
    () => {
      throw new Error('outer', { cause: new TypeError('inner') });
    },
  ],
])('a bug keeps its stack: %s', (_what, work) => {
  expect(inWords(failureOf(work))).toMatch(/\n +at /);
});
