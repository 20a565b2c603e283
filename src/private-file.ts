// Files of our own under HOOKLINE_HOME: for this user only, and never seen half written.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** Writes a file of mode 0600 (or the one given), and its folder with 0700 when there is none. */
export async function writePrivate(file: string, text: string, mode = 0o600): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temp = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await fs.writeFile(temp, text, { mode: 0o600, flag: 'wx' });
    if (mode !== 0o600) await fs.chmod(temp, mode);
    await fs.rename(temp, file);
  } catch (error) {
    await fs.rm(temp, { force: true });
    throw error;
  }
}

/** The text of a file, undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A private file that is written anew again and again: a moment later, as what it says stands by then, and once for all that changed meanwhile. */
export class LateFile {
  readonly #file: string | undefined;
  readonly #lateMs: number;
  readonly #failed: (error: unknown) => void;
  #text: (() => string) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param file undefined: nothing is kept
   * @param lateMs how long it may be behind, in milliseconds
   * @param failed told when it could not be written
   */
  constructor(file: string | undefined, lateMs: number, failed: (error: unknown) => void) {
    this.#file = file;
    this.#lateMs = lateMs;
    this.#failed = failed;
  }

  save(text: () => string): void {
    this.#text = text;
    this.#timer ??= setTimeout(() => void this.flush(), this.#lateMs).unref();
  }

  /** Resolves once everything is on the disk. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [file, text] = [this.#file, this.#text?.()];
    if (file === undefined || text === undefined) return;
    this.#writing = this.#writing.then(() => writePrivate(file, text)).catch(this.#failed);
    await this.#writing;
  }
}
