// A database that lacks something: what is missing is never passed over, and every failure is told in words one can act on.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventLog, type LogRecord, NewerSchemaError, openStore, SqliteStore } from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { FaultyDisk, fastFolder } from '../support/faulty-database.ts';

const RING = { events: 5, bytes: 1e9 };
const ALL = { events: 1000, bytes: 1e9 };

let folder: string;
let file: string;
beforeEach(() => {
  folder = fastFolder('failures');
  file = path.join(folder, 'events.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    timestamp: 1000 * (from + index),
    type: 'test.tick',
    sessionId: 's',
    agentId: undefined,
    source: 'test',
    data: '{}',
    hook: { topic: 'hook.tick', payload: '{}' },
  }));

/** A closed store with events 1 to 20, and something done to its file. */
function harmed(sql: string): { epoch: string } {
  const store = new SqliteStore(file);
  store.append(records(1, 20));
  store.close();
  const database = openDatabase(file);
  database.exec(sql);
  database.close();
  return { epoch: store.epoch };
}

function opened(): { log: EventLog; problems: string[] } {
  const { store, problem } = openStore(folder, Date.now);
  if (!store || problem) throw new Error(problem);
  const problems: string[] = [];
  return { log: new EventLog(store, { ring: RING, failed: what => problems.push(what) }), problems };
}

it.each([
  ['an event in the middle', 'DELETE FROM events WHERE seq = 10', 8],
  ['events from the middle on', 'DELETE FROM events WHERE seq BETWEEN 10 AND 19', 9],
])('%s is gone: reading past it is refused, and the log begins anew elsewhere', (_what, sql, after) => {
  const { epoch } = harmed(sql);
  const { log, problems } = opened();
  expect(log.epoch).toBe(epoch);
  expect(() => log.read(after, ALL)).toThrow(/events are missing beside/);
  expect(log.epoch).not.toBe(epoch);
  expect(problems).toEqual([
    expect.stringMatching(/events\.db failed \(events are missing.* set aside as .*\.damaged-/),
  ]);
  expect(fs.existsSync(file)).toBe(false);
});

it('a payload is gone: whoever wants it is refused', () => {
  harmed('DELETE FROM payloads WHERE seq = 10');
  const { log } = opened();
  const [, tenth] = log.read(8, ALL);
  expect(() => tenth?.hook?.payload).toThrow(/payload of event 10 is gone/);
  log.close();
});

it('the last events are gone: the rest goes on under another epoch', () => {
  const { epoch } = harmed("DELETE FROM events WHERE seq > 15; DELETE FROM meta WHERE key = 'head'");
  const { store, notice } = openStore(folder, Date.now);
  expect([store?.head, store?.epoch === epoch]).toEqual([15, false]);
  expect(notice).toMatch(/goes on under a new epoch: its last events are missing/);
  store?.close();
});

it('a newer hookline wrote the file: it is left as it is', () => {
  harmed('PRAGMA user_version = 99');
  const before = fs.readdirSync(folder).map(name => [name, fs.readFileSync(path.join(folder, name))]);
  expect(() => openStore(folder, Date.now)).toThrow(NewerSchemaError);
  expect(fs.readdirSync(folder).map(name => [name, fs.readFileSync(path.join(folder, name))])).toEqual(
    before,
  );
});

it.each([
  ['deleted', () => fs.rmSync(file)],
  ['emptied', () => fs.truncateSync(file)],
])('the file was %s: a new log is begun, and that is said', (_how, lose) => {
  const { epoch } = harmed('SELECT 1');
  lose();
  const { store, problem, notice } = openStore(folder, Date.now);
  expect([store?.head, store?.epoch === epoch, problem]).toEqual([0, false, undefined]);
  expect(notice).toMatch(/events\.db goes on under a new epoch: it was deleted or emptied.* had seq 20\)$/);
  store?.close();
  const next = openStore(folder, Date.now);
  expect([next.store?.epoch, next.notice]).toEqual([store?.epoch, undefined]);
  next.store?.close();
});

it('what the store knows about itself is gone: another epoch', () => {
  const { epoch } = harmed('DELETE FROM meta');
  const { store, problem } = openStore(folder, Date.now);
  expect([store?.head, store?.epoch === epoch, problem]).toEqual([20, false, undefined]);
  store?.close();
});

it.each(['meta', 'events', 'payloads'])('the table %s is gone: the file is set aside', table => {
  harmed(`DROP TABLE ${table}`);
  const { store, problem } = openStore(folder, Date.now);
  expect(problem).toMatch(
    /events\.db was damaged \(no such table: .*\); it was set aside as .* and a new log was begun/,
  );
  expect(store?.head).toBe(0);
  store?.close();
});

it('a damaged file that cannot be set aside is left as it is, and that is said', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 20));
  store.close();
  fs.writeFileSync(file, 'no database '.repeat(1000));
  const disk = new FaultyDisk();
  let opens = 0;
  const open: typeof disk.open = name => {
    if (++opens > 1) throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    return disk.open(name);
  };
  const again = openStore(folder, Date.now, { open });
  expect(again.store).toBeUndefined();
  expect(again.problem).toMatch(/was damaged .*and nothing better can be had: .*cannot be used .*Make room/);
});

it('old events go a lot at a time, as far as the first that is young enough', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 5000));
  // One that came late is older than its neighbours; one stamped in the future is younger.
  store.append([
    { ...records(5001, 5001)[0], timestamp: 1 } as LogRecord,
    { ...records(5002, 5002)[0], timestamp: 1e12 } as LogRecord,
    ...records(5003, 5010),
  ]);
  const limits = { olderThan: 1e9, bytes: 1e12 };
  expect([store.prune(limits), store.prune(limits), store.prune(limits), store.prune(limits)]).toEqual([
    2000, 2000, 1001, 0,
  ]);
  expect([store.oldest, store.head]).toEqual([5002, 5010]);
  expect(store.read(0, ALL).map(({ seq }) => seq)).toEqual([
    5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009, 5010,
  ]);
  store.close();
});

it('a failing disk in the middle of pruning loses nothing that was not to be deleted', () => {
  for (let at = 1; ; at++) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder);
    const disk = new FaultyDisk();
    const { store } = openStore(folder, Date.now, { open: disk.open });
    if (!store) throw new Error('it is well');
    const log = new EventLog(store, { ring: { ...RING, events: 100 } });
    store.append(records(1, 20));
    disk.failAt({ code: 'SQLITE_IOERR', at, done: at % 2 === 0 });
    try {
      log.prune({ olderThan: 11_000, bytes: 1e9 });
    } catch {
      // The log goes on in memory then.
    }
    disk.crash(folder);
    disk.heal();
    const next = openStore(folder, Date.now, { open: disk.open });
    const kept = next.store?.read(0, ALL).map(({ seq }) => seq) ?? [];
    expect(kept.slice(-10)).toEqual(records(11, 20).map(({ seq }) => seq));
    expect(kept).toEqual(records(21 - kept.length, 20).map(({ seq }) => seq));
    if (!disk.struck) break;
    next.store?.close();
    disk.crash(folder);
  }
});
