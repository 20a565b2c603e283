// When a daemon ran last, though it was killed: the time of a file that it touches as long as it runs.
import fs from 'node:fs';
import path from 'node:path';

/** How often the file is to be touched, in milliseconds. */
export const TOUCH_MS = 5000;

export class LastRun {
  readonly #file: string;
  /** When the daemon before this one ran last, in milliseconds since 1970; undefined when this is the first one. */
  readonly endedAt: number | undefined;

  /** @param home the state directory. */
  constructor(home: string) {
    this.#file = path.join(home, 'last-run');
    this.endedAt = fs.statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
  }

  /** Leaves word that the daemon runs. @throws the file system's error. */
  touch(): void {
    const now = new Date();
    try {
      fs.utimesSync(this.#file, now, now);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      fs.writeFileSync(this.#file, '', { mode: 0o600 });
    }
  }
}
