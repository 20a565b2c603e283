// Reads an export into a database that nobody has open: all of it, or nothing.

import type { LogRecord } from '../record.ts';
import type { Merged } from '../sqlite/merge.ts';
import { type ExportHeader, LineError, parseEvent, parseHeader } from './format.ts';
import { openToChange } from './open-to-change.ts';

export interface ImportSource {
  /** For messages: the name of the file. */
  readonly name: string;
  readonly lines: AsyncIterable<string>;
}

export interface Imported extends Merged {
  readonly header: ExportHeader;
  /** The export ends before what its header promises. */
  readonly incomplete: boolean;
  /** How many of those added are older than was asked about. */
  readonly old: number;
}

/** A line of the export is not what it should be, or there is none; the message names file and line. */
export class ImportError extends Error {
  readonly code = 'bad_export';
  override readonly name = 'ImportError';
}

/**
 * Adds the events of an export to the database, which is made if there is none yet.
 *
 * @param olderThan milliseconds since 1970; events before it are counted
 * @throws ImportError, StoreBusyError, StoreDamagedError, NewerSchemaError, the driver's and the file system's errors; nothing was added then
 */
export async function importLog(file: string, source: ImportSource, olderThan: number): Promise<Imported> {
  const lines = new NumberedLines(source);
  const header = await lines.header();
  const store = openToChange(file);
  let last = header.from - 1;
  let old = 0;
  async function* events(): AsyncGenerator<LogRecord> {
    for await (const record of lines.events()) {
      last = record.seq;
      if (record.timestamp < olderThan) old++;
      yield record;
    }
  }
  try {
    const merged = await store.merge(header.epoch, events());
    return { ...merged, header, old, incomplete: !header.filtered && last < header.to };
  } finally {
    store.close();
  }
}

/** Turns lines into what they say, and says where one does not. */
class NumberedLines {
  readonly #name: string;
  readonly #lines: AsyncIterator<string>;
  #number = 0;

  constructor({ name, lines }: ImportSource) {
    this.#name = name;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async header(): Promise<ExportHeader> {
    const line = await this.#next();
    if (line === undefined)
      throw new ImportError(`${this.#name}: it is empty, so this is no export of hookline`);
    return this.#at(() => parseHeader(line));
  }

  async *events(): AsyncGenerator<LogRecord> {
    let before = 0;
    for (let line = await this.#next(); line !== undefined; line = await this.#next()) {
      const text = line;
      if (text.trim() === '') continue;
      const record = this.#at(() => parseEvent(text));
      if (record.seq <= before)
        this.#at(() => {
          throw new LineError(`seq ${record.seq} comes after seq ${before}; the events of an export ascend`);
        });
      before = record.seq;
      yield record;
    }
  }

  async #next(): Promise<string | undefined> {
    this.#number++;
    const { done, value } = await this.#lines.next();
    return done ? undefined : value;
  }

  #at<T>(parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      throw new ImportError(`${this.#name}, line ${this.#number}: ${error.message}; nothing was imported`, {
        cause: error,
      });
    }
  }
}
