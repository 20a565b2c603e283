// The ring and the pages read from it, against plain arrays.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventLog, type LogRecord, MemoryStore, Ring, readPage, recordSize } from '../../src/log/index.ts';

const record = (seq: number, size: number, sessionId = 's'): LogRecord => ({
  seq,
  timestamp: seq,
  type: seq % 2 === 0 ? 'a.even' : 'a.odd',
  sessionId,
  agentId: undefined,
  source: 'test',
  data: 'x'.repeat(size),
  hook: undefined,
});
const everything = { events: 1e9, bytes: 1e12 };

describe('a ring', () => {
  test('holds the newest that fit its count and its bytes, and always the very newest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3000 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.nat({ max: 50 }),
        (sizes, events, bytes, head) => {
          const ring = new Ring({ events, bytes }, head);
          let held: LogRecord[] = [];
          for (const [at, size] of sizes.entries()) {
            const next = record(head + 1 + at, size);
            ring.push(next);
            held = [...held, next].slice(-events);
            const total = () => held.reduce((sum, one) => sum + recordSize(one), 0);
            while (held.length > 1 && total() > bytes) held.shift();
            expect([ring.head, ring.oldest]).toEqual([next.seq, held[0]?.seq]);
          }
          expect(ring.read(ring.oldest - 1, everything)).toEqual(held);
          expect(ring.at(ring.head + 1)).toBeUndefined();
          expect(ring.at(ring.oldest - 1)).toBeUndefined();
        },
      ),
    );
  });

  test('takes nothing but the next seq', () => {
    const ring = new Ring({ events: 10, bytes: 1e6 }, 5);
    for (const seq of [0, 5, 7]) expect(() => ring.push(record(seq, 1))).toThrow(RangeError);
    ring.push(record(6, 1));
    expect(() => ring.push(record(6, 1))).toThrow(RangeError);
  });
});

describe('pages', () => {
  const filled = (count: number, ring: number): EventLog => {
    const log = new EventLog(new MemoryStore('e', { events: 1000, bytes: 1e9 }), {
      ring: { events: ring, bytes: 1e9 },
    });
    for (let seq = 1; seq <= count; seq++) {
      const { type, sessionId, source, timestamp } = record(seq, 0, seq % 3 === 0 ? 'b' : 'a');
      log.append([{ type, sessionId, source, timestamp, data: { seq } }]);
    }
    return log;
  };

  test('are what a filter over the whole log says, from either end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.option(fc.nat({ max: 70 }), { nil: undefined }),
        fc.option(fc.nat({ max: 70 }), { nil: undefined }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('newest' as const, 'oldest' as const),
        fc.option(fc.constantFrom('a', 'b', 'nobody'), { nil: undefined }),
        fc.boolean(),
        async (count, ring, after, before, limit, from, sessionId, evenOnly) => {
          const log = filled(count, ring);
          const page = await readPage(log, {
            limit,
            from,
            bytes: 1e9,
            filter: {
              ...(sessionId === undefined ? {} : { sessions: new Set([sessionId]) }),
              ...(evenOnly ? { words: ['a.even'] } : {}),
            },
            ...(after === undefined ? {} : { after }),
            ...(before === undefined ? {} : { before }),
          });
          const all = log
            .read(0, everything)
            .filter(
              one =>
                one.seq > (after ?? 0) &&
                one.seq < (before ?? 1e9) &&
                (sessionId === undefined || one.sessionId === sessionId) &&
                (!evenOnly || one.type === 'a.even'),
            );
          const wanted = from === 'newest' ? all.slice(-limit) : all.slice(0, limit);
          expect(page.records.map(({ seq }) => seq)).toEqual(wanted.map(({ seq }) => seq));
          expect(page.hasMore).toBe(all.length > limit);
        },
      ),
      { numRuns: 300 },
    );
  });
});
