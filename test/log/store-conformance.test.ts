// What every store promises, asked of each of them in the same words.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type LogRecord,
  MemoryStore,
  type MessageWrite,
  matches,
  type Range,
  SqliteStore,
  type Store,
  type Tally,
  type TimeTally,
  type TopicFilter,
} from '../../src/log/index.ts';

const scanAll = { look: 10_000, take: 10_000, bytes: 64 * 1024 * 1024 };
const all = { events: 10_000, bytes: 64 * 1024 * 1024 };

function record(seq: number, changes: Partial<LogRecord> = {}): LogRecord {
  return {
    seq,
    timestamp: 1_800_000_000_000 + seq,
    type: 'tool.use',
    sessionId: `session-${seq % 3}`,
    agentId: seq % 2 === 0 ? `agent-${seq}` : undefined,
    source: 'claude-code',
    data: JSON.stringify({ toolName: 'Bash', text: 'ünïcode \u2028 "quoted"' }),
    hook: seq % 2 === 0 ? { topic: 'hook.pre_tool_use', payload: JSON.stringify({ seq }) } : undefined,
    ...changes,
  };
}

const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => record(from + index));

const seqs = (found: readonly LogRecord[]): number[] => found.map(({ seq }) => seq);

// A stored payload is fetched on demand, so records are compared by what can be seen of them.
const seen = (found: readonly LogRecord[]): unknown[] =>
  found.map(({ hook, ...rest }) => ({ ...rest, hook: hook && { topic: hook.topic, payload: hook.payload } }));

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-store-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const backends: Record<string, () => Store> = {
  memory: () => new MemoryStore('an-epoch', { events: 100_000, bytes: all.bytes }),
  sqlite: () => new SqliteStore(path.join(folder, 'events.db')),
};

describe.each(Object.entries(backends))('%s store', (_name, open) => {
  let store: Store;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  it('starts empty: head 0, and the oldest is the one to come', () => {
    expect([store.head, store.oldest]).toEqual([0, 1]);
    expect(store.epoch).not.toBe('');
    expect(store.read(0, all)).toEqual([]);
  });

  describe('what was done', () => {
    const row = (quarter: number, name: string, counted = '1', project = '/w') => ({
      ...{ quarter, project, kind: 'tool', name, counted },
    });
    const sum = (kept: string, more: string): string => String(Number(kept) + Number(more));
    const read = (from: number, until: number) =>
      store.activity.read(from, until).map(({ quarter, name, counted }) => `${quarter} ${name} ${counted}`);

    it('is nothing at first', () => {
      expect(store.activity.mark()).toEqual({ seq: 0, past: 0 });
      expect(store.activity.next(0)).toBeUndefined();
      expect(read(0, 1e9)).toEqual([]);
    });

    it('is added up, and marked up to where it counts', () => {
      store.activity.add([row(7, 'Bash'), row(7, "it's"), row(5, 'Bash', '3')], sum, { seq: 4, past: 2 });
      store.activity.add([row(7, 'Bash', '2'), row(9, 'Bash')], sum, { seq: 6, past: 2 });
      expect(store.activity.mark()).toEqual({ seq: 6, past: 2 });
      expect(read(5, 9).toSorted()).toEqual(['5 Bash 3', '7 Bash 3', "7 it's 1"]);
      expect(store.activity.read(7, 8)).toContainEqual(row(7, 'Bash', '3'));
      expect([-1e15, 5, 6, 10].map(from => store.activity.next(from))).toEqual([5, 5, 7, undefined]);
    });

    it('is told apart by project, and forgotten when it is old', () => {
      store.activity.add([row(5, 'Bash'), row(6, 'Bash'), row(6, 'Bash', '4', '/v')], sum, {
        seq: 1,
        past: 0,
      });
      store.activity.forget(6);
      expect(read(0, 10).toSorted()).toEqual(['6 Bash 1', '6 Bash 4']);
    });

    it('stays as it was when something cannot be added', () => {
      store.activity.add([row(5, 'Bash')], sum, { seq: 1, past: 0 });
      const refuse = (): string => {
        throw new Error('no sum');
      };
      const more = [row(4, 'Read'), row(5, 'Bash')];
      expect(() => store.activity.add(more, refuse, { seq: 2, past: 0 })).toThrow('no sum');
      expect(store.activity.mark()).toEqual({ seq: 1, past: 0 });
      expect(read(0, 10)).toEqual(['5 Bash 1']);
    });
  });

  it('gives back exactly what was appended', () => {
    store.append(records(1, 5));
    store.append(records(6, 9));
    expect([store.head, store.oldest]).toEqual([9, 1]);
    expect(seen(store.read(0, all))).toEqual(seen(records(1, 9)));
  });

  it('keeps messages with the events that tell of them, and how they stand', () => {
    const message = (id: string, changes: Partial<MessageWrite> = {}): MessageWrite => ({
      ...{ id, sender: 'ci', key: undefined, head: '{"state":"queued"}', endedAt: undefined },
      ...changes,
    });
    const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
    store.append(records(1, 2), [
      message('b', { content: '"ünïcode \u2028"', key: 'k' }),
      message('a', { content: '"first"' }),
    ]);
    store.append(records(3, 3), [message('c', { sender: 'else', key: 'k', content: '"third"' })]);
    expect(ids(store.messages.list({ most: 10 }))).toEqual(['c', 'b', 'a']);
    expect(ids(store.messages.list({ before: 'c', most: 1 }))).toEqual(['b']);
    expect(ids(store.messages.open())).toEqual(['a', 'b', 'c']);
    expect(ids(store.messages.withKey('ci', 'k'))).toEqual(['b']);
    expect(store.messages.find('nobody')).toBeUndefined();
    expect(store.messages.content('nobody')).toBeUndefined();
    // What changes is written over, and what never changes stays as it was.
    store.append([], [message('b', { key: 'k', head: '{"state":"dead"}', endedAt: 5, content: '"other"' })]);
    expect(store.messages.find('b')).toEqual({
      ...{ id: 'b', sender: 'ci', key: 'k', head: '{"state":"dead"}', endedAt: 5 },
    });
    expect(store.messages.content('b')).toBe('"ünïcode \u2028"');
    expect(ids(store.messages.open())).toEqual(['a', 'c']);
    // All or nothing.
    expect(() => store.append(records(9, 9), [message('d')])).toThrow();
    expect(store.messages.find('d')).toBeUndefined();
    // What is over is forgotten, some at a time.
    store.append([], [message('a', { endedAt: 4 })]);
    expect(store.messages.forget(6, 1)).toBe(1);
    expect(ids(store.messages.list({ most: 10 }))).toEqual(['c', 'b']);
    expect([store.messages.content('a'), store.messages.forget(5, 9)]).toEqual([undefined, 0]);
    expect(store.messages.forget(6, 9)).toBe(1);
    expect(ids(store.messages.list({ most: 10 }))).toEqual(['c']);
    // And by name; what is not there does not matter.
    store.append([], [message('e', { endedAt: 7 })]);
    store.messages.remove(['e', 'nobody']);
    expect([ids(store.messages.list({ most: 10 })), store.messages.content('e')]).toEqual([['c'], undefined]);
  });

  it('reads after a seq', () => {
    store.append(records(1, 9));
    expect(seqs(store.read(6, all))).toEqual([7, 8, 9]);
    expect(store.read(9, all)).toEqual([]);
  });

  it('stops at the limit of events, and at the limit of bytes, but never returns nothing', () => {
    store.append(
      Array.from({ length: 50 }, (_, index) => record(index + 1, { data: JSON.stringify('x'.repeat(1000)) })),
    );
    expect(seqs(store.read(0, { events: 7, bytes: all.bytes }))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const few = seqs(store.read(0, { events: 50, bytes: 5000 }));
    expect(few.length).toBeLessThan(10);
    expect(few).toEqual(few.map((_, index) => index + 1));
    expect(seqs(store.read(0, { events: 50, bytes: 1 }))).toEqual([1]);
  });

  it('can be paged through in any step without a hole', () => {
    store.append(records(1, 500));
    for (const events of [1, 3, 64, 499, 500]) {
      const found: number[] = [];
      for (
        let page = store.read(0, { events, bytes: 20_000 });
        page.length > 0;
        page = store.read(found.at(-1) ?? 0, { events, bytes: 20_000 })
      ) {
        found.push(...seqs(page));
      }
      expect(found).toEqual(seqs(records(1, 500)));
    }
  });

  it('counts events by type and session, a part at a time', () => {
    store.append(
      records(1, 90).map((one, index) => ({ ...one, type: index % 9 ? 'tool.use' : 'turn.failed' })),
    );
    for (const look of [1, 7, 1000]) {
      const counts = new Map<string, number>();
      let range: Range | undefined = { after: 0, before: 80, from: 'oldest' };
      while (range) {
        const tally: Tally = store.tally(range, look);
        for (const { type, sessionId, events } of tally.counts)
          counts.set(`${type} ${sessionId}`, (counts.get(`${type} ${sessionId}`) ?? 0) + events);
        range = tally.rest;
      }
      expect(Object.fromEntries(counts)).toEqual({
        'tool.use session-0': 26,
        'tool.use session-1': 18,
        'tool.use session-2': 26,
        'turn.failed session-1': 9,
      });
    }
    expect(store.tally({ after: 90, before: 1000, from: 'oldest' }, 5)).toEqual({
      counts: [],
      rest: undefined,
    });
  });

  it('counts events by time, a part at a time: those that a filter is true of, and results that failed apart', () => {
    const failing = [
      '{"success":false}',
      '{"success":true,"text":"\\"success\\":false"}',
      '{"of":{"success":false}}',
    ];
    store.append(
      records(1, 90).map((one, index) => ({
        ...one,
        timestamp: 10_000 + ((index * 700) % 6000),
        type: index % 2 ? 'tool.result' : 'tool.use',
        data: failing[index % 3] ?? '{}',
      })),
    );
    const topics: TopicFilter = {
      globs: ['tool.result', 'hook.*'],
      match: ({ type, hook }) => type === 'tool.result' || hook?.topic === 'hook.nothing',
    };
    for (const filter of [
      {},
      { sessions: new Set(['session-1']) },
      { sessions: new Set(['session-1', 'session-2']), since: 11_000, until: 14_500 },
      { topics },
    ]) {
      const wanted: Record<string, number> = {};
      for (const one of store
        .read(0, all)
        .filter(({ seq }) => seq < 80)
        .filter(one => matches(one, filter))) {
        const failed = one.type === 'tool.result' && JSON.parse(one.data).success === false;
        const key = `${Math.floor(one.timestamp / 1000)} ${one.type} ${failed}`;
        wanted[key] = (wanted[key] ?? 0) + 1;
      }
      expect(Object.keys(wanted).length).toBeGreaterThan(3);
      for (const look of [1, 7, 1000]) {
        const counted: Record<string, number> = {};
        let range: Range | undefined = { after: 0, before: 80, from: 'oldest' };
        while (range) {
          const tally: TimeTally = store.tallyByTime(range, filter, 1000, look);
          for (const { slot, type, failed, events } of tally.counts) {
            const key = `${slot} ${type} ${failed}`;
            counted[key] = (counted[key] ?? 0) + events;
          }
          range = tally.rest;
        }
        expect(counted).toEqual(wanted);
      }
    }
    const nothing = { after: 90, before: 1000, from: 'oldest' } as const;
    expect(store.tallyByTime(nothing, {}, 1000, 5)).toEqual({ counts: [], rest: undefined });
  });

  it('keeps summaries: the one saved last is loaded, earlier ones by how far they may go', () => {
    expect([store.loadCheckpoint(), store.checkpoints()]).toEqual([undefined, []]);
    for (const head of [10, 20, 30]) {
      store.append(records(head - 9, head));
      store.saveCheckpoint(`as of\n${head}`);
    }
    expect(store.checkpoints()).toEqual([10, 20, 30]);
    expect(store.loadCheckpoint()).toEqual({ seq: 30, text: 'as of\n30' });
    expect(store.loadCheckpoint(29)).toEqual({ seq: 20, text: 'as of\n20' });
    expect(store.loadCheckpoint(9)).toBeUndefined();
    store.saveCheckpoint('again');
    expect(store.loadCheckpoint()).toEqual({ seq: 30, text: 'again' });
    store.dropCheckpoints();
    expect([store.loadCheckpoint(), store.checkpoints()]).toEqual([undefined, []]);
  });

  it('keeps a summary that is written in pieces, up to where it was begun, once it is done', () => {
    store.append(records(1, 10));
    store.saveCheckpoint('as of 10');
    store.append(records(11, 20));
    const draft = store.beginCheckpoint();
    // Longer than anything that is written in one go, and whatever is cut in two may be a character.
    const pieces = ['x', '🌱'.repeat(200_000), 'ünd', '🌱'.repeat(70_000)];
    for (const piece of pieces) {
      draft.add(piece);
      store.append([record(store.head + 1)]);
      expect(store.checkpoints()).toEqual([10]);
    }
    draft.done();
    expect([draft.seq, store.checkpoints()]).toEqual([20, [10, 20]]);
    expect(store.loadCheckpoint()?.text === pieces.join('')).toBe(true);
    expect(store.loadCheckpoint(19)).toEqual({ seq: 10, text: 'as of 10' });
  });

  it('keeps nothing of a summary that another one overtook', () => {
    store.append(records(1, 10));
    const draft = store.beginCheckpoint();
    draft.add('half of');
    store.append(records(11, 20));
    store.saveCheckpoint('as of 20');
    expect(() => draft.add(' it')).toThrow(/another checkpoint/);
    expect(() => draft.done()).toThrow(/another checkpoint/);
    expect(store.checkpoints()).toEqual([20]);
    expect(store.loadCheckpoint()).toEqual({ seq: 20, text: 'as of 20' });
  });

  describe('deletes events', () => {
    const young = { olderThan: 0, bytes: all.bytes };
    const timeOf = (seq: number): number => record(seq).timestamp;
    const counted = (): (string | number)[] => [store.epoch, store.head, store.oldest];

    it('that are too old and none younger, and says how many are gone; numbers stay what they were', () => {
      store.append(records(1, 50));
      const { epoch } = store;
      expect(store.prune({ ...young, olderThan: timeOf(1) })).toBe(0);
      expect(store.prune({ ...young, olderThan: timeOf(21) })).toBe(20);
      expect(store.prune({ ...young, olderThan: timeOf(21) })).toBe(0);
      expect(counted()).toEqual([epoch, 50, 21]);
      expect(seen(store.read(0, all))).toEqual(seen(records(21, 50)));
      expect(seqs(store.scan({ after: 0, before: 24, from: 'oldest' }, {}, scanAll).records)).toEqual([
        21, 22, 23,
      ]);
    });

    it('from the oldest on: one that is old stays as long as one before it', () => {
      store.append([record(1), record(2, { timestamp: 5 }), record(3)]);
      expect(store.prune({ ...young, olderThan: timeOf(1) })).toBe(0);
      expect(store.prune({ ...young, olderThan: timeOf(2) })).toBe(2);
      expect(seqs(store.read(0, all))).toEqual([3]);
    });

    it('all of them if need be: the next one gets the next seq', () => {
      store.append(records(1, 50));
      expect(store.prune({ ...young, olderThan: timeOf(51) })).toBe(50);
      expect(counted()).toEqual([store.epoch, 50, 51]);
      expect(store.read(0, all)).toEqual([]);
      expect(store.prune({ ...young, olderThan: timeOf(51) })).toBe(0);
      store.append(records(51, 52));
      expect(counted()).toEqual([store.epoch, 52, 51]);
      expect(seqs(store.read(0, all))).toEqual([51, 52]);
    });

    it('that are too much, a lot at a time, down to what may stay', () => {
      store.append(records(1, 3000));
      expect(store.prune(young)).toBe(0);
      let gone = 0;
      const tooMuch = { olderThan: 0, bytes: 0, upTo: 2500 };
      for (let more = store.prune(tooMuch); more > 0; more = store.prune(tooMuch)) gone += more;
      expect(gone).toBe(2500);
      expect(counted()).toEqual([store.epoch, 3000, 2501]);
    });

    it('but not those after a seq that was named, nor a summary', () => {
      store.append(records(1, 30));
      store.saveCheckpoint('as of 30');
      store.append(records(31, 50));
      const limits = { ...young, olderThan: timeOf(51) };
      expect(store.prune({ ...limits, upTo: 30 })).toBe(30);
      expect(store.prune({ ...limits, upTo: 30 })).toBe(0);
      expect(seqs(store.read(0, all))).toEqual(seqs(records(31, 50)));
      expect(store.loadCheckpoint()).toEqual({ seq: 30, text: 'as of 30' });
    });
  });

  it('refuses a seq that does not follow, and keeps nothing of that batch', () => {
    store.append(records(1, 3));
    expect(() => store.append(records(5, 6))).toThrow(/does not follow/);
    expect(() => store.append([record(4), record(6)])).toThrow(/does not follow/);
    expect(() => store.append(records(3, 3))).toThrow(/does not follow/);
    expect(store.head).toBe(3);
    expect(seqs(store.read(0, all))).toEqual([1, 2, 3]);
    store.append(records(4, 4));
    expect(store.head).toBe(4);
  });
});
