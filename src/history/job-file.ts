// What is to be taken in, and how far that is, kept in a file: a daemon that was stopped or killed meanwhile goes on.
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { jsonIn } from '../json.ts';
import { readIfThere, writePrivate } from '../private-file.ts';
import { HistoryRequest } from '../protocol/index.ts';

const Job = z.object({
  startedAt: z.int(),
  request: HistoryRequest,
  /** The seq, in the log of the past, before the first event of it. */
  after: z.int().min(0),
  /** Taken in so far. */
  sessions: z.int().min(0),
  /** When the oldest and the newest of it happened, in milliseconds since 1970; absent while there is nothing. */
  from: z.int().optional(),
  to: z.int().optional(),
});
export type Job = z.infer<typeof Job>;

export class JobFile {
  readonly #file: string;

  /** @param home the state directory */
  constructor(home: string) {
    this.#file = path.join(home, 'history-import.json');
  }

  /** Undefined when nothing is under way; a file that is none is as good as absent. */
  async load(): Promise<Job | undefined> {
    const text = await readIfThere(this.#file);
    return text === undefined ? undefined : Job.safeParse(jsonIn(text)).data;
  }

  /** @throws the file system's error */
  async save(job: Job): Promise<void> {
    await writePrivate(this.#file, `${JSON.stringify(job)}\n`);
  }

  /** @throws the file system's error */
  async remove(): Promise<void> {
    await fs.rm(this.#file, { force: true });
  }
}
