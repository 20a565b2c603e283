// The durable store: events in a SQLite file, one transaction a batch.
import fs from 'node:fs';
import type { Filter } from '../filter.ts';
import type { LogRecord } from '../record.ts';
import type { Range, Scan, ScanLimit } from '../scan.ts';
import type { PruneLimits, ReadLimit, Store } from '../store.ts';
import { StoreDamagedError } from './damage.ts';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { letGo } from './failure.ts';
import { Footing, JOURNAL_BYTES } from './footing.ts';
import { bootId, type EpochEnd, sealOf } from './identity.ts';
import { Meta } from './meta.ts';
import { settle } from './opening.ts';
import { Reader } from './reader.ts';
import { migrate } from './schema.ts';
import { transaction } from './transaction.ts';
import type { Witness } from './witness.ts';

/** Most events deleted at a time, so that nobody waits for long. */
const PRUNE_ROWS = 2000;

const STATEMENTS = {
  insert:
    'INSERT INTO events (seq, timestamp, type, session, agent, source, data, hook) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  insertPayload: 'INSERT INTO payloads (seq, payload) VALUES (?, ?)',
  firstSince: 'SELECT seq FROM events WHERE timestamp >= ? AND seq <= ? ORDER BY seq LIMIT 1',
  deleteEvents: 'DELETE FROM events WHERE seq <= ?',
  deletePayloads: 'DELETE FROM payloads WHERE seq <= ?',
  pages:
    'SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s',
} as const;

export interface SqliteOptions {
  /** Default: the driver's. */
  readonly open?: (file: string) => Database;
  /** Names this run of the operating system; default: asked of it. */
  readonly boot?: string;
}

type Statements = { readonly [K in keyof typeof STATEMENTS]: Statement };

/**
 * One process at a time has the file open; a second one is refused with SQLITE_BUSY.
 * Commits survive a crash of the process. They need not survive a power cut: then the epoch ends.
 */
export class SqliteStore implements Store {
  readonly epoch: string;
  /** Why the epoch before this one ended when the store was opened, if it did. */
  readonly epochEnd: EpochEnd | undefined;
  readonly #file: string;
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #sql: Statements;
  readonly #reader: Reader;
  readonly #footing: Footing;
  readonly #witness: Witness;
  #head: number;
  #oldest: number;
  /** What was found out too late for the call that ran into it. */
  #failure: unknown;

  /** @throws the driver's error (`code` SQLITE_BUSY, SQLITE_CORRUPT, ...), StoreDamagedError, NewerSchemaError */
  constructor(file: string, { open = openDatabase, boot = bootId() }: SqliteOptions = {}) {
    if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'wx', 0o600));
    this.#file = file;
    const seal = sealOf(file);
    const database = open(file);
    try {
      this.#database = database;
      database.exec(
        'PRAGMA busy_timeout = 1000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE',
      );
      // What is decided here must be on the disk before the first event is acknowledged.
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${JOURNAL_BYTES}`,
      );
      migrate(database, file);
      this.#meta = orDamaged(() => new Meta(database));
      this.#sql = orDamaged(() => prepareAll(database));
      this.#reader = orDamaged(() => new Reader(this.#watch(database)));
      const held = this.#reader.bounds();
      this.#head = Math.max(held?.newest ?? 0, Number(this.#meta.get('head') ?? 0));
      this.#oldest = held?.oldest ?? this.#head + 1;
      const settled = settle(database, this.#meta, { file, seal, boot, head: this.#head });
      this.epoch = settled.epoch;
      this.epochEnd = settled.epochEnd;
      this.#witness = settled.witness;
      // Where a power cut could go unnoticed, every commit has to reach the disk.
      if (boot !== undefined) database.exec('PRAGMA synchronous = NORMAL');
      this.#footing = new Footing(file);
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
    if (this.#failure) throw this.#failure;
    transaction(this.#database, () => {
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
    this.#witness.saw(this.#head + records.length);
    this.#head += records.length;
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    const first = Math.max(after + 1, this.#oldest);
    if (first > this.#head) return [];
    return this.#watched(() => whole(this.#reader.read(after, limit), first));
  }

  scan(range: Range, filter: Filter, limit: ScanLimit): Scan {
    return this.#reader.scan(range, filter, limit, this);
  }

  sessionIds(prefix: string, most: number): string[] {
    return this.#reader.sessionIds(prefix, most);
  }

  saveCheckpoint(text: string): void {
    transaction(this.#database, () => this.#meta.put('checkpoint', `${this.#head} ${text}`));
  }

  loadCheckpoint(): { readonly seq: number; readonly text: string } | undefined {
    const [, seq, text] = /^(\d+) (.*)$/s.exec(this.#meta.get('checkpoint') ?? '') ?? [];
    return seq === undefined || text === undefined ? undefined : { seq: Number(seq), text };
  }

  prune({ olderThan, bytes }: PruneLimits): number {
    const end = Math.min(this.#head, this.#oldest + PRUNE_ROWS - 1);
    const upTo = Math.min(end, Math.max(this.#lastBefore(olderThan, end), this.#lastBeyond(bytes)));
    if (upTo < this.#oldest) return 0;
    transaction(this.#database, () => {
      this.#sql.deleteEvents.run(upTo);
      this.#sql.deletePayloads.run(upTo);
      this.#meta.put('head', String(this.#head));
    });
    const gone = upTo - this.#oldest + 1;
    this.#oldest = upTo + 1;
    // Deleting frees pages inside the file; this gives them back to the file system.
    this.#database.exec('PRAGMA incremental_vacuum');
    // So does this with the journal, once the last lot is gone.
    this.#checkpoint(gone < PRUNE_ROWS ? 'TRUNCATE' : 'PASSIVE');
    return gone;
  }

  check(): void {
    if (this.#failure) throw this.#failure;
    this.#footing.check();
  }

  close(): void {
    this.check();
    this.#database.exec('PRAGMA synchronous = FULL');
    transaction(this.#database, () => {
      this.#meta.put('head', String(this.#head));
      this.#meta.put('clean', '1');
    });
    // The driver closes a file only when its statements are collected as garbage. Leaving WAL and the exclusive mode
    // gives the lock back now, and leaves a single file behind.
    this.#database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL');
    this.#reader.bounds();
    this.#database.close();
    this.#witness.seal(this.#head, sealOf(this.#file));
  }

  abandon(error: unknown): string {
    return letGo(this.#file, this.#database, error);
  }

  /** Works the journal into the database. This is the only time that the database becomes smaller. */
  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.#footing.check();
    this.#database.exec(`PRAGMA wal_checkpoint(${mode})`);
    this.#footing.mark();
  }

  /** The last seq up to `end` before which everything is older than `time`. */
  #lastBefore(time: number, end: number): number {
    const first = this.#sql.firstSince.rows(time, end)[0]?.[0];
    return typeof first === 'number' ? first - 1 : end;
  }

  /** The last seq that has to go for the file to fit, reckoned from what an event takes up on average. */
  #lastBeyond(bytes: number): number {
    const used = Number(this.#sql.pages.rows()[0]?.[0] ?? 0);
    const events = this.#head - this.#oldest + 1;
    return used <= bytes || events === 0 ? 0 : this.#oldest - 1 + Math.ceil((events * (used - bytes)) / used);
  }

  #watch(database: Database): Database {
    const prepare = (sql: string): Statement => {
      const statement = database.prepare(sql);
      return { ...statement, rows: (...values) => this.#watched(() => statement.rows(...values)) };
    };
    return { ...database, prepare };
  }

  /** What fails far from whoever could do something about it (a payload is read when somebody sends it) is told by `check`. */
  #watched<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      // That would be a question which SQLite does not understand.
      if ((error as { code?: string }).code !== 'SQLITE_ERROR') this.#failure ??= error;
      throw error;
    }
  }
}

/** A statement that does not fit the tables means that they are not what was once made. */
function orDamaged<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw code === 'SQLITE_ERROR' ? new StoreDamagedError(message, { cause: error }) : error;
  }
}

/** An event that is missing would be one that nobody is told of, so it must not go unnoticed. */
function whole(records: LogRecord[], first: number): LogRecord[] {
  const isWhole = records.length > 0 && records.every(({ seq }, index) => seq === first + index);
  if (!isWhole) throw new StoreDamagedError(`events are missing beside ${first}`);
  return records;
}

function prepareAll(database: Database): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return Object.fromEntries(prepared) as Statements;
}
