// Topics as they are typed into the page.
import { expect, it } from 'vitest';
import { compilePatterns, patternsIn } from '../../public/live/topics.ts';

it('are typed with spaces or commas between them, and none is everything', () => {
  expect(patternsIn(' tool.*, {agent,session}.**  a ')).toEqual(['tool.*', '{agent,session}.**', 'a']);
  expect(compilePatterns('  ')('anything.at.all')).toBe(true);
  expect(['a.b', 'c', 'd'].map(compilePatterns('a.*, c'))).toEqual([true, true, false]);
});

it('are refused by their rule, in words that fit under the field', () => {
  expect(() => compilePatterns('tool..use')).toThrow(/^tool\.\.use has an empty segment$/);
  expect(() => compilePatterns(`a ${'b'.repeat(200)}`)).toThrow(/^b{40} is longer than 128 characters$/);
});
