// What the client asks for: which patterns bring hooks, and what several consumers want together.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, subscribeMessages, subscriptionsOf } from '../../src/client/subscription-set.ts';
import { asksForHooks } from '../../src/client/topics.ts';
import { SUBPROTOCOL as OFFERED } from '../../src/client/transport.ts';
import { SUBPROTOCOL } from '../../src/protocol/index.ts';

describe('a pattern', () => {
  it('asks for hooks when it can match one by its own name', () => {
    for (const yes of ['hook.*', 'h*.pre_tool_use', '{tool,hook}.*', '*.pre_tool_use', '**.x', 'hook.stop'])
      expect([yes, asksForHooks(yes)]).toEqual([yes, true]);
    for (const no of ['**', '*', 'tool.*', 'hooks.a', '{a,b}.**'])
      expect([no, asksForHooks(no)]).toEqual([no, false]);
  });
});

describe('subscriptions', () => {
  const ids = fc.option(fc.subarray(['s1', 's2', 's3'], { minLength: 1 }), { nil: undefined });
  const reader = fc.record({ topics: fc.subarray(['a.*', 'b', 'c.**'], { minLength: 1 }), sessions: ids });
  const set = (sessions: string[] | undefined): ReadonlySet<string> | undefined =>
    sessions && new Set(sessions);

  it('together cover what each wants, and no session nobody wants', () => {
    fc.assert(
      fc.property(fc.array(reader), readers => {
        const subscriptions = subscriptionsOf(
          readers.map(({ topics, sessions }) => ({ topics, sessions: set(sessions) })),
        );
        for (const topic of ['a.*', 'b', 'c.**']) {
          const mine = readers.filter(({ topics }) => topics.includes(topic));
          expect(subscriptions.has(topic)).toBe(mine.length > 0);
          const all = mine.some(({ sessions }) => sessions === undefined);
          const union = [...new Set(mine.flatMap(({ sessions }) => sessions ?? []))].sort();
          const asked = subscriptions.get(topic);
          if (mine.length > 0)
            expect(asked === undefined ? 'all' : [...asked].sort()).toEqual(all ? 'all' : union);
        }
      }),
    );
  });

  it('are asked for in messages the daemon takes, and applying a difference leads from one to the other', () => {
    const many = subscriptionsOf([
      { topics: Array.from({ length: 250 }, (_, n) => `t${n}`), sessions: undefined },
      { topics: ['x'], sessions: new Set(['s1', 's2']) },
      { topics: ['y'], sessions: new Set(Array.from({ length: 101 }, (_, n) => `s${n}`)) },
    ]);
    const list = subscribeMessages(many);
    expect(list.map(({ topics, sessionId }) => [topics.length, sessionId])).toEqual([
      [100, undefined],
      [100, undefined],
      [51, undefined],
      [1, ['s1', 's2']],
    ]);
    fc.assert(
      fc.property(fc.array(reader), fc.array(reader), (before, after) => {
        const [held, wanted] = [before, after].map(readers =>
          subscriptionsOf(readers.map(({ topics, sessions }) => ({ topics, sessions: set(sessions) }))),
        );
        if (held === undefined || wanted === undefined) return;
        const { add, drop } = difference(held, wanted);
        const result = new Map([...held, ...add]);
        for (const topic of drop.keys()) result.delete(topic);
        const plain = (subscriptions: typeof held): unknown =>
          [...subscriptions].map(([t, s]) => [t, s && [...s].sort()]).sort();
        expect(plain(result)).toEqual(plain(wanted));
      }),
    );
  });
});

it('the subprotocol is the one of the protocol', () => {
  expect(OFFERED).toBe(SUBPROTOCOL);
});
