// Reads a log file from its end: its last lines, and what comes from then on, also when it is put aside meanwhile.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const CHUNK_BYTES = 64 * 1024;
/** How often it is looked for more, in milliseconds. */
const LOOK_MS = 200;
const NEWLINE = 10;

/** A file as far as it was read. */
interface Place {
  readonly fd: number;
  readonly ino: number;
  at: number;
}

/**
 * The last lines of a log, whole ones only, oldest first; also of those that were put aside, where the file itself has fewer.
 *
 * @param follow goes on with what comes until `signal` fires
 * @throws the file system's errors, when it cannot be read
 */
export async function* readLog(
  file: string,
  { lines, follow, signal }: { lines: number; follow: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  let place = open(file);
  const newest = place === undefined ? [] : lastLines(place, lines);
  for (const line of [...aside(file, lines - newest.length), ...newest]) yield line;
  while (follow && !signal.aborted) {
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    const there = fs.statSync(file, { throwIfNoEntry: false });
    if (place !== undefined) yield* rest(place);
    if (there === undefined || there.ino === place?.ino) continue;
    // Another one has its name: that was put aside, and read to its end.
    if (place !== undefined) fs.closeSync(place.fd);
    place = open(file);
  }
  if (place !== undefined) fs.closeSync(place.fd);
}

/** What those that were put aside have, as far as so many lines are wanted. */
function aside(file: string, wanted: number): string[] {
  let found: string[] = [];
  for (let n = 1; found.length < wanted; n++) {
    const place = open(`${file}.${n}`);
    if (place === undefined) break;
    found = [...lastLines(place, wanted - found.length), ...found];
    fs.closeSync(place.fd);
  }
  return found;
}

function open(file: string): Place | undefined {
  try {
    const fd = fs.openSync(file, 'r');
    return { fd, ino: fs.fstatSync(fd).ino, at: 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The last ones that are whole; the place is after them then. */
function lastLines(place: Place, wanted: number): string[] {
  const { size } = fs.fstatSync(place.fd);
  let bytes = Buffer.alloc(0);
  let from = size;
  // One newline more than lines: it ends the line before them.
  while (from > 0 && count(bytes) <= wanted) {
    const length = Math.min(CHUNK_BYTES, from);
    from -= length;
    const chunk = Buffer.alloc(length);
    const got = fs.readSync(place.fd, chunk, 0, length, from);
    bytes = Buffer.concat([chunk.subarray(0, got), bytes]);
  }
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  place.at = from + end;
  const all = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return wanted > 0 ? all.slice(-wanted) : [];
}

function count(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) found++;
  return found;
}

/** The whole lines after the place. */
function* rest(place: Place): Generator<string> {
  for (;;) {
    const { size } = fs.fstatSync(place.fd);
    if (size < place.at) place.at = 0;
    const bytes = Buffer.alloc(size - place.at);
    const got = fs.readSync(place.fd, bytes, 0, bytes.length, place.at);
    const end = bytes.subarray(0, got).lastIndexOf(NEWLINE) + 1;
    if (end === 0) return;
    place.at += end;
    yield* bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  }
}
