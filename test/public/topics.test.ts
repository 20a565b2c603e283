// The pages' own topic patterns mean what the daemon's mean, and refuse what it refuses.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileTopic } from '../../src/fanout/index.ts';
import { EVENT_TYPES } from '../../src/protocol/index.ts';
import { page } from './page.ts';

interface Topics {
  compilePatterns(text: string): (topic: string) => boolean;
  patternsIn(text: string): string[];
}

const { compilePatterns, patternsIn } = await page<Topics>('live/topics.js');

const part = fc.constantFrom(
  'tool',
  'use',
  'a',
  'b-c',
  '*',
  '**',
  'to*',
  '*l',
  't*l',
  '{tool,agent}',
  '{a,b}*',
);
const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'));
const word = fc.constantFrom('tool', 'use', 'agent', 'a', 'b-c', 'abc', 'x');
const topic = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join('.'));

/** Which topics match, or that the pattern is refused. */
function verdict(
  compile: () => (topic: string) => boolean,
  topics: readonly string[],
): boolean[] | 'refused' {
  try {
    return topics.map(compile());
  } catch {
    return 'refused';
  }
}

function same(one: string, topics: readonly string[]): void {
  expect(verdict(() => compilePatterns(one), topics)).toEqual(verdict(() => compileTopic(one), topics));
}

it('match what the daemon matches', () => {
  fc.assert(
    fc.property(pattern, fc.array(topic, { maxLength: 5 }), (one, topics) =>
      same(one, [...topics, ...EVENT_TYPES]),
    ),
    { numRuns: 3000 },
  );
});

it('refuse what the daemon refuses', () => {
  const odd = fc.string({
    unit: fc.constantFrom('a', '.', '*', '{', '}', '!', 'B'),
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(odd, one => same(one, ['a', 'a.B', 'B.a.a'])),
    { numRuns: 3000 },
  );
});

it('are typed with spaces or commas between them, and none is everything', () => {
  expect(patternsIn(' tool.*, {agent,session}.**  a ')).toEqual(['tool.*', '{agent,session}.**', 'a']);
  expect(compilePatterns('  ')('anything.at.all')).toBe(true);
  expect(() => compilePatterns('tool..use')).toThrow('tool..use has an empty segment');
});
