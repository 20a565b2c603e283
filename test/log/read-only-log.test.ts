// Looking into a database that nobody has open: what is seen, and that nothing is changed by it.
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type LogRecord,
  MemoryStore,
  NewerSchemaError,
  NoLogError,
  openLogFile,
  SqliteStore,
  StoreBusyError,
  StoreDamagedError,
  statsOf,
} from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';

function records(from: number, to: number): LogRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    timestamp: 1000 * (from + index),
    type: (from + index) % 4 === 0 ? 'turn.completed' : 'tool.use',
    sessionId: (from + index) % 5 === 0 ? '' : `s${(from + index) % 3}`,
    agentId: undefined,
    source: 'claude-code',
    data: JSON.stringify({ text: 'x'.repeat(200) }),
    hook: { topic: 'hook.x', payload: '{"a":1}' },
  }));
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hookline a look? #100% it's "));
  file = path.join(folder, 'events.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Everything in the folder, byte by byte, and when it was changed. */
const state = (): Record<string, string> =>
  Object.fromEntries(
    fs.readdirSync(folder).map(name => {
      const place = path.join(folder, name);
      return [name, `${fs.statSync(place).mtimeMs} ${fs.readFileSync(place).toString('base64')}`];
    }),
  );

it('sees what the store has, and leaves every byte as it was', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 30));
  store.prune({ olderThan: 11_000, bytes: 1e9 });
  const { epoch } = store;
  store.close();
  const before = state();
  const look = openLogFile(file);
  expect([look.epoch, look.oldest, look.head]).toEqual([epoch, 11, 30]);
  expect(look.read(28, { events: 9, bytes: 1e6 }).map(({ seq }) => seq)).toEqual([29, 30]);
  const range = { after: 0, before: 1e9, from: 'oldest' } as const;
  const { records: found } = look.scan(range, { words: ['turn'] }, { look: 99, take: 99, bytes: 1e6 });
  expect(found.map(({ seq, hook }) => [seq, hook?.payload])).toEqual(
    [12, 16, 20, 24, 28].map(seq => [seq, '{"a":1}']),
  );
  expect(look.sessionIds('', 9)).toEqual(['s0', 's1', 's2']);
  look.check();
  look.close();
  expect(state()).toEqual(before);
  const again = new SqliteStore(file);
  expect([again.epoch, again.epochEnd]).toEqual([epoch, undefined]);
  again.close();
});

it('sees what a killed daemon left in its journal, which the next start still finds', async () => {
  // The driver lets go of a journal only when its process ends, so each of them has one of its own.
  const epoch = await inChild(`
    const store = new SqliteStore(file);
    store.append(${JSON.stringify(records(1, 9))});
    process.send(store.epoch, () => process.kill(process.pid, 'SIGKILL'));`);
  const before = state();
  expect(Object.keys(before)).toContain('events.db-wal');
  const seen = await inChild(`
    const look = openLogFile(file);
    process.send([look.epoch, look.oldest, look.head]);
    look.close();`);
  expect(seen).toEqual([epoch, 1, 9]);
  expect(state()).toEqual(before);
  const next = new SqliteStore(file);
  expect([next.epoch, next.epochEnd, next.head]).toEqual([epoch, undefined, 9]);
  next.close();
});

/** Runs code with the built log and `file` in a process of its own; returns what it sends. */
async function inChild(code: string): Promise<unknown> {
  const script = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-child-')), 'child.mjs');
  const log = path.join(import.meta.dirname, '../../dist/log/index.js');
  fs.writeFileSync(
    script,
    `import { SqliteStore, openLogFile } from ${JSON.stringify(log)}; const file = ${JSON.stringify(file)}; ${code}`,
  );
  const child = fork(script, { env: { HOME: folder } });
  const sent: unknown[] = [];
  child.on('message', message => sent.push(message));
  await new Promise(resolve => child.once('exit', resolve));
  fs.rmSync(path.dirname(script), { recursive: true });
  return sent[0];
}

describe('says what is wrong and touches nothing', () => {
  const looked = (): unknown => {
    try {
      openLogFile(file).close();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('where there is no log, or an empty file', () => {
    expect(looked()).toBeInstanceOf(NoLogError);
    expect(fs.readdirSync(folder)).toEqual([]);
    fs.writeFileSync(file, '');
    expect(looked()).toBeInstanceOf(NoLogError);
    expect(state()).toMatchObject({ 'events.db': expect.stringMatching(/ $/) });
  });

  it('where it is no database, or half of one', () => {
    fs.writeFileSync(file, 'this was a database once '.repeat(500));
    let before = state();
    expect(looked()).toBeInstanceOf(StoreDamagedError);
    expect(state()).toEqual(before);
    fs.rmSync(file);
    const store = new SqliteStore(file);
    store.append(records(1, 2000));
    store.close();
    fs.truncateSync(file, fs.statSync(file).size / 2);
    before = state();
    expect((looked() as Error).message).toMatch(/events\.db is damaged .* left as it is/);
    expect(state()).toEqual(before);
  });

  it('where a page is damaged that is read only in the end', async () => {
    const store = new SqliteStore(file);
    store.append(records(1, 5000));
    store.close();
    const handle = fs.openSync(file, 'r+');
    fs.writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, 4096 * 100);
    fs.closeSync(handle);
    const before = state();
    const look = openLogFile(file);
    expect(() => look.check()).toThrow(StoreDamagedError);
    await expect(statsOf(look)).rejects.toThrow(StoreDamagedError);
    look.close();
    expect(state()).toEqual(before);
  });

  it('where a newer hookline wrote it', () => {
    new SqliteStore(file).close();
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = state();
    expect(looked()).toBeInstanceOf(NewerSchemaError);
    expect(state()).toEqual(before);
  });

  it('where somebody has it open; and nobody can open it during a look', () => {
    const store = new SqliteStore(file);
    store.append(records(1, 1));
    expect(looked()).toBeInstanceOf(StoreBusyError);
    store.close();
    const look = openLogFile(file);
    expect(() => new SqliteStore(file)).toThrow(/locked/);
    look.close();
    new SqliteStore(file).close();
  });
});

describe('statistics', () => {
  it('of a database', async () => {
    const store = new SqliteStore(file);
    store.append(records(1, 3000));
    store.prune({ olderThan: 11_000, bytes: 1e9 });
    const stats = await statsOf(store);
    expect(stats).toEqual({
      path: file,
      bytes: expect.any(Number),
      freeBytes: expect.any(Number),
      schema: 8,
      bytesPerEvent: expect.any(Number),
      epoch: store.epoch,
      head: 3000,
      events: 2990,
      sessions: 3,
      oldest: { seq: 11, timestamp: 11_000 },
      newest: { seq: 3000, timestamp: 3_000_000 },
      types: [
        { type: 'tool.use', events: 2242 },
        { type: 'turn.completed', events: 748 },
      ],
    });
    store.close();
    const look = openLogFile(file);
    expect(await statsOf(look)).toMatchObject({ events: 2990, bytes: fs.statSync(file).size, freeBytes: 0 });
    look.close();
  });

  it('of a log in memory, and of an empty one', async () => {
    const store = new MemoryStore('e', { events: 100, bytes: 1e9 });
    expect(await statsOf(store)).toMatchObject({ path: undefined, events: 0, oldest: undefined, types: [] });
    store.append(records(1, 30).map(one => ({ ...one, type: `type.${one.seq % 12}` })));
    const stats = await statsOf(store);
    expect(stats).toMatchObject({ epoch: 'e', events: 30, sessions: 3, bytesPerEvent: undefined });
    expect(stats.types).toHaveLength(10);
    expect(stats.types[0]).toEqual({ type: 'type.1', events: 3 });
  });
});

it('free space is given back a little at a time, by a store that goes on', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 20_000));
  store.close();
  // Deleted by somebody who gave nothing back.
  const database = openDatabase(file);
  database.exec('DELETE FROM events WHERE seq <= 19000; DELETE FROM payloads WHERE seq <= 19000');
  database.close();
  const again = new SqliteStore(file);
  const { bytes, freeBytes } = again.space();
  expect(freeBytes).toBeGreaterThan(bytes / 2);
  let steps = 0;
  while (again.compact()) {
    steps++;
    again.check();
    again.append(records(20_000 + steps, 20_000 + steps));
  }
  expect(steps).toBeGreaterThan(5);
  expect(again.space().freeBytes).toBe(0);
  expect(again.compact()).toBe(false);
  again.close();
  expect(fs.statSync(file).size).toBeLessThan(bytes - freeBytes + 100_000);
});

it('a full vacuum keeps epoch and events', () => {
  const store = new SqliteStore(file);
  store.append(records(1, 5000));
  for (let seq = 1; seq <= 4000; seq += 2000) store.prune({ olderThan: 4_000_000, bytes: 1e9 });
  store.vacuum();
  store.check();
  store.append(records(5001, 5002));
  const { epoch } = store;
  store.close();
  const look = openLogFile(file);
  look.check();
  expect([look.epoch, look.oldest, look.head]).toEqual([epoch, 4000, 5002]);
  look.close();
  const next = new SqliteStore(file);
  expect(next.epochEnd).toBeUndefined();
  next.close();
});
