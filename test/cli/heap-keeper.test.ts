// What a daemon does about memory that it does not need: nothing while there is little, and then until there is little again.
import { expect, it } from 'vitest';
import { HeapKeeper } from '../../src/cli/heap-keeper.ts';

const MB = 1024 * 1024;

it('is told to tidy up once much of the heap stands empty, until little does', () => {
  const flags: string[] = [];
  let heap = { committed: 0, used: 0 };
  const keeper = new HeapKeeper({ look: () => heap, setFlag: flag => flags.push(flag) });
  const after = (committed: number, used: number): string[] => {
    heap = { committed: committed * MB, used: used * MB };
    keeper.look();
    return flags.splice(0);
  };
  expect(after(60, 40)).toEqual([]);
  expect(after(130, 105)).toEqual([]);
  expect(after(132, 105)).toEqual(['--optimize-for-size']);
  expect(after(132, 105)).toEqual([]);
  expect(after(122, 105)).toEqual([]);
  expect(after(120, 105)).toEqual(['--no-optimize-for-size']);
  expect(after(120, 105)).toEqual([]);
  // Of a small heap a few megabytes are much, and not worth it.
  expect(after(43, 20)).toEqual([]);
  expect(after(45, 20)).toEqual(['--optimize-for-size']);
  expect(after(31, 20)).toEqual(['--no-optimize-for-size']);
});

it('is held small from the start, and lets compiled code be through breaks of some minutes', () => {
  const flags: string[] = [];
  const keeper = new HeapKeeper({
    look: () => ({ committed: 0, used: 0 }),
    setFlag: flag => flags.push(flag),
  });
  keeper.start();
  keeper.stop();
  expect(flags).toEqual([
    '--semi-space-growth-factor=1',
    '--heap-growing-percent=30',
    '--gc-memory-reducer-start-delay-ms=600000',
  ]);
});
