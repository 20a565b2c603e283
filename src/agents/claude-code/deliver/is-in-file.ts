// Looks for something that was written to a file lately, from its end on.
import fs from 'node:fs';
import { openRegular } from '../../../regular-file.ts';

/** Read at a time, in bytes. */
const CHUNK_BYTES = 256 * 1024;
/** How far back it is looked for, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Undefined when there is no such file, it cannot be read, or what it held that long ago was not looked at. */
export function isInFile(path: string, wanted: string, mostBytes = MOST_BYTES): boolean | undefined {
  const file = openRegular(path);
  if (file === undefined) return undefined;
  try {
    const needle = Buffer.from(wanted);
    const { size } = fs.fstatSync(file);
    const stop = Math.max(0, size - mostBytes);
    // Each piece reaches into the one after it, so that what lies across both is found.
    for (let end = size; end > stop; end -= CHUNK_BYTES) {
      const begin = Math.max(stop, end - CHUNK_BYTES);
      const bytes = Buffer.alloc(Math.min(size, end + needle.length) - begin);
      fs.readSync(file, bytes, 0, bytes.length, begin);
      if (bytes.includes(needle)) return true;
    }
    return stop === 0 ? false : undefined;
  } catch {
    return undefined;
  } finally {
    fs.closeSync(file);
  }
}
