// The disk fails at the first write, at the second, at the third, ...: whatever was acknowledged can be read, and no seq means two things.
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog, MemoryStore, openStore } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { type Fault, FaultyDisk, fastFolder } from '../support/faulty-database.ts';

const RING = { events: 1000, bytes: 1e9 };
const ALL = { events: 1000, bytes: 1e9 };

let folder: string;
beforeEach(() => {
  folder = fastFolder('nth');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

let made = 0;
const drafts = (count: number): EventDraft[] =>
  Array.from({ length: count }, () => ({
    type: 'test.tick',
    timestamp: ++made,
    sessionId: 's',
    source: 'test',
    data: { n: made },
    hook: { topic: 'hook.tick', payload: { n: made } },
  }));

/** What each seq of each epoch was, or was found to be. */
class Meanings {
  readonly #known = new Map<string, string>();

  note(log: { epoch: string }, records: readonly { seq: number; data: string }[]): void {
    for (const { seq, data } of records) {
      const key = `${log.epoch}:${seq}`;
      expect(this.#known.get(key) ?? data, `${key} means one thing`).toBe(data);
      this.#known.set(key, data);
    }
  }
}

/** A daemon's life as far as the log goes: opens, appends, prunes, keeps a checkpoint, closes. */
class Life {
  readonly log: EventLog;
  readonly problems: string[] = [];
  readonly noCheckpoint: boolean;
  /** What was acknowledged, by epoch. */
  readonly acknowledged: { epoch: string; seq: number; data: string }[] = [];

  constructor(disk: FaultyDisk, meanings: Meanings) {
    const { store, problem } = openStore(folder, Date.now, { open: disk.open });
    if (problem) this.problems.push(problem);
    this.log = new EventLog(store ?? new MemoryStore(`memory-${++made}`, RING), {
      ring: RING,
      failed: what => this.problems.push(what),
    });
    const note = () => meanings.note(this.log, this.log.read(this.log.oldest - 1, ALL));
    note();
    const append = (count: number) => {
      const records = this.log.append(drafts(count));
      const { epoch } = this.log;
      this.acknowledged.push(...records.map(({ seq, data }) => ({ epoch, seq, data })));
      note();
    };
    append(3);
    append(2);
    this.noCheckpoint = !attempt(() => this.log.saveCheckpoint('{"a":1}'));
    append(1);
    attempt(() => this.log.prune({ olderThan: made - 4, bytes: 1e9 }));
    note();
    append(1);
    this.log.check();
  }
}

/** Whether it worked: whoever asked is told when it did not, and what matters is what can be read afterwards. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Everything acknowledged that retention has not deleted is where it was acknowledged, or is read under the epoch that came after. */
function nothingLost(life: Life): Life {
  const { log, acknowledged } = life;
  const readable = new Map(log.read(log.oldest - 1, ALL).map(({ seq, data }) => [seq, data]));
  for (const { seq, data } of acknowledged) {
    if (seq >= log.oldest) expect(readable.get(seq), `seq ${seq}`).toBe(data);
  }
  expect([...readable.keys()]).toEqual([...readable.keys()].map((_, index) => log.oldest + index));
  return life;
}

const KINDS: readonly [string, Omit<Fault, 'at'>][] = [
  ['the disk is full from then on', { code: 'SQLITE_FULL', lasting: true }],
  ['the disk is full for a moment', { code: 'SQLITE_FULL' }],
  ['an error of the disk', { code: 'SQLITE_IOERR' }],
  ['an error, though it was written', { code: 'SQLITE_IOERR', done: true }],
];

/** A life without trouble, so that there is something to lose. */
function past(disk: FaultyDisk, meanings: Meanings): { epoch: string; head: number } {
  const { log } = new Life(disk, meanings);
  log.close();
  disk.crash(folder);
  return { epoch: log.epoch, head: log.head };
}

interface Told {
  readonly end: { readonly epoch: string; readonly head: number };
  /** Whether the log went on in memory. */
  readonly failed: boolean;
  readonly acknowledged: Life['acknowledged'];
  /** Whether the fault was met before the end, and whether it was met at all. */
  readonly struck: boolean;
  readonly struckAtAll: boolean;
}

function troubled(disk: FaultyDisk, meanings: Meanings, fault: Fault): Told {
  disk.failAt(fault);
  const { log, problems, noCheckpoint, acknowledged } = nothingLost(new Life(disk, meanings));
  const { struck } = disk;
  // A checkpoint that cannot be saved is no harm by itself.
  if (struck && !noCheckpoint) expect(problems, disk.hit).toHaveLength(1);
  expect(problems.length).toBeLessThan(2);
  const end = { epoch: log.epoch, head: log.head };
  attempt(() => log.close());
  disk.heal();
  return { end, failed: problems.length > 0, acknowledged, struck, struckAtAll: disk.struck };
}

const PASTS: readonly [string, typeof past][] = [
  ['a log that has been in use', past],
  ['a log that is just being made', () => ({ epoch: '', head: 0 })],
];

describe.each(KINDS)('%s', (_what, kind) => {
  it.each(PASTS)('at every write of %s, one after the other', { timeout: 60_000 }, (_which, begin) => {
    const meanings = new Meanings();
    for (let at = 1, struck = true; struck; at++) {
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder);
      const disk = new FaultyDisk();
      const before = begin(disk, meanings);
      const told = troubled(disk, meanings, { ...kind, at });
      const { end, failed } = told;
      if (failed) expect(end.epoch, disk.hit).not.toBe(before.epoch);
      else expect(end, disk.hit).toEqual({ epoch: before.epoch || end.epoch, head: before.head + 7 });

      disk.crash(folder);
      const { store, problem } = openStore(folder, Date.now);
      if (!store || problem) throw new Error(problem);
      const kept = store.read(store.oldest - 1, ALL);
      meanings.note(store, kept);
      for (const { epoch, seq, data } of told.acknowledged) {
        if (epoch !== before.epoch || seq < store.oldest) continue;
        expect(kept.find(one => one.seq === seq)?.data, disk.hit).toBe(data);
      }
      // Events were acknowledged that it does not hold: whoever has a position in one of those epochs must hear of it.
      if (failed) expect([before.epoch, end.epoch], disk.hit).not.toContain(store.epoch);
      else expect(store.head, disk.hit).toBe(end.head);
      if (!told.struckAtAll) expect(store.epoch).toBe(end.epoch);
      store.close();
      struck = told.struckAtAll;
    }
  });
});
