// What is written down beside a database: who opened it last, how far it got, and how it looked when it was closed.
import fs from 'node:fs';
import path from 'node:path';

export interface Testimony {
  /** Names the opening. */
  readonly instance: string;
  /** The last seq that was committed. */
  readonly head: number;
  /** How the file looked when it was closed in order, see `sealOf`. */
  readonly seal: string | undefined;
}

const fileOf = (database: string): string => `${database}-instance`;

/** Digits of the head; always as many, so that it can be written over. */
const DIGITS = 16;

/** What was written down last, if anything that makes sense. */
export function readWitness(database: string): Testimony | undefined {
  try {
    const [instance = '', head, seal] = fs.readFileSync(fileOf(database), 'utf8').trim().split('\n');
    return { instance, head: Number(head ?? 0), seal };
  } catch {
    return undefined;
  }
}

/** Takes the witness away: the database goes on under another epoch then, whenever it is opened. Works on a full disk too. */
export function removeWitness(database: string): void {
  fs.rmSync(fileOf(database), { force: true });
  syncFolder(database);
}

/**
 * The witness of one opening. It sees every commit, but after the fact and without a word to the disk: what survives
 * the process in the one file survives it in the other too.
 */
export class Witness {
  readonly #database: string;
  readonly #instance: string;
  #descriptor: number | undefined;

  /** All of it is on the disk then. */
  constructor(database: string, instance: string, head: number) {
    this.#database = database;
    this.#instance = instance;
    this.#descriptor = this.#write({ instance, head, seal: undefined });
  }

  /** Takes a few microseconds. */
  saw(head: number): void {
    if (this.#descriptor !== undefined)
      fs.writeSync(this.#descriptor, digitsOf(head), this.#instance.length + 1);
  }

  /** The database is closed, and looks like this. */
  seal(head: number, seal: string): void {
    this.leave();
    fs.closeSync(this.#write({ instance: this.#instance, head, seal }));
  }

  /** Sees no more. */
  leave(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Returns the file, open. */
  #write({ instance, head, seal }: Testimony): number {
    const target = fileOf(this.#database);
    const temporary = `${target}.tmp`;
    const lines = [instance, digitsOf(head), ...(seal === undefined ? [] : [seal])];
    const descriptor = fs.openSync(temporary, 'w', 0o600);
    fs.writeSync(descriptor, `${lines.join('\n')}\n`);
    fs.fsyncSync(descriptor);
    fs.renameSync(temporary, target);
    syncFolder(target);
    return descriptor;
  }
}

const digitsOf = (head: number): string => String(head).padStart(DIGITS, '0');

/** What was renamed or deleted in it survives a power cut. */
function syncFolder(file: string): void {
  const folder = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}
