// The sliding window of messages, against one that remembers everything.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimit } from '../../src/server/ws/rate-limit.ts';

const options = { windowMs: 100, messages: 5, close: 10 };

test('counts exactly the messages of the last window', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 }), gaps => {
      const limit = new RateLimit(options);
      const arrivals: number[] = [];
      let now = 1000;
      for (const gap of gaps) {
        now += gap;
        arrivals.push(now);
        const recent = arrivals.filter(at => at > now - options.windowMs).length;
        const expected = recent <= options.messages ? 'ok' : recent <= options.close ? 'limited' : 'close';
        expect(limit.count(now)).toBe(expected);
      }
    }),
  );
});
