// What is written down beside a database: who opened it last, how far it got, and how it looked when it was closed.
import fs from 'node:fs';
import path from 'node:path';

export interface Generation {
  /** Names the opening. */
  readonly instance: string;
  /** The last seq that was committed. */
  readonly head: number;
  /** How the file looked when it was closed in order, see `sealOf`. */
  readonly seal: string | undefined;
  /** Which file this stands in, see `fileIdOf`. */
  readonly fileId: string;
}

const fileOf = (database: string): string => `${database}-instance`;

/** Digits of the head; always as many, so that it can be written over. */
const DIGITS = 16;

/** What was written down last, if anything that makes sense. */
export function readGenerationFile(database: string): Generation | undefined {
  try {
    const [instance = '', head, seal] = fs.readFileSync(fileOf(database), 'utf8').trim().split('\n');
    return { instance, head: Number(head ?? 0), seal, fileId: fileIdOf(fileOf(database)) };
  } catch {
    return undefined;
  }
}

/** Takes the generation file away: the database goes on under another epoch then, whenever it is opened. Works on a full disk too. */
export function removeGenerationFile(database: string): void {
  fs.rmSync(fileOf(database), { force: true });
  syncFolder(database);
}

/**
 * The generation file of one opening. It sees every commit, but after the fact and without a word to the disk: what survives
 * the process in the one file survives it in the other too.
 */
export class GenerationFile {
  /** What the database has to remember, for the two to know each other again. */
  readonly fileId: string;
  readonly #database: string;
  readonly #headAt: number;
  #descriptor: number | undefined;

  /** Written beside the one that stands there, which `stand` replaces. */
  constructor(database: string, instance: string, head: number) {
    this.#database = database;
    this.#headAt = instance.length + 1;
    const temporary = this.#temporary;
    fs.rmSync(temporary, { force: true });
    this.#descriptor = fs.openSync(temporary, 'wx', 0o600);
    fs.writeSync(this.#descriptor, `${instance}\n${digitsOf(head)}\n`);
    fs.fsyncSync(this.#descriptor);
    this.fileId = fileIdOf(temporary);
  }

  /** Takes its place, on the disk too. */
  stand(): void {
    fs.renameSync(this.#temporary, fileOf(this.#database));
    syncFolder(this.#database);
  }

  /** Takes a few microseconds. */
  saw(head: number): void {
    if (this.#descriptor !== undefined) fs.writeSync(this.#descriptor, digitsOf(head), this.#headAt);
  }

  /** The database is closed, and looks like this. Written into the same file: it is known by that. */
  seal(head: number, seal: string): void {
    if (this.#descriptor === undefined) return;
    fs.writeSync(this.#descriptor, `${digitsOf(head)}\n${seal}\n`, this.#headAt);
    fs.fsyncSync(this.#descriptor);
    this.leave();
  }

  /** Sees no more. */
  leave(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  get #temporary(): string {
    return `${fileOf(this.#database)}.tmp`;
  }
}

/**
 * Names a file by what a backup cannot bring back: a file of the same name and content, put back by whatever means, has another
 * inode, or the inode of the one it replaced, and was born at another time.
 */
function fileIdOf(file: string): string {
  const { ino, birthtimeNs } = fs.statSync(file, { bigint: true });
  return `${ino}:${birthtimeNs}`;
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
