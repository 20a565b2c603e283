// A log as lines, and lines as a log: nothing lost, nothing twice, nothing half.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EventLog,
  exportLog,
  type Filter,
  type Imported,
  importLog,
  type LogReader,
  type LogRecord,
  MemoryStore,
  openLogFile,
  SqliteStore,
  StoreBusyError,
  toRecord,
} from '../../src/log/index.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { SeqRanges } from '../../src/log/sqlite/seq-ranges.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-export-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

const record = (seq: number, text = `event ${seq}`, timestamp = 1000 * seq): LogRecord =>
  toRecord(
    {
      type: seq % 2 ? 'tool.use' : 'turn.completed',
      timestamp,
      sessionId: `s${seq % 3}`,
      source: 'claude-code',
      data: { text },
      ...(seq % 2 ? { hook: { topic: 'hook.pre_tool_use', payload: { text, more: [seq, null] } } } : {}),
    },
    seq,
  );
const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => record(from + index));

function store(name: string, ...held: LogRecord[]): string {
  const file = at(name);
  const made = new SqliteStore(file);
  made.append(held);
  made.close();
  return file;
}

async function linesOf(
  log: LogReader,
  query: { filter?: Filter; after?: number; before?: number } = {},
): Promise<string[]> {
  let text = '';
  for await (const chunk of exportLog(log, { version: '1.2.3', ...query })) {
    expect(chunk.endsWith('\n')).toBe(true);
    text += chunk;
  }
  return text.split('\n').slice(0, -1);
}

async function exported(
  file: string,
  query: { filter?: Filter; after?: number; before?: number } = {},
): Promise<string[]> {
  const look = openLogFile(file);
  try {
    return await linesOf(look, query);
  } finally {
    look.close();
  }
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
const imported = (file: string, lines: readonly string[], olderThan = 0): Promise<Imported> =>
  importLog(file, { name: 'backup.ndjson', lines: each(lines) }, olderThan);

const headerOf = (lines: readonly string[]): { epoch: string; from: number; to: number } =>
  JSON.parse(lines[0] ?? '') as { epoch: string; from: number; to: number };
const seqsOf = (lines: readonly string[]): number[] =>
  lines.slice(1).map(line => (JSON.parse(line) as { seq: number }).seq);

describe('an export', () => {
  it('begins with a header, and has a line for each event with all that is kept of it', async () => {
    const file = store('events.db', ...records(1, 3));
    const [header, first, second, ...rest] = await exported(file);
    const look = openLogFile(file);
    const { epoch } = look;
    look.close();
    expect(header).toBe(
      `{"hookline":"export","format":1,"version":"1.2.3","epoch":"${epoch}","from":1,"to":3}`,
    );
    expect(JSON.parse(first ?? '')).toEqual({
      type: 'tool.use',
      timestamp: 1000,
      sessionId: 's1',
      source: 'claude-code',
      seq: 1,
      data: { text: 'event 1' },
      hook: { topic: 'hook.pre_tool_use', payload: { text: 'event 1', more: [1, null] } },
    });
    expect(JSON.parse(second ?? '')).not.toHaveProperty('hook');
    expect(rest).toHaveLength(1);
  });

  it('of a part says so', async () => {
    const file = store('events.db', ...records(1, 30));
    const some = await exported(file, { after: 10, before: 21, filter: { sessions: new Set(['s0']) } });
    expect(JSON.parse(some[0] ?? '')).toMatchObject({ from: 11, to: 20, filtered: true });
    expect(seqsOf(some)).toEqual([12, 15, 18]);
    expect(seqsOf(await exported(file, { after: 28 }))).toEqual([29, 30]);
    expect(await exported(file, { after: 40 })).toHaveLength(1);
  });

  it('comes in pieces that are put together only when somebody takes them', async () => {
    const log = new MemoryStore('e', { events: 10_000, bytes: 1e9 });
    log.append(Array.from({ length: 400 }, (_, index) => record(index + 1, 'x'.repeat(20_000))));
    let scans = 0;
    const counted = new Proxy(log, {
      get: (target, key) => {
        if (key === 'scan') scans++;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const pieces = exportLog(counted, { version: '1' });
    await pieces.next();
    expect(scans).toBe(0);
    const { value } = await pieces.next();
    expect(String(value).length).toBeLessThan(400_000);
    expect(scans).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(scans).toBe(1);
    await pieces.return(undefined);
  });

  it('ends with an error when retention was faster, or the log became another one', async () => {
    const overtaken = new EventLog(new MemoryStore('e', { events: 300, bytes: 1e9 }), {
      ring: { events: 10, bytes: 1e6 },
    });
    const draft = { type: 't', timestamp: 1, sessionId: 's', source: 'x', data: { pad: 'x'.repeat(5000) } };
    overtaken.append(Array.from({ length: 300 }, () => draft));
    const pieces = exportLog(overtaken, { version: '1' });
    await pieces.next();
    await pieces.next();
    overtaken.append(Array.from({ length: 250 }, () => draft));
    await expect(pieces.next()).rejects.toThrow(/events \d+ to 250 were deleted before they were exported/);
    const failing = exportLog(overtaken, { version: '1' });
    await failing.next();
    await failing.next();
    overtaken.fail(new Error('gone'));
    await expect(failing.next()).rejects.toThrow(/new epoch/);
  });
});

it('an export does not pass over what is missing, unless only a part was asked for', async () => {
  const file = store('events.db', ...records(1, 2000));
  const database = openDatabase(file);
  database.exec('DELETE FROM events WHERE seq IN (1200, 1201, 2000)');
  database.close();
  await expect(exported(file)).rejects.toThrow(/events 1200 to 1201 are missing in the log/);
  await expect(exported(file, { after: 1300, before: 3000 })).rejects.toThrow(
    /events 2000 to 2000 are missing/,
  );
  const there = await exported(file, { filter: {} });
  expect(there).toHaveLength(1998);
});

describe('an import', () => {
  it('into an empty store keeps the seqs and begins a new epoch', async () => {
    const lines = await exported(store('a.db', ...records(1, 700)), { after: 200 });
    for (const name of ['none.db', 'empty.db']) {
      if (name === 'empty.db') store(name);
      const { epoch, added, first, last, kept, incomplete } = await imported(at(name), lines);
      expect({ added, first, last, kept, incomplete }).toEqual({
        added: 500,
        first: 201,
        last: 700,
        kept: true,
        incomplete: false,
      });
      const back = await exported(at(name));
      expect(back.slice(1)).toEqual(lines.slice(1));
      expect(headerOf(back)).toMatchObject({ epoch, from: 201, to: 700 });
      expect(epoch).not.toBe(headerOf(lines).epoch);
      // It goes on as any other.
      const next = new SqliteStore(at(name));
      expect([next.epoch, next.epochEnd]).toEqual([epoch, undefined]);
      next.append(records(701, 702));
      next.close();
    }
  });

  it('into one with events numbers them on, and changes nothing else', async () => {
    const lines = await exported(store('a.db', ...records(1, 5)));
    const file = store('b.db', ...records(1, 3));
    const { epoch } = headerOf(await exported(file));
    expect(await imported(file, lines)).toMatchObject({
      added: 5,
      skipped: 0,
      first: 4,
      last: 8,
      kept: false,
      epoch,
    });
    const back = await exported(file);
    expect(seqsOf(back)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const without = (line: string): string => line.replace(/"seq":\d+/, '');
    expect(back.slice(4).map(without)).toEqual(lines.slice(1).map(without));
    expect(headerOf(back).epoch).toBe(epoch);
  });

  it('leaves no hole for what an export does not have', async () => {
    const a = store('a.db', ...records(1, 9));
    const some = await exported(a, { filter: { sessions: new Set(['s0']) } });
    expect(seqsOf(some)).toEqual([3, 6, 9]);
    expect(await imported(at('b.db'), some)).toMatchObject({ added: 3, first: 3, last: 5, kept: false });
    expect(seqsOf(await exported(at('b.db')))).toEqual([3, 4, 5]);
  });

  it('adds nothing twice, and what was left out before comes later', async () => {
    const a = store('a.db', ...records(1, 9));
    const [some, all] = [await exported(a, { filter: { sessions: new Set(['s0']) } }), await exported(a)];
    const b = store('b.db', ...records(1, 2));
    expect(await imported(b, some)).toMatchObject({ added: 3, skipped: 0 });
    expect(await imported(b, some)).toMatchObject({ added: 0, skipped: 3 });
    expect(await imported(b, all)).toMatchObject({ added: 6, skipped: 3 });
    expect(await imported(b, all)).toMatchObject({ added: 0, skipped: 9 });
    const texts = (await exported(b)).slice(3).map(line => (JSON.parse(line) as { data: unknown }).data);
    expect(texts).toEqual([3, 6, 9, 1, 2, 4, 5, 7, 8].map(n => ({ text: `event ${n}` })));
    // Its own events are here already, but those that retention took away.
    const own = await exported(a);
    const store9 = new SqliteStore(a);
    store9.prune({ olderThan: 4000, bytes: 1e9 });
    store9.close();
    expect(await imported(a, own)).toMatchObject({ added: 3, skipped: 6, first: 10, last: 12 });
  });

  it('drops the saved state, which knows nothing of the events', async () => {
    const lines = await exported(store('a.db', ...records(1, 5)));
    const file = store('b.db', ...records(1, 2));
    const before = new SqliteStore(file);
    before.saveCheckpoint('{}');
    before.close();
    await imported(file, lines.slice(0, 1));
    const kept = new SqliteStore(file);
    expect(kept.loadCheckpoint()).toEqual({ seq: 2, text: '{}' });
    kept.close();
    await imported(file, lines);
    const after = new SqliteStore(file);
    expect(after.loadCheckpoint()).toBeUndefined();
    after.close();
  });

  it('says how many are older than what is asked about, and whether the end is missing', async () => {
    const lines = await exported(store('a.db', ...records(1, 9)));
    expect(await imported(at('b.db'), lines.slice(0, 6), 4000)).toMatchObject({
      added: 5,
      old: 3,
      incomplete: true,
    });
  });

  it.each([
    ['', 'backup.ndjson: it is empty, so this is no export of hookline'],
    [
      '{"type":"tool.use"}',
      'backup.ndjson, line 1: this is no export of hookline: its first line is not the header',
    ],
    ['[]', 'line 1: this is no export'],
    ['nonsense', 'line 1: this is not JSON'],
    [
      '{"hookline":"export","format":2,"version":"9","epoch":"e","from":1,"to":2}',
      'line 1: the export has format 2, and this hookline knows 1; update hookline',
    ],
    [
      `{"hookline":"export","format":1,"version":"9","epoch":"e","from":1,"to":${Number.MAX_SAFE_INTEGER}}`,
      'line 1: this is no export',
    ],
  ])('refuses a first line that is %j', async (line, words) => {
    await expect(imported(at('b.db'), line === '' ? [] : [line])).rejects.toThrow(words);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it.each<[string, (event: Record<string, unknown>) => unknown, string]>([
    ['no JSON', () => undefined, 'line 1002: this is not JSON'],
    ['no object', () => [1], 'line 1002: this is no event: it: '],
    ['without data', ({ data, ...rest }) => rest, 'line 1002: this is no event: data: must be an object'],
    ['with a list for data', event => ({ ...event, data: [] }), 'data: must be an object'],
    ['with a time that is none', event => ({ ...event, timestamp: '1' }), 'timestamp: '],
    [
      'with half a hook',
      event => ({ ...event, hook: { topic: 'hook.x' } }),
      'hook.payload: must be an object',
    ],
    ['with seq 0', event => ({ ...event, seq: 0 }), 'seq: '],
    [
      'with the last seq there is',
      event => ({ ...event, seq: Number.MAX_SAFE_INTEGER }),
      'line 1002: this is no event: seq: ',
    ],
    [
      'with a seq that was there',
      event => ({ ...event, seq: 7 }),
      'seq 7 comes after seq 1000; the events of an export ascend',
    ],
  ])('with a line %s names it and imports nothing', async (_what, spoil, words) => {
    const lines = await exported(store('a.db', ...records(1, 1500)));
    const line = spoil(JSON.parse(lines[1001] ?? '') as Record<string, unknown>);
    const bad = lines.with(1001, line === undefined ? `${lines[1001]}x` : JSON.stringify(line));
    const file = store('b.db', ...records(1, 3));
    const before = await exported(file);
    const error = await imported(file, bad).catch((one: unknown) => one as Error);
    expect(String(error)).toContain(words);
    expect(String(error)).toMatch(/backup\.ndjson, line 1002: .*nothing was imported/);
    expect(await exported(file)).toEqual(before);
    // And is no worse for it.
    expect(await imported(file, lines)).toMatchObject({ added: 1500, skipped: 0 });
  });

  it('is refused while somebody has the store open', async () => {
    const lines = await exported(store('a.db', ...records(1, 5)));
    const open = new SqliteStore(at('b.db'));
    await expect(imported(at('b.db'), lines)).rejects.toThrow(StoreBusyError);
    open.close();
  });

  it('leaves a damaged file alone', async () => {
    const lines = await exported(store('a.db', ...records(1, 5)));
    fs.writeFileSync(at('b.db'), 'a database once '.repeat(1000));
    await expect(imported(at('b.db'), lines)).rejects.toThrow(/b\.db is damaged/);
    expect(fs.readFileSync(at('b.db'), 'utf8')).toBe('a database once '.repeat(1000));
    expect(fs.readdirSync(folder).sort()).toEqual(['a.db', 'a.db-instance', 'b.db']);
  });
});

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u2028', '\r\n', '\0', '\ud83c', '"\\', '\u202e', 'x'.repeat(70_000), '__proto__', '🎉'),
);
const json = fc.dictionary(fc.oneof(odd, fc.constantFrom('1', '__proto__', 'a')), fc.jsonValue(), {
  maxKeys: 4,
});

it('whatever is in a log, export and import and export give the same lines', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          type: fc.string({ unit: 'grapheme', minLength: 1 }),
          timestamp: fc.integer({ min: 0, max: 8.64e15 }),
          sessionId: fc.string({ unit: 'grapheme' }),
          agentId: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
          data: json,
          text: odd,
          payload: fc.option(json, { nil: undefined }),
        }),
        { maxLength: 12 },
      ),
      async drafts => {
        round++;
        const events = drafts.map(({ type, timestamp, sessionId, agentId, data, text, payload }, index) =>
          toRecord(
            {
              type,
              timestamp,
              sessionId,
              ...(agentId === undefined ? {} : { agentId }),
              source: 'x',
              data: { ...data, text },
              ...(payload && { hook: { topic: 'hook.x', payload } }),
            },
            index + 1,
          ),
        );
        const lines = await exported(store(`${round}-a.db`, ...events));
        expect(lines).toHaveLength(events.length + 1);
        await imported(at(`${round}-b.db`), lines);
        const back = await exported(at(`${round}-b.db`));
        expect(back.slice(1)).toEqual(lines.slice(1));
        expect({ ...headerOf(back), epoch: '' }).toEqual({ ...headerOf(lines), epoch: '' });
      },
    ),
    { numRuns: 60, interruptAfterTimeLimit: 15_000 },
  );
});

it('ranges of seqs are a set of numbers', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map(all => all.sort((a, b) => a - b));
  const rangesOf = (all: number[]): SeqRanges => {
    const ranges = new SeqRanges();
    for (const seq of all) ranges.push(seq);
    return ranges;
  };
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const both = SeqRanges.parse(String(rangesOf(one).union(rangesOf(other))));
      for (let seq = 0; seq < 62; seq++) expect(both.has(seq)).toBe(one.includes(seq) || other.includes(seq));
    }),
  );
  expect(String(rangesOf([1, 2, 3, 5, 7, 8]))).toBe('1-3,5,7-8');
  expect(String(SeqRanges.parse(undefined))).toBe('');
});
