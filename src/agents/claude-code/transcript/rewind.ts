// Where to take a transcript up again: a little before what was told last, for what was waiting for its hook then.
import fs from 'node:fs';
import { openRegular } from '../../../regular-file.ts';

/** Read again in any case, in bytes: what a line means may depend on those before it. */
const CONTEXT_BYTES = 1024 * 1024;
/** Read again at most, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
/** How long before the last line told something may have waited for its hook, in milliseconds; with room to spare. */
const WAITED_MS = 15_000;
const TIMESTAMP = /"timestamp":"([^"\\]{10,40})"/g;

export interface TakeUp {
  /** The byte offset to read from. */
  readonly from: number;
  /** What is older than this was settled, in milliseconds since 1970. */
  readonly since: number;
}

/** `missing`: there is no such file. `other`: `toldUpTo` is no end of a line in it, so it is not the one that was told. */
export function takeUp(path: string, toldUpTo: number): TakeUp | 'missing' | 'other' {
  const file = openRegular(path);
  if (file === undefined) return 'missing';
  try {
    for (let wanted = CONTEXT_BYTES; ; wanted *= 4) {
      const before = Buffer.alloc(Math.min(toldUpTo, wanted));
      const read = fs.readSync(file, before, 0, before.length, toldUpTo - before.length);
      if (read < before.length || before.at(-1) !== 0x0a) return 'other';
      const times = timesIn(before.toString('latin1'));
      const since = (times.at(-1) ?? 0) - WAITED_MS;
      const from = toldUpTo - before.length;
      if (from === 0 || (times[0] ?? 0) < since || wanted >= MOST_BYTES) return { from, since };
    }
  } catch {
    return 'missing';
  } finally {
    fs.closeSync(file);
  }
}

function timesIn(text: string): number[] {
  return [...text.matchAll(TIMESTAMP)]
    .map(([, time]) => Date.parse(time ?? ''))
    .filter(time => !Number.isNaN(time));
}
