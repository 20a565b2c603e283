// What every store finds, asked of each of them in the same words, and held against a plain filter over all records.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Filter,
  type LogRecord,
  MemoryStore,
  type Range,
  type ScanLimit,
  SqliteStore,
  type Store,
} from '../../src/log/index.ts';
import { fold, splitWords } from '../../src/protocol/index.ts';

const everything: ScanLimit = { look: 1e6, take: 1e6, bytes: 1e9 };
const whole: Range = { after: 0, before: Number.MAX_SAFE_INTEGER, from: 'oldest' };

function record(seq: number, text: string, changes: Partial<LogRecord> = {}): LogRecord {
  return {
    seq,
    timestamp: 1000 + seq,
    type: 'prompt.submitted',
    sessionId: 'a',
    agentId: undefined,
    source: 'claude-code',
    data: JSON.stringify({ prompt: text }),
    hook: undefined,
    ...changes,
  };
}

/** Looks through the whole range, however many scans that takes. */
function find(store: Store, filter: Filter, range: Range = whole, limit: ScanLimit = everything): number[] {
  const found: number[] = [];
  let rest: Range | undefined = range;
  for (let scans = 0; rest; scans++) {
    if (scans > 10_000) throw new Error('the scans do not get anywhere');
    const scan = store.scan(rest, filter, limit);
    expect(scan.records.length).toBeLessThanOrEqual(limit.take);
    found.push(...scan.records.map(({ seq }) => seq));
    rest = scan.rest;
  }
  return found;
}

const search = (store: Store, query: string): number[] => find(store, { words: splitWords(query) });

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-store-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const backends: Record<string, () => Store> = {
  memory: () => new MemoryStore('an-epoch', { events: 100_000, bytes: 1e9 }),
  sqlite: () => new SqliteStore(path.join(folder, 'events.db')),
};

describe.each(Object.entries(backends))('%s store', (_name, open) => {
  let store: Store;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  describe('finds words as a person reads them', () => {
    it.each([
      ['anywhere in the text, in any case', 'Make the COFFEE strong', 'coff STRO make'],
      ['with quotes', 'he said "hi" to me', 'said "hi"'],
      ['on either side of a line break', 'first line\nsecond line\r\n\tthird', 'line\nsecond third'],
      ['in the path of another system', 'C:\\new\\table\\u0041.txt', 'c:\\NEW\\table\\u0041'],
      ['that are a backslash and a quote', '\\"', '\\"'],
      ['with characters that mean something to SQL', "100%_done'; -- [x]*?", "100%_done'; -- [x]*?"],
      ['with other letters', 'Größe ÜBER naïve ПРИВЕТ Ωμέγα', 'GRÖßE über NAÏVE привет ωΜΈΓΑ'],
      ['with a sigma wherever it stands', 'ΟΔΟΣ και ΣΟΦΟΣ', 'οδοσ σοφος'],
      ['without letters', '漢字を検索する 🎉✅', '字を検 🎉✅'],
      ['with letters beyond the basic plane', '𐐀𐐁 deseret', '𐐨𐐩'],
      ['with control characters', 'bell \u0007\u001b[31m red\u007f', '\u0007\u001b[31m red\u007f'],
      ['with half a surrogate pair', 'half \ud83c end', 'half \ud83c'],
      ['that are short', 'a-b', '-'],
      ['that are long', `x${'y'.repeat(3000)}z`, 'y'.repeat(900)],
      ['in a text that is long', `${'lorem ipsum '.repeat(20_000)}NEEDLE`, 'needle'],
    ])('%s', (_how, text, query) => {
      store.append([record(1, 'something else'), record(2, text), record(3, '')]);
      expect(search(store, query)).toEqual([2]);
    });

    it('in the type, the data and the payload, each word where it likes', () => {
      const hook = { topic: 'hook.stop', payload: JSON.stringify({ last_assistant_message: 'say "Bye"' }) };
      store.append([
        record(1, 'one', { hook }),
        record(2, 'one'),
        record(3, 'two', { hook, type: 'turn.completed' }),
      ]);
      expect(search(store, '"bye"')).toEqual([1, 3]);
      expect(search(store, 'Turn.Completed TWO bye last_assistant')).toEqual([3]);
      expect(search(store, 'one bye')).toEqual([1]);
      expect(search(store, 'one two')).toEqual([]);
      // Neither the topic of the hook nor what stands at the seam of two of them.
      expect(search(store, 'hook.stop')).toEqual([]);
      expect(search(store, 'completed{')).toEqual([]);
    });

    it('not as JSON would write them', () => {
      store.append([record(1, 'a\nbc'), record(2, 'x\ty'), record(3, 'q"q'), record(4, 'b\\b')]);
      for (const escaped of ['nbc', '\\nbc', 'ty', '\\t', '\\"', '\\\\', 'u000a'])
        expect(search(store, escaped), escaped).toEqual([]);
    });

    it('and nothing else', () => {
      store.append([record(1, 'straße'), record(2, '300 \u212a'), record(3, 'axxb'), record(4, 'İstanbul')]);
      for (const other of ['strasse', '300 k', 'a_xb', 'a%b', 'x_', 'istanbul'])
        expect(search(store, other), other).toEqual([]);
      expect(search(store, '')).toEqual([1, 2, 3, 4]);
      expect(search(store, ' \n\t')).toEqual([1, 2, 3, 4]);
    });
  });

  it('finds by time, though times do not follow the seq', () => {
    store.append([5, 1, 9, 3, 7].map((timestamp, index) => record(index + 1, '', { timestamp })));
    expect(find(store, { since: 3 })).toEqual([1, 3, 4, 5]);
    expect(find(store, { until: 3 })).toEqual([2]);
    expect(find(store, { since: 3, until: 7 })).toEqual([1, 4]);
    expect(find(store, { since: 7, until: 3 })).toEqual([]);
  });

  it('finds by session without skipping any of its events, one session or several', () => {
    store.append(
      Array.from({ length: 300 }, (_, index) => record(index + 1, '', { sessionId: `s${index % 3}` })),
    );
    const of = (...indexes: number[]): number[] =>
      Array.from({ length: 300 }, (_, index) => index + 1).filter(seq => indexes.includes((seq - 1) % 3));
    for (const limit of [everything, { look: 7, take: 5, bytes: 1e9 }]) {
      expect(find(store, { sessions: new Set(['s1']) }, whole, limit)).toEqual(of(1));
      expect(find(store, { sessions: new Set(['s1', 's2']) }, whole, limit)).toEqual(of(1, 2));
      const back = { ...whole, from: 'newest' } as const;
      expect(find(store, { sessions: new Set(['s1']) }, back, limit)).toEqual(of(1).reverse());
    }
    expect(find(store, { sessions: new Set(['nobody']) })).toEqual([]);
    // Events of other sessions are no work for whoever asks for one.
    const once = store.scan(whole, { sessions: new Set(['s2']) }, { look: 2, take: 9, bytes: 1e9 });
    expect(once.records.map(({ seq }) => seq)).toEqual([3, 6]);
  });

  it('knows the sessions it holds events of, by the beginning of their id', () => {
    const ids = ['b2', 'a1', 'b1', '', 'b', 'b1', 'ünï', 'c'];
    store.append(ids.map((sessionId, index) => record(index + 1, '', { sessionId })));
    expect(store.sessionIds('', 100)).toEqual(['a1', 'b', 'b1', 'b2', 'c', 'ünï']);
    expect(store.sessionIds('b', 100)).toEqual(['b', 'b1', 'b2']);
    expect(store.sessionIds('b', 2)).toEqual(['b', 'b1']);
    expect(store.sessionIds('ün', 100)).toEqual(['ünï']);
    expect(store.sessionIds('d', 100)).toEqual([]);
  });

  it('stays within the bounds, which are exclusive, and ends at once where nothing is', () => {
    store.append(Array.from({ length: 9 }, (_, index) => record(index + 1, '')));
    expect(find(store, {}, { after: 3, before: 7, from: 'oldest' })).toEqual([4, 5, 6]);
    expect(find(store, {}, { after: 3, before: 7, from: 'newest' })).toEqual([6, 5, 4]);
    for (const [after, before] of [
      [3, 4],
      [7, 3],
      [9, 1e9],
      [0, 1],
    ] as const)
      expect(store.scan({ after, before, from: 'oldest' }, {}, everything)).toEqual({
        records: [],
        rest: undefined,
      });
  });

  it('does no more at once than it is told to, and tells what is left', () => {
    store.append(Array.from({ length: 50 }, (_, index) => record(index + 1, 'x'.repeat(1000))));
    const one = store.scan(whole, {}, { look: 10, take: 3, bytes: 1e9 });
    expect(one.records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(one.rest).toMatchObject({ after: 3 });
    const none = store.scan(whole, { words: ['nowhere'] }, { look: 10, take: 3, bytes: 1e9 });
    expect(none).toMatchObject({ records: [], rest: { after: 10 } });
    const few = store.scan({ ...whole, from: 'newest' }, {}, { look: 50, take: 50, bytes: 3000 });
    expect(few.records.map(({ seq }) => seq)).toEqual([50, 49]);
    expect(few.rest).toMatchObject({ before: 49 });
    expect(store.scan(whole, {}, { look: 50, take: 50, bytes: 1 }).records).toHaveLength(1);
  });
});

// Few characters, so that they meet often, and all that are special to somebody: JSON, LIKE, GLOB, upper and lower case.
const ALPHABET = [...'aAbBkK"\\%_*[]{}:,\'/-', ' ', '\n', '\0', '\u001f', '\u2028', 'ß', 'ẞ', 'σ', 'ς', 'Σ']
  .concat(['é', 'É', 'İ', 'i', 'ı', '\u212a', 'п', 'П', '字', '🎉', '𐐀', '𐐨', '\ud83c', '\ufffd'])
  .concat(['n', 't', 'u', '0']);
const text = fc.array(fc.constantFrom(...ALPHABET), { maxLength: 12 }).map(all => all.join(''));
/** Mostly nothing; a search with every condition at once finds nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const swapCase = (word: string): string =>
  [...word].map(one => (fold(one.toUpperCase()) === fold(one) ? one.toUpperCase() : one)).join('');

const events = fc.array(
  fc.record({
    text,
    payload: fc.option(text, { nil: undefined }),
    session: fc.constantFrom('a', 'b', 'c'),
    type: fc.constantFrom('tool.use', 'tool.result', 'Пример.use'),
    timestamp: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 25 },
);

it('both find what a plain filter finds, whatever is in the texts and however little they may do at once', () => {
  fc.assert(
    fc.property(
      events,
      fc.array(fc.record({ event: fc.nat(24), at: fc.nat(8), length: fc.nat(4), extra: rarely(text) }), {
        maxLength: 2,
      }),
      fc.record({
        sessions: rarely(fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'nobody'), { minLength: 1 })),
        since: rarely(fc.integer({ min: 0, max: 21 })),
        until: rarely(fc.integer({ min: 0, max: 21 })),
        topic: rarely(fc.constantFrom('tool.', 'tool.use', 'hook.', 'none')),
      }),
      fc.record({
        after: rarely(fc.nat(26)),
        before: rarely(fc.nat(27)),
        from: fc.constantFrom('oldest', 'newest'),
      }),
      fc.record({
        look: fc.integer({ min: 1, max: 30 }),
        take: fc.integer({ min: 1, max: 30 }),
        bytes: fc.constantFrom(1, 600, 1e9),
      }),
      (drafts, wanted, { sessions, since, until, topic }, { after = 0, before = 1e9, from }, limit) => {
        const records = drafts.map((draft, index) =>
          record(index + 1, draft.text, {
            type: draft.type,
            sessionId: draft.session,
            timestamp: draft.timestamp,
            hook:
              draft.payload === undefined
                ? undefined
                : { topic: 'hook.x', payload: JSON.stringify({ p: draft.payload }) },
          }),
        );
        // Words are picked from the texts, in another case, and some are made longer.
        const query = wanted.map(({ event, at, length, extra = '' }) => {
          const { text = '', payload = text } = drafts[event % drafts.length] ?? {};
          return swapCase([...(event % 2 ? text : payload)].slice(at, at + length).join('')) + extra;
        });
        const words = splitWords(query.join(' '));
        const starts = (topics: (string | undefined)[]): boolean =>
          topics.some(one => topic === undefined || one?.startsWith(topic));
        const filter: Filter = {
          words,
          ...(sessions && { sessions: new Set(sessions) }),
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
          ...(topic === undefined
            ? {}
            : { topics: { globs: [`${topic}*`], match: one => starts([one.type, one.hook?.topic]) } }),
        };
        const expected = drafts.flatMap((draft, index) => {
          const seq = index + 1;
          const parts = [draft.type, `{"prompt":"${draft.text}"}`];
          if (draft.payload !== undefined) parts.push(`{"p":"${draft.payload}"}`);
          const wants =
            seq > after &&
            seq < before &&
            (!sessions || sessions.includes(draft.session)) &&
            draft.timestamp >= (since ?? 0) &&
            draft.timestamp < (until ?? 100) &&
            starts([draft.type, draft.payload === undefined ? undefined : 'hook.x']) &&
            words.every(word => parts.some(part => fold(part).includes(word)));
          return wants ? [seq] : [];
        });
        if (from === 'newest') expected.reverse();
        for (const open of Object.values(backends)) {
          fs.rmSync(path.join(folder, 'events.db'), { force: true });
          const store = open();
          try {
            store.append(records);
            expect(find(store, filter, { after, before, from }, limit)).toEqual(expected);
          } finally {
            store.close();
          }
        }
      },
    ),
    { numRuns: 400, interruptAfterTimeLimit: 15_000 },
  );
});
