// The store behind `--no-store`: as many records as fit in memory, a new epoch at every start.

import { type Kept, spaced } from '../checkpoint-retention.ts';
import { type Filter, matches, onlySession, type WordlessFilter } from '../filter.ts';
import type { MessageWrite } from '../message-row.ts';
import { type LogRecord, recordSize } from '../record.ts';
import { Ring, type RingOptions } from '../ring.ts';
import {
  type Count,
  clip,
  type Range,
  restOf,
  type Scan,
  type ScanLimit,
  type Tally,
  type TimeTally,
} from '../scan.ts';
import type { Checkpoint, CheckpointDraft, PruneLimits, ReadLimit, Store } from '../store.ts';
import { TimeCounts } from '../time-counts.ts';
import { MemoryActivity } from './activity-rows.ts';
import { MemoryMessages } from './messages.ts';
import { NO_USAGE } from './usage-rows.ts';

/** What summaries of the past may take up, in characters. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

export class MemoryStore implements Store {
  readonly epoch: string;
  readonly messages = new MemoryMessages();
  readonly usage = NO_USAGE;
  readonly activity = new MemoryActivity();
  readonly #ring: Ring;
  #checkpoints: readonly (Checkpoint & Kept)[] = [];
  #draft: CheckpointDraft | undefined;

  /**
   * @param head where the numbering goes on, for a log that fell back to memory.
   * @param records the events up to there that can still be had.
   */
  constructor(epoch: string, options: RingOptions, head = 0, records: readonly LogRecord[] = []) {
    this.epoch = epoch;
    this.#ring = new Ring(options, head - records.length);
    for (const record of records) this.#ring.push(record);
  }

  get head(): number {
    return this.#ring.head;
  }

  get oldest(): number {
    return this.#ring.oldest;
  }

  append(records: readonly LogRecord[], messages: readonly MessageWrite[] = []): void {
    for (const [index, record] of records.entries()) {
      if (record.seq !== this.head + 1 + index) {
        throw new RangeError(`memory store: seq ${record.seq} does not follow ${this.head + index}`);
      }
    }
    for (const record of records) this.#ring.push(record);
    for (const message of messages) this.messages.write(message);
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return this.#ring.read(after, limit);
  }

  scan(range: Range, filter: Filter, { look, take, bytes }: ScanLimit): Scan {
    const part = clip(range, this.oldest, this.head);
    if (!part) return { records: [], rest: undefined };
    const [first, step] = part.from === 'oldest' ? [part.after + 1, 1] : [part.before - 1, -1];
    const session = onlySession(filter);
    const records: LogRecord[] = [];
    let looked = 0;
    let size = 0;
    for (let seq = first; seq > part.after && seq < part.before; seq += step) {
      const record = this.#ring.at(seq);
      if (!record || (session !== undefined && record.sessionId !== session)) continue;
      const found = matches(record, filter);
      if (found) {
        size += recordSize(record);
        if (size > bytes && records.length > 0) return { records, rest: restOf(part, seq - step) };
        records.push(record);
      }
      looked++;
      if (looked >= look || records.length >= take) return { records, rest: restOf(part, seq) };
    }
    return { records, rest: undefined };
  }

  sessionIds(prefix: string, most: number): string[] {
    const ids = new Set<string>();
    for (let seq = this.oldest; seq <= this.head; seq++) ids.add(this.#ring.at(seq)?.sessionId ?? '');
    return [...ids]
      .filter(id => id !== '' && id.startsWith(prefix))
      .sort()
      .slice(0, most);
  }

  hasHad(sessionId: string): boolean {
    return this.sessionIds(sessionId, 1)[0] === sessionId;
  }

  tally(range: Range, look: number): Tally {
    const counts = new Map<string, Count>();
    const scan = this.scan(range, {}, { look, take: look, bytes: Number.POSITIVE_INFINITY });
    for (const { type, sessionId } of scan.records) {
      const key = JSON.stringify([type, sessionId]);
      counts.set(key, { type, sessionId, events: (counts.get(key)?.events ?? 0) + 1 });
    }
    return { counts: [...counts.values()], rest: scan.rest };
  }

  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally {
    const counts = new TimeCounts(width);
    const scan = this.scan(range, filter, { look, take: look, bytes: Number.POSITIVE_INFINITY });
    for (const record of scan.records) counts.add(record);
    return { counts: counts.all(), rest: scan.rest };
  }

  space(): undefined {
    return undefined;
  }

  compact(): boolean {
    return false;
  }

  saveCheckpoint(text: string): void {
    const draft = this.beginCheckpoint();
    draft.add(text);
    draft.done();
  }

  beginCheckpoint(): CheckpointDraft {
    const seq = this.head;
    const texts: string[] = [];
    const check = (): void => {
      if (this.#draft !== draft) throw new Error('another checkpoint was begun');
    };
    const draft = {
      seq,
      add(text: string): void {
        check();
        texts.push(text);
      },
      done: (): void => {
        check();
        this.#draft = undefined;
        this.#keepCheckpoint(seq, texts.join(''));
      },
    };
    this.#draft = draft;
    return draft;
  }

  loadCheckpoint(upTo = this.head): Checkpoint | undefined {
    const found = this.#checkpoints.findLast(({ seq }) => seq <= upTo);
    return found && { seq: found.seq, text: found.text };
  }

  checkpoints(): readonly number[] {
    return this.#checkpoints.map(({ seq }) => seq);
  }

  dropCheckpoints(): void {
    this.#checkpoints = [];
  }

  prune({ olderThan, bytes, upTo = this.head }: PruneLimits): number {
    const before = this.oldest;
    for (let first = this.#ring.at(before); first && first.seq <= upTo; first = this.#ring.at(this.oldest)) {
      if (first.timestamp >= olderThan && this.#ring.bytes <= bytes) break;
      this.#ring.drop();
    }
    return this.oldest - before;
  }

  check(): void {}

  close(): void {}

  abandon(error: unknown): string {
    return `the log in memory failed (${(error as Error).message}); it begins anew, under a new epoch`;
  }

  #keepCheckpoint(seq: number, text: string): void {
    const before = this.#checkpoints.filter(one => one.seq < seq);
    const all = [...before, { seq, text, bytes: text.length }];
    const stay = new Set(spaced(all, CHECKPOINT_BYTES, this.oldest));
    this.#checkpoints = all.filter(one => stay.has(one));
  }
}
