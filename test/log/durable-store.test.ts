// What outlives the process: seq, epoch and events; and when the epoch must not go on.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogRecord, openStore, SqliteStore, StoreBusyError } from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { whyNewEpoch } from '../../src/log/sqlite/identity.ts';
import { cpuMs } from '../support/cpu.ts';
import { FaultyDisk } from '../support/faulty-database.ts';

const all = { events: 100_000, bytes: 256 * 1024 * 1024 };
const text = JSON.stringify({ text: 'x'.repeat(500) });

function records(from: number, to: number): LogRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    timestamp: 1000 * (from + index),
    type: 'tool.use',
    sessionId: 's',
    agentId: undefined,
    source: 'claude-code',
    data: text,
    hook: { topic: 'hook.pre_tool_use', payload: text },
  }));
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-store-'));
  file = path.join(folder, 'events.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function reopened(store: SqliteStore): SqliteStore {
  store.close();
  return new SqliteStore(file);
}

it('goes on after a restart: same epoch, same events, next seq', () => {
  const first = new SqliteStore(file);
  first.append(records(1, 10));
  const { epoch } = first;
  const second = reopened(first);
  expect([second.epoch, second.epochEnd, second.head, second.oldest]).toEqual([epoch, undefined, 10, 1]);
  second.append(records(11, 12));
  expect(second.read(9, all).map(({ seq }) => seq)).toEqual([10, 11, 12]);
  second.close();
});

it('is readable by its owner only', () => {
  new SqliteStore(file).close();
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

it('remembers the head when every event is gone', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 50));
  expect(store.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: all.bytes })).toBe(50);
  expect([store.head, store.oldest]).toEqual([50, 51]);
  const again = reopened(store);
  expect([again.head, again.oldest]).toEqual([50, 51]);
  again.append(records(51, 51));
  again.close();
});

it('remembers it after a crash too, which leaves nobody the time to write it down', () => {
  const disk = new FaultyDisk();
  const store = new SqliteStore(file, { open: disk.open });
  store.append(records(1, 50));
  expect(store.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: all.bytes })).toBe(50);
  disk.crash(folder);
  const again = new SqliteStore(file);
  expect([again.head, again.oldest, again.epochEnd]).toEqual([50, 51, undefined]);
  expect(again.epoch).toBe(store.epoch);
  again.close();
});

it('deletes what is too old, and nothing younger', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 50));
  expect(store.prune({ olderThan: 21_000, bytes: all.bytes })).toBe(20);
  expect(store.oldest).toBe(21);
  expect(store.prune({ olderThan: 21_000, bytes: all.bytes })).toBe(0);
  store.close();
});

it('deletes until it fits, and the file shrinks', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 20_000));
  const most = 8 * 1024 * 1024;
  while (store.prune({ olderThan: 0, bytes: most }) > 0);
  expect(store.oldest).toBeGreaterThan(1);
  expect(store.head).toBe(20_000);
  store.close();
  const size = fs.statSync(file).size;
  expect(size).toBeLessThan(1.1 * most);
  expect(size).toBeGreaterThan(0.5 * most);
});

it('deletes large events too, and is as it should be all the while', () => {
  const store = new SqliteStore(file);
  const large = JSON.stringify({ text: 'x'.repeat(20_000) });
  store.append(records(1, 3000).map(one => ({ ...one, data: large })));
  while (store.prune({ olderThan: 0, bytes: 4_000_000 }) > 0) store.check();
  store.append(records(3001, 3001));
  store.check();
  store.close();
  expect(fs.statSync(file).size).toBeLessThan(5_000_000);
});

it('keeps a checkpoint with the seq it goes up to', () => {
  const store = new SqliteStore(file);
  expect(store.loadCheckpoint()).toBeUndefined();
  store.append(records(1, 3));
  store.saveCheckpoint('{"a":"line\\nbreak"}');
  store.append(records(4, 5));
  const again = reopened(store);
  expect(again.loadCheckpoint()).toEqual({ seq: 3, text: '{"a":"line\\nbreak"}' });
  again.close();
});

it('keeps nothing of a checkpoint that was half written, and gives its room back', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 3));
  store.saveCheckpoint('whole');
  store.append(records(4, 5));
  store.beginCheckpoint().add('x'.repeat(4_000_000));
  const again = reopened(store);
  expect(again.loadCheckpoint()).toEqual({ seq: 3, text: 'whole' });
  const young = { olderThan: 0, bytes: all.bytes };
  for (let look = 0; look < 20; look++) expect(again.prune(young)).toBe(0);
  while (again.compact());
  again.close();
  expect(fs.statSync(file).size).toBeLessThan(200_000);
});

it('finds the checkpoints that an older hookline left among its facts', () => {
  const database = openDatabase(file);
  database.exec(`
    CREATE TABLE events (seq INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, type TEXT NOT NULL, session TEXT NOT NULL,
      agent TEXT, source TEXT NOT NULL, data TEXT NOT NULL, hook TEXT) STRICT;
    CREATE INDEX events_session ON events (session, seq);
    CREATE TABLE payloads (seq INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('epoch', 'e'), ('head', '300'), ('imported f', '1-3'), ('checkpoint', '7 the "first"'),
      ('checkpoint 100 6', 'second'), ('checkpoint 300 5', 'third');
    PRAGMA user_version = 1;
  `);
  database.close();
  const store = new SqliteStore(file);
  expect(store.checkpoints()).toEqual([7, 100, 300]);
  expect([7, 100, 300].map(seq => store.loadCheckpoint(seq)?.text)).toEqual([
    'the "first"',
    'second',
    'third',
  ]);
  store.append(records(301, 302));
  store.saveCheckpoint('fourth');
  const again = reopened(store);
  expect(again.loadCheckpoint()).toEqual({ seq: 302, text: 'fourth' });
  again.close();
});

it('costs no more where large checkpoints are kept', () => {
  const costOf = (checkpoints: number): number => {
    const store = new SqliteStore(path.join(folder, `${checkpoints}.db`));
    for (let n = 1; n <= checkpoints; n++) {
      store.append(records(n * 1000 - 999, n * 1000));
      store.saveCheckpoint('x'.repeat(3_000_000));
    }
    const limits = { olderThan: 0, bytes: 8 * 1024 ** 3, upTo: 0 };
    const cost = cpuMs(() => {
      for (let look = 0; look < 200; look++) store.prune(limits);
    });
    store.close();
    return cost;
  };
  expect(costOf(16) / costOf(1)).toBeLessThan(3);
});

it('ends the epoch of a copy, of a backup brought back, and of a machine that lost power', () => {
  const original = new SqliteStore(file);
  original.append(records(1, 5));
  original.close();
  const elsewhere = path.join(folder, 'copy.db');
  fs.copyFileSync(file, elsewhere);
  fs.copyFileSync(`${file}-instance`, `${elsewhere}-instance`);
  const copy = new SqliteStore(elsewhere);
  expect([copy.epochEnd, copy.epoch === original.epoch, copy.head]).toEqual(['copied', false, 5]);
  copy.close();

  const backup = fs.readFileSync(file);
  const later = new SqliteStore(file);
  later.append(records(6, 7));
  later.close();
  fs.writeFileSync(file, backup);
  const restored = new SqliteStore(file);
  expect([restored.epochEnd, restored.epoch === original.epoch, restored.head]).toEqual([
    'restored',
    false,
    5,
  ]);
  restored.close();

  const remembered = {
    epoch: 'e',
    instance: 'i',
    witness: '1:2',
    place: 'p',
    boot: 'yesterday',
    clean: false,
  };
  const found = { witness: { instance: 'i', head: 7, fileId: '1:2' }, place: 'p', boot: 'today', head: 7 };
  expect(whyNewEpoch(remembered, found)).toBe('power_loss');
  expect(whyNewEpoch({ ...remembered, clean: true }, found)).toBeUndefined();
  expect(whyNewEpoch(remembered, { ...found, boot: 'yesterday' })).toBeUndefined();
  expect(whyNewEpoch(remembered, { ...found, boot: 'yesterday', head: 6 })).toBe('shortened');
  expect(whyNewEpoch(remembered, { ...found, boot: 'yesterday', witness: undefined })).toBe('unwitnessed');
});

const WAYS_BACK: readonly [string, (backup: string) => void][] = [
  [
    'written over what is there',
    backup => fs.cpSync(backup, folder, { recursive: true, preserveTimestamps: true }),
  ],
  [
    'in the place of what was removed, file by file',
    backup => {
      for (const name of fs.readdirSync(backup)) {
        fs.rmSync(path.join(folder, name));
        fs.copyFileSync(path.join(backup, name), path.join(folder, name));
      }
    },
  ],
];
it.each(WAYS_BACK)(
  'ends the epoch when all its files are brought back as they were: %s',
  (_how, bringBack) => {
    const original = new SqliteStore(file);
    original.append(records(1, 5));
    original.close();
    const backup = `${folder}-backup`;
    fs.cpSync(folder, backup, { recursive: true, preserveTimestamps: true });
    try {
      const later = new SqliteStore(file);
      expect(later.epochEnd).toBeUndefined();
      later.append(records(6, 7));
      later.close();
      bringBack(backup);
      const restored = new SqliteStore(file);
      expect([restored.epoch === original.epoch, restored.head]).toEqual([false, 5]);
      expect(['restored', 'copied']).toContain(restored.epochEnd);
      restored.close();
    } finally {
      fs.rmSync(backup, { recursive: true });
    }
  },
);

it('refuses a second process with the same file', () => {
  const store = new SqliteStore(file);
  expect(() => openStore(folder, Date.now)).toThrow(StoreBusyError);
  store.close();
});

it.each([
  ['half of it is missing', (good: Buffer) => good.subarray(0, good.length / 2)],
  ['it is no database at all', () => Buffer.from('this was a database once '.repeat(500))],
])('sets a damaged file aside and begins a new log: %s', (_how, damage) => {
  const store = new SqliteStore(file);
  store.append(records(1, 2000));
  const { epoch } = store;
  store.close();
  const damaged = damage(fs.readFileSync(file));
  fs.writeFileSync(file, damaged);
  const opened = openStore(folder, () => 1_800_000_000_000);
  expect(opened.problem).toMatch(/events\.db was damaged .* set aside as .*events\.db\.damaged-2027/);
  expect(opened.store?.epoch).not.toBe(epoch);
  expect(opened.store?.head).toBe(0);
  opened.store?.close();
  const aside = fs.readdirSync(folder).find(name => name.startsWith('events.db.damaged'));
  expect(fs.readFileSync(path.join(folder, aside ?? '')).equals(damaged)).toBe(true);
});

it('says what is wrong with a place it cannot write to, and leaves the daemon to go on in memory', () => {
  fs.mkdirSync(file);
  const opened = openStore(folder, Date.now);
  expect(opened.store).toBeUndefined();
  expect(opened.problem).toMatch(/events\.db cannot be used .*memory only/);
});
