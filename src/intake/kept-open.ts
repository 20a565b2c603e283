// Keeps a file open that somebody may remove or take the place of: it is looked after, and what stands in its way is told once.
import fs from 'node:fs';
import { isMissing } from '../private-file.ts';
import type { Chore } from '../service.ts';
import { inWords } from '../system-error.ts';
import { CannotOpen } from './cannot-open.ts';

export interface KeptOpenOptions {
  /** For people: `the FIFO /run/ci`. */
  readonly name: string;
  readonly file: string;
  /** Opens it. @throws Error whose message says what to do */
  readonly open: () => Promise<void>;
  /** Closes what was opened, for its place has been taken. */
  readonly close: () => Promise<void>;
  /** Told what stands in its way. */
  readonly refused: (what: string) => void;
}

/** How often it is looked whether it is still there, in milliseconds. */
const LOOK_MS = 2000;

export class KeptOpen {
  readonly chore: Chore;
  readonly #options: KeptOpenOptions;
  /** Which file it was that was opened. */
  #opened: string | undefined;
  #problem: string | undefined;
  /** Only one looks at a time. */
  #looking: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: KeptOpenOptions) {
    this.#options = options;
    this.chore = {
      what: `${options.name}: looking whether it is still there`,
      everyMs: LOOK_MS,
      run: () => this.look(),
    };
  }

  /** Why it is not open, undefined while it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Opens it where it is not open; never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  /** From now on it stays as it is; resolves when nobody is at it any more. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { name, file, open, close, refused } = this.#options;
    if (this.#isOver || (this.#opened !== undefined && this.#opened === identityOf(file))) return;
    try {
      if (this.#opened !== undefined) await close();
      this.#opened = undefined;
      await open();
      this.#opened = identityOf(file);
      this.#problem = undefined;
    } catch (error) {
      const why = error instanceof CannotOpen ? error.message : inWords(error);
      const problem = `${name} cannot be opened: ${why}`;
      if (problem !== this.#problem) refused(problem);
      this.#problem = problem;
    }
  }
}

/** Tells a file from another one that has its place: as long as it is open, nobody else gets its number. */
export function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = fs.lstatSync(file);
    return `${dev}:${ino}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
