// The durable store: events in a SQLite file, one transaction a batch.
import fs from 'node:fs';
import type { ActivityShelf } from '../activity-row.ts';
import type { Filter, WordlessFilter } from '../filter.ts';
import type { MessageShelf, MessageWrite } from '../message-row.ts';
import type { LogRecord } from '../record.ts';
import type { Range, Scan, ScanLimit, Tally, TimeTally } from '../scan.ts';
import type { Checkpoint, CheckpointDraft, PruneLimits, ReadLimit, Space, Store } from '../store.ts';
import type { UsageShelf } from '../usage-row.ts';
import { SqliteActivity } from './activity-rows.ts';
import { CheckpointShelf } from './checkpoints.ts';
import { StoreDamagedError } from './damage.ts';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { letGo } from './failure.ts';
import { FileGuard, JOURNAL_BYTES } from './file-guard.ts';
import type { GenerationFile } from './generation-file.ts';
import { bootId, type EpochEnd, sealOf } from './identity.ts';
import { type Merged, merge } from './merge.ts';
import { SqliteMessages } from './messages.ts';
import { Meta } from './meta.ts';
import { settle } from './opening.ts';
import { Reader } from './reader.ts';
import { PRUNE_ROWS, Retention } from './retention.ts';
import { checkSchema, migrate } from './schema.ts';
import { SessionIndex } from './session-index.ts';
import { spaceOf } from './space.ts';
import { longTransaction, transaction } from './transaction.ts';
import { SqliteUsage } from './usage-rows.ts';
import { Writer } from './writer.ts';

/** Most pages given back at a time when nobody is to wait for long. */
const COMPACT_PAGES = 64;

export interface SqliteOptions {
  /** Default: the driver's. */
  readonly open?: (file: string) => Database;
  /** Names this run of the operating system, undefined where it cannot be known; default: asked of it. */
  readonly boot?: () => string | undefined;
}

/**
 * One process at a time has the file open; a second one is refused with SQLITE_BUSY.
 * Commits survive a crash of the process. They need not survive a power cut: then the epoch ends.
 */
export class SqliteStore implements Store {
  readonly epoch: string;
  /** Why the epoch before this one ended when the store was opened, if it did. */
  readonly epochEnd: EpochEnd | undefined;
  readonly messages: MessageShelf = {
    list: query => this.#messages.list(query),
    open: () => this.#messages.open(),
    find: id => this.#messages.find(id),
    withKey: (sender, key) => this.#messages.withKey(sender, key),
    content: id => this.#messages.content(id),
    forget: (endedBefore, most) => {
      let gone = 0;
      transaction(this.#database, () => {
        gone = this.#messages.forget(endedBefore, most);
      });
      return gone;
    },
    remove: ids => transaction(this.#database, () => this.#messages.remove(ids)),
  };
  readonly usage: UsageShelf;
  readonly #usage: SqliteUsage;
  readonly activity: ActivityShelf;
  readonly #activity: SqliteActivity;
  readonly #file: string;
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #shelf: CheckpointShelf;
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #sessions: SessionIndex;
  readonly #retention: Retention;
  readonly #messages: SqliteMessages;
  readonly #footing: FileGuard;
  readonly #generationFile: GenerationFile;
  #head: number;
  #oldest: number;
  /** What was found out too late for the call that ran into it. */
  #failure: unknown;

  /** @throws the driver's error (`code` SQLITE_BUSY, SQLITE_CORRUPT, ...), StoreDamagedError, NewerSchemaError */
  constructor(file: string, { open = openDatabase, boot: nameBoot = bootId }: SqliteOptions = {}) {
    const boot = nameBoot();
    if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'wx', 0o600));
    this.#file = file;
    const seal = sealOf(file);
    const database = open(file);
    try {
      this.#database = database;
      database.exec('PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE');
      // That of a newer hookline is left as it is, and each of what follows writes to it.
      checkSchema(database, file);
      database.exec('PRAGMA auto_vacuum = INCREMENTAL');
      // What is decided here must be on the disk before the first event is acknowledged.
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${JOURNAL_BYTES}`,
      );
      migrate(database, file);
      this.#meta = orDamaged(() => new Meta(database));
      this.#shelf = orDamaged(() => new CheckpointShelf(database));
      this.#writer = orDamaged(() => new Writer(database));
      this.#sessions = orDamaged(() => new SessionIndex(database, this.#meta));
      this.#retention = orDamaged(() => new Retention(database, this.#sessions));
      this.#messages = orDamaged(() => new SqliteMessages(this.#watch(database)));
      this.#usage = orDamaged(() => new SqliteUsage(database, this.#meta));
      this.usage = this.#usage;
      this.#activity = orDamaged(() => new SqliteActivity(database, this.#meta));
      this.activity = this.#activity;
      this.#reader = orDamaged(() => new Reader(this.#watch(database)));
      const held = this.#reader.bounds();
      this.#head = Math.max(held?.newest ?? 0, Number(this.#meta.get('head') ?? 0));
      this.#oldest = held?.oldest ?? this.#head + 1;
      const settled = settle(database, this.#meta, { file, seal, boot, head: this.#head });
      this.epoch = settled.epoch;
      this.epochEnd = settled.epochEnd;
      this.#generationFile = settled.generationFile;
      // Where a power cut could go unnoticed, every commit has to reach the disk.
      if (boot !== undefined) database.exec('PRAGMA synchronous = NORMAL');
      this.#footing = new FileGuard(file);
    } catch (error) {
      giveUp(database);
      throw error;
    }
  }

  get head(): number {
    return this.#head;
  }

  get oldest(): number {
    return this.#oldest;
  }

  append(records: readonly LogRecord[], messages: readonly MessageWrite[] = []): void {
    if (this.#failure) throw this.#failure;
    const head = this.#head + records.length;
    try {
      transaction(this.#database, () => {
        for (const [index, record] of records.entries()) {
          const previous = this.#head + index;
          if (record.seq !== previous + 1)
            throw new RangeError(`sqlite store: seq ${record.seq} does not follow ${previous}`);
          this.#writer.insert(record);
        }
        for (const message of messages) this.#messages.write(message);
        this.#sessions.goesTo(head);
      });
    } catch (error) {
      this.#sessions.forget();
      throw error;
    }
    this.#generationFile.saw(head);
    this.#head = head;
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

  hasHad(sessionId: string): boolean {
    return this.#sessions.hasHad(sessionId);
  }

  tally(range: Range, look: number): Tally {
    return this.#reader.tally(range, look, this);
  }

  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally {
    return this.#reader.tallyByTime(range, filter, width, look, this);
  }

  space(): Space {
    return spaceOf(this.#database, this.#file);
  }

  compact(): boolean {
    const before = this.space().freeBytes;
    this.#shrink(`PRAGMA incremental_vacuum(${COMPACT_PAGES})`, before > 0 ? 'PASSIVE' : 'TRUNCATE');
    // One that cannot be made smaller must not keep anybody trying.
    return before > 0 && this.space().freeBytes < before;
  }

  saveCheckpoint(text: string): void {
    this.#onShelf(shelf => {
      const draft = shelf.begin();
      shelf.add(draft, text);
      shelf.put(draft, this.#head, this.#oldest);
    });
  }

  beginCheckpoint(): CheckpointDraft {
    const seq = this.#head;
    const draft = this.#shelf.begin();
    return {
      seq,
      add: text => this.#onShelf(shelf => shelf.add(draft, text)),
      done: () => this.#onShelf(shelf => shelf.put(draft, seq, this.#oldest)),
    };
  }

  loadCheckpoint(upTo = Number.MAX_SAFE_INTEGER): Checkpoint | undefined {
    return this.#shelf.newest(upTo);
  }

  checkpoints(): readonly number[] {
    return this.#shelf.seqs();
  }

  dropCheckpoints(): void {
    this.#onShelf(shelf => shelf.clear());
  }

  prune(limits: PruneLimits): number {
    if (this.#shelf.exceeds(limits.bytes, this.#oldest)) this.#onShelf(shelf => shelf.thin(this.#oldest));
    const upTo = this.#retention.lastToGo(limits, this.#oldest, this.#head);
    if (upTo < this.#oldest) return 0;
    transaction(this.#database, () => {
      this.#retention.deleteUpTo(upTo);
      this.#meta.put('head', String(this.#head));
    });
    const gone = upTo - this.#oldest + 1;
    this.#oldest = upTo + 1;
    // Deleting frees pages inside the file; this gives them back to the file system. So does it with the journal, once
    // the last lot is gone.
    this.#shrink('PRAGMA incremental_vacuum', gone < PRUNE_ROWS ? 'TRUNCATE' : 'PASSIVE');
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
    this.#generationFile.seal(this.#head, sealOf(this.#file));
  }

  abandon(error: unknown): string {
    this.#generationFile.leave();
    return letGo(this.#file, this.#database, error);
  }

  /** See `merge`; the store MUST be closed right after. @throws what `records` throws; nothing was added then */
  async merge(epoch: string, records: AsyncIterable<LogRecord>): Promise<Merged> {
    const { epoch: ours, oldest, head } = this;
    const insert = (record: LogRecord): void => this.#writer.insert(record);
    const merged = await longTransaction(this.#database, async () => {
      const target = { epoch: ours, oldest, head, meta: this.#meta, shelf: this.#shelf, insert };
      const done = await merge(target, epoch, records);
      if (done.last !== undefined && oldest > head) {
        this.#sessions.beginAnew(done.last);
        this.#usage.countAnew();
        this.#activity.countAnew();
      } else this.#sessions.goesTo(done.last ?? head);
      return done;
    });
    if (oldest > head) this.#oldest = merged.first ?? oldest;
    this.#head = merged.last ?? head;
    this.#generationFile.saw(this.#head);
    return merged;
  }

  /** Writes everything anew, without gaps. Takes long, and as much room again. */
  vacuum(): void {
    // Not in memory, where this driver keeps what is temporary.
    this.#shrink('PRAGMA temp_store = FILE; VACUUM', 'TRUNCATE');
  }

  /** Does what makes the database smaller. SQLite may cut it down in any commit that follows, so all of it is worked in here. */
  #shrink(sql: string, checkpoint: 'PASSIVE' | 'TRUNCATE'): void {
    this.#footing.check();
    this.#database.exec(`${sql}; PRAGMA wal_checkpoint(${checkpoint})`);
    this.#footing.mark();
  }

  #onShelf(work: (shelf: CheckpointShelf) => void): void {
    try {
      transaction(this.#database, () => work(this.#shelf));
    } catch (error) {
      this.#shelf.forget();
      throw error;
    }
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

/** Closes what could not be used. The driver keeps the lock until the statements are collected as garbage, unless it was given back. */
function giveUp(database: Database): void {
  try {
    database.exec('PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema');
  } catch {
    // It was not to be had in the first place.
  }
  database.close();
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
