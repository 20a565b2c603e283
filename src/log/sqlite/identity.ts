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

/** What is written down beside a database. */
export interface Witness {
  readonly instance: string;
  /** How the file looked when it was closed in order, see `sealOf`. */
  readonly seal: string | undefined;
}

/** What is found when it is opened. */
export interface Found {
  /** The instance written down beside the database, if any. */
  readonly witness: string | undefined;
  readonly place: string;
  readonly boot: string;
  /** Whether its journal is there: it is, as long as the database is open. */
  readonly journal: boolean;
}

/** Why an epoch ends. */
export type EpochEnd = 'copied' | 'restored' | 'unwitnessed' | 'journal_lost' | 'power_loss';

/**
 * Why the remembered epoch cannot go on, undefined when it can.
 *
 * - At another place it may be a copy, while the original goes on numbering.
 * - When the witness beside it has seen a later opening, it is an old state brought back, and clients have seen its future.
 * - Without a witness it may be that too; or its store failed, and events it never got were acknowledged from memory.
 * - When it was not closed, its last commits are in the journal, and gone when that is.
 * - When the machine went down with it open, commits that were acknowledged may be missing: they were in the operating
 *   system's memory, which a crash of the process leaves alone and a power cut does not.
 */
export function whyNewEpoch(remembered: Remembered, found: Found): EpochEnd | undefined {
  if (remembered.place !== found.place) return 'copied';
  if (found.witness === undefined) return 'unwitnessed';
  if (remembered.instance !== found.witness) return 'restored';
  if (!remembered.clean && !found.journal) return 'journal_lost';
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

/**
 * How a closed file looks: it changes when anybody writes to it. What still looks as it was left needs no check;
 * reading the whole of it would take seconds.
 */
export function sealOf(file: string): string {
  const { size, mtimeNs } = fs.statSync(file, { bigint: true });
  return `${size}:${mtimeNs}`;
}

const witnessFile = (file: string): string => `${file}-instance`;

export function readWitness(file: string): Witness | undefined {
  try {
    const [instance = '', seal] = fs.readFileSync(witnessFile(file), 'utf8').trim().split('\n');
    return { instance, seal };
  } catch {
    return undefined;
  }
}

/** Durable when it returns. */
export function writeWitness(file: string, { instance, seal }: Witness): void {
  const target = witnessFile(file);
  const temporary = `${target}.tmp`;
  const lines = seal === undefined ? [instance] : [instance, seal];
  fs.writeFileSync(temporary, `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  fs.renameSync(temporary, target);
  syncFolder(target);
}

/** Takes the witness away: the database goes on under another epoch then, whenever it is opened. Works on a full disk too. */
export function removeWitness(file: string): void {
  fs.rmSync(witnessFile(file), { force: true });
  syncFolder(file);
}

/** What was renamed or deleted in it survives a power cut. */
function syncFolder(file: string): void {
  const folder = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}
