// The rows of the feed's essentials: a call is one row that tells what came of it, wherever its two halves come from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Filters, type Wanted, wantedOf } from '../../public/feed/wanted.ts';
import { type EventEntry, entryOf } from '../../public/live/entry.ts';
import { Ring, Selection } from '../../public/live/ring.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';

type Told = Pick<EventEnvelope, 'type' | 'data'>;

const names = { nameOf: (id: string) => id, agentName: (id: string) => id };
const everything = { topics: () => true, text: '', session: '' };
const call = (id: string, more: object = {}): Told => ({
  type: 'tool.use',
  data: { toolName: 'Bash', toolUseId: id, input: { command: `run ${id}` }, ...more },
});
const result = (id: string, more: object = {}): Told => ({
  type: 'tool.result',
  data: { toolName: 'Bash', toolUseId: id, success: true, durationMs: 40, ...more },
});
const said = (text: string): Told => ({ type: 'message.assistant', data: { text } });
const ended = (lastMessage: string): Told => ({ type: 'turn.completed', data: { lastMessage } });
const entries = (events: Told[]): EventEntry[] =>
  events.map((event, index) =>
    entryOf({ sessionId: 's1', timestamp: 0, source: 'test', seq: index + 1, ...event }),
  );

function besidesWords(wanted: Wanted, entry: EventEntry): string {
  const besides = wanted.besides(entry);
  if (besides === undefined) return '';
  if ('above' in besides) return ' above';
  return besides.outcome === undefined ? '' : ` ${besides.outcome}`;
}

/** The rows of a feed that saw the last `live` events as they came, one by one, and looked back in pages of two. */
function rows(events: Told[], live = events.length, filters: Partial<Filters> = {}): string[] {
  const all = entries(events);
  const ring = new Ring<EventEntry>(100);
  const selection = new Selection(ring);
  const wanted = wantedOf({ ...everything, essentials: true, ...filters }, names);
  selection.choose(wanted.make);
  let from = all.length - live;
  for (const entry of all.slice(from)) {
    ring.add([entry]);
    selection.update();
  }
  for (; from > 0; from = Math.max(0, from - 2)) {
    const first = Math.max(0, from - 2);
    selection.addOlder(all.slice(first, from), first + 1);
  }
  return selection.items.map(entry => {
    return `${entry.seq}${besidesWords(wanted, entry)}`;
  });
}

describe('a call', () => {
  const batch = { type: 'tool.batch', data: { toolUseIds: ['t1'] } };
  const state = { type: 'agent.state_changed', data: { state: 'working' } };

  it('is one row, which tells what came of it', () => {
    expect(rows([call('t1'), state, said(''), result('t1'), batch])).toEqual(['1 ok · 40 ms']);
    expect(rows([call('t1'), result('t1', { success: false, error: 'Exit code 1' })])).toEqual([
      '1 failed · 40 ms · Exit code 1',
    ]);
    expect(rows([call('t1'), state])).toEqual(['1']);
  });

  it('is the row of its result until its beginning is found further back', () => {
    const story = [call('t1'), said('Hm.'), call('t2'), result('t2'), result('t1')];
    expect(rows(story.slice(1))).toEqual(['1', '2 ok · 40 ms', '4']);
    expect(rows(story, 2)).toEqual(['1 ok · 40 ms', '2', '3 ok · 40 ms']);
  });

  it('is found by what its result says, and its row tells what came of it whatever text is looked for', () => {
    const story = [call('t1'), result('t1', { success: false, error: 'ENOENT' })];
    expect(rows(story, 2, { text: 'enoent' })).toEqual(['2']);
    expect(rows(story, 2, { text: 'run t1' })).toEqual(['1 failed · 40 ms · ENOENT']);
  });
});

it('words stand once, whoever was first', () => {
  expect(rows([ended('Done.'), said('Done.')])).toEqual(['1']);
  expect(rows([said('Done.'), ended('Done.')])).toEqual(['1', '2 above']);
  expect(rows([said('Done.'), ended('Done.')], 1)).toEqual(['1', '2 above']);
  // Another turn ends in the same words: what has found its other half does not look for one again.
  const twice = [ended('Done.'), said('Done.'), said('Done.'), ended('Done.')];
  for (const live of [4, 2]) expect(rows(twice, live)).toEqual(['1', '3', '4 above']);
});

it('everything is everything', () => {
  const story = [
    call('t1'),
    { type: 'usage.updated', data: {} },
    result('t1'),
    ended('Done.'),
    said('Done.'),
  ];
  expect(rows(story, 2, { essentials: false })).toEqual(['1', '2', '3', '4', '5']);
});

it('is the same however much of it came live', () => {
  const kinds = fc.constantFrom(call, result);
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  /** Each call once, its beginning before its result; the words of each turn by hook and transcript, in either order. */
  const story = fc
    .record({
      calls: fc.array(fc.tuple(kinds, id), { maxLength: 16 }),
      turns: fc.array(fc.boolean(), { maxLength: 3 }),
    })
    .map(({ calls, turns }) => {
      const seen = new Set<string>();
      const told = calls.flatMap(([kind, one]): Told[] => {
        const half = kind(one);
        const key = half.type + one;
        if (seen.has(key) || (half.type === 'tool.result' && !seen.has(`tool.use${one}`))) return [];
        seen.add(key);
        return [half];
      });
      return [
        ...told,
        ...turns.flatMap((hookFirst, turn): Told[] => {
          const both = [ended(`Turn ${turn}.`), said(`Turn ${turn}.`)];
          return hookFirst ? both : both.toReversed();
        }),
      ];
    });
  fc.assert(
    fc.property(story, fc.nat(), (events, cut) => {
      expect(rows(events, cut % (events.length + 1))).toEqual(rows(events));
    }),
    { numRuns: 500 },
  );
});
