// Counts records by time and kind, one after the other, where no database does it.
import { RESULT } from '../protocol/index.ts';
import type { LogRecord } from './record.ts';
import type { TimeCount } from './scan.ts';

export class TimeCounts {
  readonly #width: number;
  readonly #counts = new Map<string, { -readonly [K in keyof TimeCount]: TimeCount[K] }>();

  /** @param width of a stretch of time, in milliseconds */
  constructor(width: number) {
    this.#width = width;
  }

  add({ timestamp, type, data }: LogRecord): void {
    const slot = Math.floor(timestamp / this.#width);
    const failed = type === RESULT && hasFailed(data);
    const key = `${slot} ${failed} ${type}`;
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { slot, type, failed, events: 1 });
    else count.events++;
  }

  all(): TimeCount[] {
    return [...this.#counts.values()];
  }
}

/** Most do not: they need not be read. */
const hasFailed = (data: string): boolean =>
  data.includes('"success":false') && (JSON.parse(data) as { success?: unknown }).success === false;
