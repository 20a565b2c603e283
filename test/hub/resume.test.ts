// Where a client goes on at another hub: two logs of the same events, each in an order of its own, and every place to be at.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownPositions } from '../../src/hub/known-positions.ts';
import { originOf } from '../../src/hub/node-origin.ts';
import { resumeAt } from '../../src/hub/resume.ts';
import { EventLog, type LogRecord, MemoryStore } from '../../src/log/index.ts';
import type { EventDraft, NodeOrigin, NodePositions } from '../../src/protocol/index.ts';

const EVERYTHING = { events: 1e9, bytes: 1e12 };

/** An event of a node; undefined: one of the hub's own. */
type Event = NodeOrigin | undefined;

function logOf(epoch: string, ring = 1000): EventLog {
  return new EventLog(new MemoryStore(epoch, { events: ring, bytes: 1e9 }), {
    ring: { events: ring, bytes: 1e9 },
  });
}

const draftOf = (node: Event): EventDraft => ({
  ...{ type: 'test.tick', timestamp: 1, sessionId: '', source: 'test' },
  data: node === undefined ? {} : { node },
});

function append(log: EventLog, events: readonly Event[]): void {
  log.append(events.map(draftOf));
}

const textOf = (event: Event): string => (event ? `${event.epoch}:${event.seq}` : 'own');

/** How far all of this is known. */
function positionsOf(events: readonly Event[]): NodePositions {
  const known = new KnownPositions();
  for (const event of events) if (event !== undefined) known.note(event);
  return known.all;
}

const newsOf = (log: EventLog, after: number, isKnown: (record: LogRecord) => boolean): LogRecord[] =>
  log.read(after, EVERYTHING).filter(record => !isKnown(record));

/** What one node tells: numberings that follow each other, and one may come back and be numbered on. */
const streamOf = (name: string) =>
  fc
    .array(fc.record({ epoch: fc.constantFrom('e1', 'e2', 'e3'), length: fc.integer({ min: 1, max: 4 }) }))
    .map(stretches => {
      const seqs: Record<string, number> = {};
      return stretches.flatMap(({ epoch, length }) =>
        Array.from({ length }, () => {
          // Not every event of a node is told.
          seqs[epoch] = (seqs[epoch] ?? 0) + (length % 2) + 1;
          return { name, epoch, seq: seqs[epoch] ?? 0 };
        }),
      );
    });

/** Takes from one of the streams after the other, as the numbers say, and something of the hub's own now and then. */
function interleave(streams: readonly (readonly NodeOrigin[])[], choices: readonly number[]): Event[] {
  const rest = streams.map(stream => [...stream]);
  const log: Event[] = [];
  for (let turn = 0; rest.some(stream => stream.length > 0); turn++) {
    const choice = choices[turn % choices.length] ?? 0;
    if (choice % 5 === 4) log.push(undefined);
    const open = rest.filter(stream => stream.length > 0);
    const event = open[choice % open.length]?.shift();
    if (event !== undefined) log.push(event);
  }
  return log;
}

const order = fc.array(fc.nat({ max: 19 }), { minLength: 1, maxLength: 30 });
const cases = fc.record({
  streams: fc.tuple(streamOf('n1'), streamOf('n2'), streamOf('n3')),
  ...{ orderA: order, orderB: order },
  ...{ leavesAt: fc.nat({ max: 60 }), isAt: fc.nat({ max: 60 }), breaksAt: fc.nat({ max: 60 }) },
});

describe('a client that goes on at another hub', () => {
  it('gets every event of every node once and in its order, wherever it and that hub are', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ streams, orderA, orderB, leavesAt, isAt, breaksAt }) => {
        const had = interleave(streams, orderA).slice(0, leavesAt);
        const has = positionsOf(had);
        const there = interleave(streams, orderB);
        // The hub has waited until it knows what the client knows.
        const isBehind = (length: number): boolean => {
          const known = new KnownPositions();
          for (const event of there.slice(0, length)) if (event !== undefined) known.note(event);
          return Object.entries(has).some(([name, place]) => known.isNew({ name, ...place }));
        };
        let length = Math.min(isAt, there.length);
        while (isBehind(length)) length++;
        const log = logOf('b');
        append(log, there.slice(0, length));
        const known = positionsOf(there.slice(0, length));
        const resume = await resumeAt({ hub: 'hub:b', log, known, has });
        if (typeof resume === 'string') throw new Error(resume);
        append(log, there.slice(length));
        const news = newsOf(log, resume.seq, resume.isKnown);
        for (const [index, name] of ['n1', 'n2', 'n3'].entries()) {
          const stream = streams[index] ?? [];
          const before = had.filter(event => event?.name === name);
          const after = news.map(originOf).filter(event => event?.name === name);
          expect([...before, ...after].map(textOf)).toEqual(stream.map(textOf));
        }
        // The connection breaks; it comes back to the same hub.
        const first = news.slice(0, breaksAt);
        const from = first.at(-1)?.seq ?? resume.seq;
        const nodes = positionsOf([...had, ...first.map(originOf)]);
        const again = await resumeAt({ hub: 'hub:b', log, known: positionsOf(there), has: nodes, from });
        if (typeof again === 'string') throw new Error(again);
        const rest = newsOf(log, again.seq, again.isKnown);
        const seqs = (records: readonly LogRecord[]): number[] => records.map(({ seq }) => seq);
        const ofNodes = (records: readonly LogRecord[]): number[] => seqs(records.filter(originOf));
        expect(ofNodes([...first, ...rest])).toEqual(ofNodes(news));
        // Of what the hub itself told it may get more by then, and nothing twice.
        expect(new Set(seqs([...first, ...rest])).size).toBe(first.length + rest.length);
        expect(seqs([...first, ...rest])).toEqual(expect.arrayContaining(seqs(news)));
      }),
    );
  });

  it('of whom it knows no more than the hub has yet, gets nothing twice once that comes', async () => {
    const log = logOf('b');
    const event = (seq: number): NodeOrigin => ({ name: 'n1', epoch: 'e1', seq });
    append(log, [event(1), event(2)]);
    const has = { n1: { epoch: 'e1', seq: 4 } };
    const resume = await resumeAt({ hub: 'hub:b', log, known: positionsOf([event(2)]), has });
    if (typeof resume === 'string') throw new Error(resume);
    append(log, [event(3), event(4), event(5)]);
    expect(newsOf(log, resume.seq, resume.isKnown).map(({ seq }) => seq)).toEqual([5]);
  });

  it('who was here before gets what the hub itself told since', async () => {
    const log = logOf('b');
    append(log, [undefined, { name: 'n1', epoch: 'e1', seq: 1 }, undefined, undefined]);
    const known = { n1: { epoch: 'e1', seq: 1 } };
    const was = { 'hub:b': { epoch: 'b', seq: 3 } };
    for (const [has, seqs] of [
      [{ ...known, ...was }, [4]],
      // Who comes for the first time lacks nothing of that.
      [known, []],
      // What it had was of a log that is no more.
      [{ ...known, 'hub:b': { epoch: 'old', seq: 3 } }, [1, 3, 4]],
    ] as const) {
      const resume = await resumeAt({ hub: 'hub:b', log, known, has });
      if (typeof resume === 'string') throw new Error(resume);
      expect(newsOf(log, resume.seq, resume.isKnown).map(({ seq }) => seq)).toEqual(seqs);
    }
  });

  it('is told when what it had last is not there any more, or never was', async () => {
    const event = (name: string, seq: number): NodeOrigin => ({ name, epoch: 'e1', seq });
    const log = logOf('b', 3);
    append(log, [event('n1', 1), event('n1', 2), event('n2', 1), event('n1', 3), event('n1', 4)]);
    const known = { n1: { epoch: 'e1', seq: 4 }, n2: { epoch: 'e1', seq: 1 } };
    const at = (n1: number) =>
      resumeAt({ hub: 'hub:b', log, known, has: { ...known, n1: { epoch: 'e1', seq: n1 } } });
    expect(await at(2)).toBe('evicted');
    expect(await at(3)).toMatchObject({ seq: 4 });
    const young = logOf('c');
    append(young, [event('n1', 4)]);
    const has = { n1: { epoch: 'e1', seq: 2 } };
    expect(await resumeAt({ hub: 'hub:c', log: young, known: { n1: { epoch: 'e1', seq: 4 } }, has })).toBe(
      'evicted',
    );
    // Of a node that it never heard of it lacks what there is.
    expect(await resumeAt({ hub: 'hub:b', log, known, has: { n1: { epoch: 'e1', seq: 4 } } })).toMatchObject({
      seq: 2,
    });
  });
});

describe('how far nodes are known', () => {
  it('is not forgotten when one begins another numbering: what is read again is no news', () => {
    const known = new KnownPositions();
    known.note({ name: 'n', epoch: 'e1', seq: 5 });
    known.note({ name: 'n', epoch: 'e2', seq: 1 });
    expect(known.all).toEqual({ n: { epoch: 'e2', seq: 1 } });
    expect([5, 6].map(seq => known.isNew({ name: 'n', epoch: 'e1', seq }))).toEqual([false, true]);
    expect([1, 2].map(seq => known.isNew({ name: 'n', epoch: 'e2', seq }))).toEqual([false, true]);
  });
});
