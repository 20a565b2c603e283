// Large payloads that hooks kept: a few are read at a time, and what is no payload at all is set aside unread.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Spool } from '../../src/engine/spool.ts';

let folder: string;
const rejected: string[] = [];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-large-spool-'));
  rejected.length = 0;
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Keeps a payload as a hook does, the older the smaller `at`. */
function keep(name: string, at: number, bytes: number): void {
  const file = path.join(folder, `${name}.json`);
  fs.writeFileSync(file, JSON.stringify({ name, pad: 'x'.repeat(bytes) }));
  fs.utimesSync(file, at, at);
}

test('as many as fit are taken, oldest first, and one that does not fit by itself all the same', () => {
  const MB = 1_000_000;
  keep('a', 1, 7 * MB);
  keep('b', 2, 7 * MB);
  keep('c', 3, 20 * MB);
  keep('d', 4, 10);
  const spool = new Spool(folder, file => rejected.push(file));
  const names: string[][] = [];
  for (let some = spool.peek(0); some.length > 0; some = spool.peek(0)) {
    names.push(some.map(({ body }) => (body as { name: string }).name));
    for (const one of some) spool.remove(one);
  }
  expect(names).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(rejected).toEqual([]);
});

test('a file of a gigabyte is set aside, and holds nobody up', () => {
  fs.writeFileSync(path.join(folder, 'huge.json'), '');
  fs.truncateSync(path.join(folder, 'huge.json'), 2 ** 30);
  keep('small', 1, 10);
  const spool = new Spool(folder, (file, why) => rejected.push(`${path.basename(file)}: ${why}`));
  expect(spool.peek(0)).toHaveLength(1);
  expect(rejected).toEqual(['huge.json.rejected: it has more than 67108864 bytes']);
});
