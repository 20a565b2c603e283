// How far a hub got, kept from one to the next: `hub.json` in the state directory.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LateFile } from '../private-file.ts';
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
  readonly #file: LateFile;

  /**
   * @param home the state directory; undefined: nothing is kept
   * @throws Error when the file is not what hookline wrote
   */
  constructor(home: string | undefined, failed: (error: unknown) => void) {
    const file = home === undefined ? undefined : path.join(home, 'hub.json');
    this.#file = new LateFile(file, LATE_MS, failed);
    this.saved = file !== undefined && fs.existsSync(file) ? read(file) : undefined;
  }

  /** Is on the disk a moment later, as it is by then. */
  save(place: () => SavedPlace): void {
    this.#file.save(() => `${JSON.stringify(place())}\n`);
  }

  /** Resolves once it is on the disk. */
  flush(): Promise<void> {
    return this.#file.flush();
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
