// Which sessions run under a wrap, and whether each may be typed to now: a file and a socket for each wrap, in the state directory.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, startTime } from '../../../process-probe.ts';

const WrapFile = z.object({
  pid: z.int().positive(),
  /** As the system tells it. */
  started: z.string(),
  /** The session that its client has open. */
  sessionId: z.string().optional(),
  /** Why nothing can be typed there now, for people. */
  whyNot: z.string().optional(),
  /** The message that is being typed. */
  typing: z.string().optional(),
});

/** A wrap, in its own words. */
export type WrapFile = z.infer<typeof WrapFile>;

/** Stands for a start time where the system tells none. */
const UNKNOWN = '-';
const FILE = /^(\d+)\.json$/;
/** A larger file is none of a wrap, in bytes. */
const MOST_BYTES = 64 * 1024;

const folderOf = (home: string): string => path.join(path.resolve(home), 'wraps');
const fileOf = (home: string, pid: number): string => path.join(folderOf(home), `${pid}.json`);

/** Where a wrap takes messages. */
export const wrapSocket = (home: string, pid: number): string => path.join(folderOf(home), `${pid}.sock`);

/** Says what there is to say of this process, for this user only. @param about what its file says beside who it is */
export function writeWrapFile(home: string, about: Omit<WrapFile, 'pid' | 'started'>): void {
  const { pid } = process;
  fs.mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
  const file = fileOf(home, pid);
  const temp = `${file}.new`;
  fs.writeFileSync(temp, JSON.stringify({ pid, started: startTime(pid) ?? UNKNOWN, ...about }), {
    mode: 0o600,
  });
  fs.renameSync(temp, file);
}

/** Takes away what a wrap leaves behind. */
export function removeWrapFile(home: string, pid: number): void {
  for (const file of [fileOf(home, pid), wrapSocket(home, pid)]) fs.rmSync(file, { force: true });
}

/** The wraps that live. */
export function readWrapFiles(home: string): WrapFile[] {
  return pidsIn(home)
    .flatMap(pid => read(home, pid) ?? [])
    .filter(isThere);
}

/** Takes away what wraps left behind that were killed. */
export function removeDeadWrapFiles(home: string): void {
  for (const pid of pidsIn(home)) {
    const wrap = read(home, pid);
    if (wrap === undefined || !isThere(wrap)) removeWrapFile(home, pid);
  }
}

function pidsIn(home: string): number[] {
  try {
    return fs.readdirSync(folderOf(home)).flatMap(name => Number(FILE.exec(name)?.[1] ?? 0) || []);
  } catch {
    return [];
  }
}

function read(home: string, pid: number): WrapFile | undefined {
  try {
    const file = fileOf(home, pid);
    if (fs.statSync(file).size > MOST_BYTES) return undefined;
    const wrap = WrapFile.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return wrap.success && wrap.data.pid === pid ? wrap.data : undefined;
  } catch {
    return undefined;
  }
}

const isThere = ({ pid, started }: WrapFile): boolean =>
  isAlive(pid) && started === (startTime(pid) ?? UNKNOWN);
