// What is remembered, and in which order it is forgotten, whatever is touched when.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedFacts } from '../../src/dedup/dedup-state.ts';

test('the facts touched last are known, as many as may be, and no others', () => {
  const keys = fc.array(fc.nat(12).map(String), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), keys, (limit, touched) => {
      const facts = boundedFacts<number>(limit);
      let model: (readonly [string, number])[] = [];
      for (const [fact, key] of touched.entries()) {
        facts.set(key, fact);
        model = [...model.filter(([other]) => other !== key), [key, fact] as const].slice(-limit);
        const known = Array.from({ length: 13 }, (_, id) => facts.get(String(id)));
        expect(known).toEqual(
          Array.from({ length: 13 }, (_, id) => model.find(([other]) => other === String(id))?.[1]),
        );
      }
    }),
  );
});
