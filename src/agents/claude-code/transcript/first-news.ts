// Finds the first line of a transcript that is newer than a given time.

import { isObject } from '../../../json.ts';
import { parseJson } from '../../../sanitize/index.ts';
import type { Line } from './line-cursor.ts';
import { text, timeOf } from './lines.ts';

const SPOKEN = ['"type":"user"', '"type":"assistant"'].map(marker => Buffer.from(marker));

export interface News {
  /** Where its line begins, in bytes. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly cwd: string | undefined;
}

/** Reads a transcript from any line on; only what was said counts, not the notes the client makes when it starts or ends. */
export class FirstNews {
  readonly #since: number;
  #news: News | undefined;

  /** @param since in milliseconds since 1970. */
  constructor(since: number) {
    this.#since = since;
  }

  get news(): News | undefined {
    return this.#news;
  }

  /** Whether a line matters here, judged by its bytes. */
  wants(line: Buffer): boolean {
    return SPOKEN.some(marker => line.includes(marker));
  }

  /** True when nothing further need be read. */
  read(line: Line): boolean {
    const parsed = attempt(line.text);
    const timestamp = isObject(parsed) ? timeOf(parsed) : undefined;
    if (!isObject(parsed) || timestamp === undefined || timestamp < this.#since) return false;
    const from = line.end - Buffer.byteLength(line.text) - 1;
    this.#news = { from, timestamp, cwd: text(parsed['cwd']) };
    return true;
  }
}

function attempt(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}
