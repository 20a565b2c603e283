// How far a bridge got, kept from one daemon to the next: `bridges/LABEL.json` in the state directory.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LateFile } from '../private-file.ts';
import type { Position } from '../protocol/index.ts';
import { inWords } from '../system-error.ts';

/** What goes out: events, and receipts for messages that came in. */
export type Course = 'events' | 'receipts';

const Place = z.object({ epoch: z.string(), seq: z.int().min(0) });
const Places = z.object({ events: Place.optional(), receipts: Place.optional() });

/** How long a position may be behind on the disk, in milliseconds: what is sent twice after a crash is known by its id. */
const LATE_MS = 200;

export class PositionFile {
  readonly #file: LateFile;
  readonly #places: { [course in Course]?: Position | undefined } = {};

  /**
   * @param home the state directory; undefined: nothing is kept
   * @throws Error when the file is not what hookline wrote
   */
  constructor(home: string | undefined, label: string, failed: (error: unknown) => void) {
    const file = home === undefined ? undefined : path.join(home, 'bridges', `${label}.json`);
    this.#file = new LateFile(file, LATE_MS, failed);
    if (file === undefined || !fs.existsSync(file)) return;
    const { events, receipts } = read(file);
    this.#places = { events, receipts };
  }

  load(course: Course): Position | undefined {
    return this.#places[course];
  }

  /** Is on the disk a moment later. */
  save(course: Course, position: Position): void {
    this.#places[course] = position;
    this.#file.save(() => `${JSON.stringify(this.#places)}\n`);
  }

  /** Resolves once everything is on the disk. */
  flush(): Promise<void> {
    return this.#file.flush();
  }
}

function read(file: string): z.infer<typeof Places> {
  try {
    return Places.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(
      `${file} does not say how far a bridge got (${inWords(error)}); mend it, or remove it, and then events go out from now on`,
      { cause: error },
    );
  }
}
