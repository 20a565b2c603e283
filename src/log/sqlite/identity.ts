// Decides whether a database may go on under its epoch, or whether one of its seqs could come to mean two things.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What a database remembers of the last time it was open. */
export interface Remembered {
  readonly epoch: string;
  /** Made anew at every opening, and written down beside the database too. */
  readonly instance: string;
  readonly place: string;
  readonly boot: string;
  readonly clean: boolean;
}

/** What is found when it is opened. */
export interface Found {
  /** The instance written down beside the database, if any. */
  readonly witness: string | undefined;
  readonly place: string;
  readonly boot: string;
}

/** Why an epoch ends. */
export type EpochEnd = 'copied' | 'restored' | 'power_loss';

/**
 * Why the remembered epoch cannot go on, undefined when it can.
 *
 * - At another place it may be a copy, while the original goes on numbering.
 * - When the witness beside it has seen a later opening, it is an old state brought back, and clients have seen its future.
 * - When the machine went down with it open, commits that were acknowledged may be missing: they were in the operating
 *   system's memory, which a crash of the process leaves alone and a power cut does not.
 */
export function whyNewEpoch(remembered: Remembered, found: Found): EpochEnd | undefined {
  if (remembered.place !== found.place) return 'copied';
  if (remembered.instance !== found.witness) return 'restored';
  if (!remembered.clean && remembered.boot !== found.boot) return 'power_loss';
  return undefined;
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

const witnessFile = (file: string): string => `${file}-instance`;

export function readWitness(file: string): string | undefined {
  try {
    return fs.readFileSync(witnessFile(file), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Durable when it returns. */
export function writeWitness(file: string, instance: string): void {
  const target = witnessFile(file);
  const temporary = `${target}.tmp`;
  fs.writeFileSync(temporary, `${instance}\n`, { mode: 0o600, flush: true });
  fs.renameSync(temporary, target);
  const folder = fs.openSync(path.dirname(target), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}
