// What is found of a session is exact, whichever of its events are listed already: compared with what is read one by one.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogReader, type LogRecord, openLogFile, type Range, SqliteStore } from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';

const ALL = { events: 1_000_000, bytes: 1024 ** 3 };
const NOBODY = 'nobody';
/** One that says most, one that says something now and then, and many that come and go. */
const sessionOf = (seq: number): string =>
  seq % 3 > 0 ? 'busy' : seq % 7 === 0 ? 'rare' : `s${Math.floor(seq / 90)}`;

const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    timestamp: from + index,
    type: 'tool.use',
    sessionId: sessionOf(from + index),
    agentId: undefined,
    source: 'claude-code',
    data: '{}',
    hook: undefined,
  }));

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-sessions-'));
  file = path.join(folder, 'events.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** As a daemon appends: a few at a time. */
function appended(store: SqliteStore, from: number, to: number): SqliteStore {
  for (let seq = from; seq <= to; seq += 7) store.append(records(seq, Math.min(to, seq + 6)));
  return store;
}

type Log = Pick<LogReader, 'scan' | 'sessionIds'>;

/** All of a session, in several goes. */
function found(log: Log, sessionId: string, range: Range, look = 40): number[] {
  const filter = { sessions: new Set([sessionId]) };
  const seqs: number[] = [];
  for (let rest: Range | undefined = range; rest; ) {
    const part = log.scan(rest, filter, { look, take: 30, bytes: ALL.bytes });
    seqs.push(...part.records.map(({ seq }) => seq));
    rest = part.rest;
  }
  return seqs;
}

function expectExact(log: Log, oldest: number, head: number, name = sessionOf): void {
  const seqs = Array.from({ length: head - oldest + 1 }, (_, index) => oldest + index);
  const sessions = [...new Set(seqs.map(name))].sort();
  expect(log.sessionIds('', 10_000)).toEqual(sessions);
  for (const sessionId of ['busy', 'rare', sessions.at(-1) ?? '', NOBODY]) {
    const its = seqs.filter(seq => name(seq) === sessionId);
    expect(found(log, sessionId, { after: 0, before: head + 1, from: 'oldest' })).toEqual(its);
    expect(found(log, sessionId, { after: 0, before: head + 1, from: 'newest' })).toEqual(its.toReversed());
    const [after, before] = [Math.floor(head / 3), head - 5];
    const between = its.filter(seq => seq > after && seq < before);
    expect(found(log, sessionId, { after, before, from: 'oldest' })).toEqual(between);
    expect(found(log, sessionId, { after, before, from: 'newest' }, 1)).toEqual(between.toReversed());
  }
}

/** How many events are listed, and how many are not, of a log that nobody has open. */
function listed(): { listed: number; waiting: number } {
  const database = openDatabase(file);
  const of = (sql: string): number => Number(database.prepare(sql).rows()[0]?.[0]);
  const count = of('SELECT count(*) FROM session_events');
  const all = of('SELECT count(*) FROM events');
  database.close();
  return { listed: count, waiting: all - count };
}

it.each([1, 499, 500, 501, 1735])('of %d events', count => {
  const store = appended(new SqliteStore(file), 1, count);
  expectExact(store, 1, count);
  store.close();
  const look = openLogFile(file);
  expectExact(look, 1, count);
  look.close();
  const again = appended(new SqliteStore(file), count + 1, count + 600);
  expectExact(again, 1, count + 600);
  again.close();
  expect(listed().waiting).toBeLessThan(510);
  expect(listed().listed).toBeGreaterThan(count + 90);
});

it('after events were deleted, those that were listed and those that were not', () => {
  const store = appended(new SqliteStore(file), 1, 1300);
  const upTo = (olderThan: number) => store.prune({ olderThan, bytes: ALL.bytes });
  expect(upTo(401)).toBe(400);
  expectExact(store, 401, 1300);
  expect(upTo(1291)).toBe(890);
  expectExact(store, 1291, 1300);
  appended(store, 1301, 2500);
  expectExact(store, 1291, 2500);
  store.close();
  const { listed: count, waiting } = listed();
  expect(count + waiting).toBe(1210);
  expect(count).toBeGreaterThan(600);
});

describe('after an import', () => {
  async function* coming(from: number, to: number): AsyncGenerator<LogRecord> {
    yield* records(from, to);
  }

  it('into a log that has events', async () => {
    const store = appended(new SqliteStore(file), 1, 900);
    await store.merge('another', coming(1, 1800));
    store.close();
    const again = new SqliteStore(file);
    expectExact(again, 1, 2700, seq => sessionOf(seq > 900 ? seq - 900 : seq));
    again.close();
  });

  it('of lower seqs than were ever listed, into a log whose events are all gone', async () => {
    const store = appended(new SqliteStore(file), 1, 3000);
    while (store.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: ALL.bytes }) > 0);
    await store.merge('another', coming(1, 1200));
    store.close();
    const again = appended(new SqliteStore(file), 1201, 1900);
    expectExact(again, 1, 1900);
    again.close();
  });
});

describe('of a log that an older hookline wrote', () => {
  beforeEach(() => {
    appended(new SqliteStore(file), 1, 1100).close();
    const database = openDatabase(file);
    database.exec(`
      CREATE INDEX events_session ON events (session, seq);
      DROP TABLE session_events;
      DROP TABLE told_sessions;
      DROP TABLE usage_rows;
      DROP TABLE activity_rows;
      DELETE FROM meta WHERE key = 'listed';
      PRAGMA user_version = 4;
    `);
    database.close();
  });

  it('that is only looked at', () => {
    const before = fs.readFileSync(file);
    const look = openLogFile(file);
    expectExact(look, 1, 1100);
    look.close();
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it('that goes on', () => {
    const store = appended(new SqliteStore(file), 1101, 1900);
    expectExact(store, 1, 1900);
    store.close();
  });
});
