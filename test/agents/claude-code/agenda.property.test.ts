// An agenda against the simplest one there is: a list that is looked through whole.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Agenda } from '../../../src/agents/claude-code/watch/agenda.ts';

const key = fc.integer({ min: 0, max: 20 });
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, at: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('take' as const), now: fc.integer({ min: 0, max: 50 }), most: fc.nat(5) }),
);

it('gives out what is due, the longest overdue first, and each key once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const agenda = new Agenda<number>();
      const model = new Map<number, number>();
      for (const one of steps) {
        if (one.do === 'set') {
          agenda.set(one.key, one.at);
          model.set(one.key, one.at);
        } else if (one.do === 'delete') {
          agenda.delete(one.key);
          model.delete(one.key);
        } else {
          const due = [...model].filter(([, at]) => at <= one.now).sort(([, a], [, b]) => a - b);
          const taken = agenda.take(one.now, one.most);
          const times = taken.map(each => model.get(each));
          // Those of one time come in any order.
          expect(times).toEqual(due.slice(0, one.most).map(([, at]) => at));
          expect(new Set(taken).size).toBe(taken.length);
          for (const each of taken) model.delete(each);
        }
        expect(agenda.size).toBe(model.size);
      }
    }),
  );
});
