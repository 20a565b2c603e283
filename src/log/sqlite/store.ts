// The durable store: events in a SQLite file, one transaction a batch.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import type { Filter } from '../filter.ts';
import type { LogRecord } from '../record.ts';
import type { Range, Scan, ScanLimit } from '../scan.ts';
import type { PruneLimits, ReadLimit, Store } from '../store.ts';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { bootId, type EpochEnd, placeOf, readWitness, whyNewEpoch, writeWitness } from './identity.ts';
import { Meta } from './meta.ts';
import { Reader } from './reader.ts';
import { migrate } from './schema.ts';

/** Most events deleted at a time, so that nobody waits for long. */
const PRUNE_ROWS = 2000;

const STATEMENTS = {
  insert:
    'INSERT INTO events (seq, timestamp, type, session, agent, source, data, hook) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  insertPayload: 'INSERT INTO payloads (seq, payload) VALUES (?, ?)',
  firstSince: 'SELECT seq FROM events WHERE timestamp >= ? ORDER BY seq LIMIT 1',
  deleteEvents: 'DELETE FROM events WHERE seq <= ?',
  deletePayloads: 'DELETE FROM payloads WHERE seq <= ?',
  pages:
    'SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s',
} as const;

type Statements = { readonly [K in keyof typeof STATEMENTS]: Statement };

/**
 * One process at a time has the file open; a second one is refused with SQLITE_BUSY.
 * Commits survive a crash of the process. They need not survive a power cut: then the epoch ends.
 */
export class SqliteStore implements Store {
  readonly epoch: string;
  /** Why the epoch before this one ended when the store was opened, if it did. */
  readonly epochEnd: EpochEnd | undefined;
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #sql: Statements;
  readonly #reader: Reader;
  #head: number;
  #oldest: number;

  /** @throws the driver's error (`code` SQLITE_BUSY, SQLITE_CORRUPT, ...), NewerSchemaError */
  constructor(file: string) {
    if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'wx', 0o600));
    const database = openDatabase(file);
    try {
      this.#database = database;
      database.exec(
        'PRAGMA busy_timeout = 1000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE',
      );
      // What is decided here must be on the disk before the first event is acknowledged.
      database.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608',
      );
      migrate(database, file);
      this.#meta = new Meta(database);
      const boot = bootId();
      const { epoch, epochEnd } = this.#begin(file, boot);
      this.epoch = epoch;
      this.epochEnd = epochEnd;
      // Where a power cut could go unnoticed, every commit has to reach the disk.
      if (boot !== undefined) database.exec('PRAGMA synchronous = NORMAL');
      this.#sql = prepareAll(database);
      this.#reader = new Reader(database);
      const held = this.#reader.bounds();
      this.#head = Math.max(held?.newest ?? 0, Number(this.#meta.get('head') ?? 0));
      this.#oldest = held?.oldest ?? this.#head + 1;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get head(): number {
    return this.#head;
  }

  get oldest(): number {
    return this.#oldest;
  }

  append(records: readonly LogRecord[]): void {
    this.#transaction(() => {
      for (const [index, record] of records.entries()) {
        const { seq, timestamp, type, sessionId, agentId, source, data, hook } = record;
        const previous = this.#head + index;
        if (seq !== previous + 1)
          throw new RangeError(`sqlite store: seq ${seq} does not follow ${previous}`);
        this.#sql.insert.run(
          seq,
          timestamp,
          type,
          sessionId,
          agentId ?? null,
          source,
          data,
          hook?.topic ?? null,
        );
        if (hook) this.#sql.insertPayload.run(seq, hook.payload);
      }
    });
    this.#head += records.length;
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return this.#reader.read(after, limit);
  }

  scan(range: Range, filter: Filter, limit: ScanLimit): Scan {
    return this.#reader.scan(range, filter, limit, this);
  }

  saveCheckpoint(text: string): void {
    this.#transaction(() => this.#meta.put('checkpoint', `${this.#head} ${text}`));
  }

  loadCheckpoint(): { readonly seq: number; readonly text: string } | undefined {
    const [, seq, text] = /^(\d+) (.*)$/s.exec(this.#meta.get('checkpoint') ?? '') ?? [];
    return seq === undefined || text === undefined ? undefined : { seq: Number(seq), text };
  }

  prune({ olderThan, bytes }: PruneLimits): number {
    const wanted = Math.max(this.#lastBefore(olderThan), this.#lastBeyond(bytes));
    const upTo = Math.min(wanted, this.#oldest + PRUNE_ROWS - 1);
    if (upTo < this.#oldest) return 0;
    this.#transaction(() => {
      this.#sql.deleteEvents.run(upTo);
      this.#sql.deletePayloads.run(upTo);
      this.#meta.put('head', String(this.#head));
    });
    const gone = upTo - this.#oldest + 1;
    this.#oldest = upTo + 1;
    // Deleting frees pages inside the file; this gives them back to the file system.
    this.#database.exec('PRAGMA incremental_vacuum');
    // So does this with the journal, once the last lot is gone.
    if (upTo === wanted) this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return gone;
  }

  close(): void {
    this.#database.exec('PRAGMA synchronous = FULL');
    this.#transaction(() => {
      this.#meta.put('head', String(this.#head));
      this.#meta.put('clean', '1');
    });
    // The driver closes a file only when its statements are collected as garbage. Leaving WAL and the exclusive mode
    // gives the lock back now, and leaves a single file behind.
    this.#database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL');
    this.#reader.bounds();
    this.#database.close();
  }

  /** Settles under which epoch to go on, and leaves word of this opening in the file and beside it. */
  #begin(file: string, boot: string | undefined): { epoch: string; epochEnd: EpochEnd | undefined } {
    const remembered = this.#meta.remembered();
    const found = { witness: readWitness(file), place: placeOf(file), boot: boot ?? remembered?.boot ?? '' };
    const epochEnd = remembered && whyNewEpoch(remembered, found);
    const epoch = remembered && !epochEnd ? remembered.epoch : randomUUID();
    const instance = randomUUID();
    this.#transaction(() => {
      const facts = { epoch, instance, place: found.place, boot: found.boot, clean: '0' };
      for (const [key, value] of Object.entries(facts)) this.#meta.put(key, value);
    });
    writeWitness(file, instance);
    return { epoch, epochEnd };
  }

  #lastBefore(time: number): number {
    const first = this.#sql.firstSince.rows(time)[0]?.[0];
    return typeof first === 'number' ? first - 1 : this.#head;
  }

  /** The last seq that has to go for the file to fit, reckoned from what an event takes up on average. */
  #lastBeyond(bytes: number): number {
    const used = Number(this.#sql.pages.rows()[0]?.[0] ?? 0);
    const events = this.#head - this.#oldest + 1;
    return used <= bytes || events === 0 ? 0 : this.#oldest - 1 + Math.ceil((events * (used - bytes)) / used);
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      try {
        this.#database.exec('ROLLBACK');
      } catch {
        // After some errors (a full disk among them) SQLite has rolled back by itself.
      }
      throw error;
    }
  }
}

function prepareAll(database: Database): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return Object.fromEntries(prepared) as Statements;
}
