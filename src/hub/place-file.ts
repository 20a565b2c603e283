// How far a hub got, kept from one to the next: `hub.json` in the state directory.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writePrivate } from '../private-file.ts';
import { NodePositions, Position } from '../protocol/index.ts';
import { inWords } from '../system-error.ts';

const Saved = z.object({
  /** What was read of the broker's stream. */
  place: z.object({ stream: z.string(), seq: z.int().min(0) }),
  /** Where the log stood then. */
  log: Position,
  /** How far each node was known then. */
  nodes: NodePositions,
});
export type SavedPlace = z.infer<typeof Saved>;

/** How long it may be behind on the disk, in milliseconds: what is read again after a crash is known by its id. */
const LATE_MS = 1000;

export class PlaceFile {
  /** As the hub before this one left it. */
  readonly saved: SavedPlace | undefined;
  readonly #file: string | undefined;
  readonly #failed: (error: unknown) => void;
  #place: (() => SavedPlace) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param home the state directory; undefined: nothing is kept
   * @throws Error when the file is not what hookline wrote
   */
  constructor(home: string | undefined, failed: (error: unknown) => void) {
    this.#file = home === undefined ? undefined : path.join(home, 'hub.json');
    this.#failed = failed;
    this.saved = this.#file !== undefined && fs.existsSync(this.#file) ? read(this.#file) : undefined;
  }

  /** Is on the disk a moment later, as it is by then. */
  save(place: () => SavedPlace): void {
    this.#place = place;
    this.#timer ??= setTimeout(() => void this.flush(), LATE_MS).unref();
  }

  /** Resolves once it is on the disk. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined || this.#place === undefined) return;
    const { file, text } = { file: this.#file, text: `${JSON.stringify(this.#place())}\n` };
    this.#writing = this.#writing.then(() => writePrivate(file, text)).catch(this.#failed);
    await this.#writing;
  }
}

function read(file: string): SavedPlace {
  try {
    return Saved.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(
      `${file} does not say how far this hub got (${inWords(error)}); mend it, or remove it, and then all that the broker still holds is looked through again`,
      { cause: error },
    );
  }
}
