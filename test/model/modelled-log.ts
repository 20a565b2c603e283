// The log on a real disk, beside a model of what each seq of each epoch means; everything that happens to it is checked against that.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { EventLog, type LogRecord, MemoryStore, openStore } from '../../src/log/index.ts';
import type { Position } from '../../src/protocol/index.ts';
import { type Fault, FaultyDisk, fastFolder } from '../support/faulty-database.ts';
import { type Happened, idOf } from './consumer.ts';

const RING = { events: 8, bytes: 1e9 };
const PAGE = { events: 7, bytes: 1e9 };

/** How the process ends. Cuts take away what was committed after one of the last commits. */
export type End =
  | { readonly how: 'stop' | 'kill' }
  | { readonly how: 'power cut' | 'journal cut'; readonly commits: number };

export class ModelledLog {
  readonly disk: FaultyDisk = new FaultyDisk();
  readonly #folder = fastFolder('model');
  readonly #epochEnded: () => void;
  readonly #epochs = new Set<string>();
  #meaning: Happened[] = [];
  /** What is on the disk, and what may have got there in a commit that failed. */
  #durable: Happened[] = [];
  #unsure: Happened[] = [];
  /** Whether the log still is what the disk holds. */
  #onDisk = false;
  #gone = false;
  /** How long the journal was after each commit. */
  #commits: { readonly size: number; readonly head: number }[] = [];
  #epoch = '';
  /** The head when the log was opened. */
  #beganAt = 0;
  #boots = 0;
  #ids = 0;
  #log: EventLog;

  /** @param epochEnded told when the log has begun another epoch in the middle of a life. */
  constructor(epochEnded: () => void) {
    this.#epochEnded = epochEnded;
    this.#log = this.#open();
    this.#begun(undefined);
  }

  get log(): EventLog {
    return this.#log;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** What the seqs of the epoch mean. An epoch keeps its array, so what consumers of an old one believe stays true. */
  get meaning(): readonly Happened[] {
    return this.#meaning;
  }

  publish(events: readonly Omit<Happened, 'id'>[]): void {
    const happened = events.map(event => ({ ...event, id: ++this.#ids }));
    const epoch = this.#epoch;
    const records = this.#log.append(happened.map(draftOf));
    this.noticeEpoch(happened);
    if (epoch === this.#epoch) this.#meaning.push(...happened);
    expect(records.map(({ seq }) => seq)).toEqual(
      happened.map((_, at) => this.#meaning.length - happened.length + at + 1),
    );
    if (this.#onDisk) this.#durable.push(...happened);
    else if (epoch !== this.#epoch) this.#unsure = happened;
    this.#noteCommit();
  }

  prune(keep: number): void {
    const { oldest, head } = this.#log;
    const youngest = keep > head ? 0 : (this.#meaning[head - keep]?.id ?? this.#ids + 1);
    this.#try(() => {
      this.#log.prune({ olderThan: youngest, bytes: 1e12 });
      if (this.#onDisk) expect(this.#log.oldest).toBe(Math.max(oldest, head - keep + 1));
    });
    this.#commits = [];
    this.#noteCommit();
  }

  saveCheckpoint(): void {
    attempt(() => this.#log.saveCheckpoint('{}'));
  }

  check(): void {
    this.#log.check();
    this.noticeEpoch();
    if (this.#gone) expect(this.#onDisk, 'a database that was deleted is missed').toBe(false);
  }

  /** Somebody deletes the database. */
  vanish(): void {
    fs.rmSync(path.join(this.#folder, 'events.db'), { force: true });
    this.#gone = true;
  }

  /** Looks through all of it, as a search does. */
  lookThrough(from: 'oldest' | 'newest', look: number): void {
    this.#try(() => {
      const found: LogRecord[] = [];
      const limit = { look, take: 1000, bytes: 1e9 };
      let scan = this.#log.scan({ after: 0, before: this.#log.head + 1, from }, {}, limit);
      found.push(...scan.records);
      while (scan.rest) {
        scan = this.#log.scan(scan.rest, {}, limit);
        found.push(...scan.records);
      }
      this.#same(from === 'oldest' ? found : found.reverse(), this.#log.oldest);
    });
  }

  /** Everything that is held can be read, and is what it should be. */
  readThrough(): void {
    this.#try(() => this.#same(this.#readAll(), this.#log.oldest));
  }

  /** The process ends, and another one begins, perhaps on a disk that is about to fail. */
  restart(end: End, fault: Fault | undefined): void {
    let closed = true;
    if (end.how === 'stop') closed = attempt(() => this.#log.close());
    this.noticeEpoch();
    this.disk.crash(this.#folder);
    this.disk.heal();
    if (fault) this.disk.failAt(fault);
    const lost = end.how === 'power cut' || end.how === 'journal cut' ? this.#cut(end.commits) : false;
    if (end.how === 'power cut') this.#boots++;
    const goesOn = this.#onDisk && !this.#gone && !lost && end.how !== 'power cut';
    this.#log = this.#open();
    this.#begun(goesOn ? (closed ? 'yes' : 'perhaps') : 'no');
  }

  /** What is to be answered to a position. */
  replyTo({ epoch, seq }: Position): { recovered: boolean; reason?: string } {
    if (epoch !== this.#epoch) return { recovered: false, reason: 'epoch_changed' };
    if (seq > this.#meaning.length) return { recovered: false, reason: 'future' };
    if (seq + 1 < this.#log.oldest) return { recovered: false, reason: 'evicted' };
    return { recovered: true };
  }

  /** The log may have begun another epoch in the middle of anything: it numbers on, in memory. */
  noticeEpoch(appended: readonly Happened[] = []): void {
    if (this.#log.epoch === this.#epoch) return;
    this.#epochEnded();
    this.#onDisk = false;
    this.#newEpoch([...this.#meaning, ...appended]);
    // What came last can be read on: the newest of it, as long as this process has been at it.
    const inMemory = Math.min(RING.events, this.#meaning.length - this.#beganAt);
    expect(this.#log.oldest).toBeLessThanOrEqual(this.#meaning.length - inMemory + 1);
    this.readThrough();
  }

  dispose(): void {
    this.disk.heal();
    this.disk.crash(this.#folder);
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): EventLog {
    const { store, problem } = openStore(this.#folder, () => 0, {
      open: this.disk.open,
      boot: () => `boot ${this.#boots}`,
    });
    // A disk in trouble has one, and so has a journal without its database.
    if (store && problem && !this.#gone) throw new Error(problem);
    this.#onDisk = store !== undefined;
    return new EventLog(store ?? new MemoryStore(randomUUID(), RING), { ring: RING });
  }

  /** Compares what is found with what should be there. @param goesOn whether the epoch does. */
  #begun(goesOn: 'yes' | 'no' | 'perhaps' | undefined): void {
    this.#commits = [];
    this.#beganAt = this.#log.head;
    if (!this.#onDisk) {
      this.#newEpoch([]);
      return;
    }
    const { epoch, head } = this.#log;
    if (this.#gone) this.#durable = [];
    else if (head > this.#durable.length) this.#durable.push(...this.#unsure);
    this.#gone = false;
    this.#unsure = [];
    expect(head, 'what was acknowledged is there').toBe(this.#durable.length);
    const same = epoch === this.#epoch;
    if (goesOn === 'yes') expect(same, 'the epoch goes on').toBe(true);
    if (goesOn === 'no') expect(same, 'the epoch has ended').toBe(false);
    if (!same) this.#newEpoch([...this.#durable]);
    this.readThrough();
    this.#noteCommit();
  }

  /** Takes the end of the journal away; true when events were in it. */
  #cut(commits: number): boolean {
    const commit = this.#commits.at(-1 - Math.min(commits, this.#commits.length - 1));
    const journal = path.join(this.#folder, 'events.db-wal');
    if (!commit || this.#gone || !fs.existsSync(journal)) return false;
    fs.truncateSync(journal, Math.min(commit.size, fs.statSync(journal).size));
    this.#unsure = [];
    return this.#durable.splice(commit.head).length > 0;
  }

  #noteCommit(): void {
    const journal = fs.statSync(path.join(this.#folder, 'events.db-wal'), { throwIfNoEntry: false });
    if (this.#onDisk && journal) this.#commits.push({ size: journal.size, head: this.#durable.length });
  }

  #newEpoch(meaning: Happened[]): void {
    this.#epoch = this.#log.epoch;
    expect(this.#epochs.has(this.#epoch), 'an epoch that ended never comes back').toBe(false);
    this.#epochs.add(this.#epoch);
    this.#meaning = meaning;
  }

  #readAll(): LogRecord[] {
    const found: LogRecord[] = [];
    for (;;) {
      const page = this.#log.read(found.at(-1)?.seq ?? this.#log.oldest - 1, PAGE);
      if (page.length === 0) return found;
      found.push(...page);
    }
  }

  #same(found: readonly LogRecord[], oldest: number): void {
    const expected = this.#meaning.slice(oldest - 1);
    expect(found.map(record => [record.seq, idOf(record)])).toEqual(
      expected.map(({ id }, index) => [oldest + index, id]),
    );
    expect(this.#log.head).toBe(this.#meaning.length);
  }

  /** Does what a disk in trouble may refuse; then the epoch ends, and there is nothing to compare. */
  #try(work: () => void): void {
    const epoch = this.#epoch;
    try {
      work();
    } catch (error) {
      this.noticeEpoch();
      if (this.#epoch === epoch) throw error;
    }
    this.noticeEpoch();
  }
}

function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

const draftOf = ({ type, hookTopic, sessionId, id = 0 }: Happened) => ({
  type,
  sessionId,
  timestamp: id,
  source: 'test',
  data: { id },
  ...(hookTopic === undefined ? {} : { hook: { topic: hookTopic, payload: { id } } }),
});
