// Decides whether a database may go on under its epoch, or whether one of its seqs could come to mean two things.
import fs from 'node:fs';
import os from 'node:os';
import type { Generation } from './generation-file.ts';

/** What a database remembers of the last time it was open. */
export interface Remembered {
  readonly epoch: string;
  /** Made anew at every opening, and written down beside the database too. */
  readonly instance: string;
  /** Which file that is, see `Generation`. */
  readonly witness: string;
  readonly place: string;
  readonly boot: string;
  readonly clean: boolean;
}

/** What is found when it is opened. */
export interface Found {
  /** What is written down beside the database, if anything. */
  readonly witness: Pick<Generation, 'instance' | 'head' | 'fileId'> | undefined;
  readonly place: string;
  readonly boot: string;
  /** The last seq that the database knows of. */
  readonly head: number;
}

/** Why an epoch ends. */
export type EpochEnd = 'vanished' | 'copied' | 'restored' | 'unwitnessed' | 'shortened' | 'power_loss';

/**
 * Why the remembered epoch cannot go on, undefined when it can.
 *
 * - At another place it may be a copy, while the original goes on numbering.
 * - When the generation file beside it has seen a later opening, it is an old state brought back, and clients have seen its future.
 *   The generation file may have been brought back with it; then it is not the file that stood there.
 * - Without a generation file it may be that too; or its store failed, and events it never got were acknowledged from memory.
 * - When the generation file has seen a later commit, what came last is gone: deleted or cut off with the journal, perhaps.
 * - When the machine went down with it open, commits that were acknowledged may be missing: they were in the operating
 *   system's memory, which a crash of the process leaves alone and a power cut does not.
 */
export function whyNewEpoch(remembered: Remembered, found: Found): EpochEnd | undefined {
  if (remembered.place !== found.place) return 'copied';
  if (found.witness === undefined) return 'unwitnessed';
  if (remembered.instance !== found.witness.instance) return 'restored';
  if (remembered.witness !== found.witness.fileId) return 'restored';
  if (found.head < found.witness.head) return 'shortened';
  if (!remembered.clean && remembered.boot !== found.boot) return 'power_loss';
  return undefined;
}

/** Why a database that remembers nothing is not the first one here, undefined when it may be: a generation file has seen events, and there are none. */
export function whyAllNew({ witness, head }: Found): EpochEnd | undefined {
  return witness && witness.head > 0 && head === 0 ? 'vanished' : undefined;
}

/** Where a file is, so that a copy elsewhere, or one moved into its place, is told apart. */
export function placeOf(file: string): string {
  return `${fs.statSync(file).ino}:${os.hostname()}:${fs.realpathSync(file)}`;
}

/** Names this run of the operating system; undefined where it cannot be known (anywhere but on Linux). */
export function bootId(): string | undefined {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * How a closed file looks: it changes when anybody writes to it. What still looks as it was left needs no check;
 * reading the whole of it would take seconds.
 */
export function sealOf(file: string): string {
  const { size, mtimeNs } = fs.statSync(file, { bigint: true });
  return `${size}:${mtimeNs}`;
}
