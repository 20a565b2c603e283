// Topic patterns against a matcher written down a second time, without regular expressions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTopic } from '../../src/fanout/index.ts';
import { expandPattern, InvalidTopicError } from '../../src/protocol/index.ts';

function matchSegments(pattern: readonly string[], topic: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return topic.length === 0;
  if (first === '**')
    return matchSegments(rest, topic) || (topic.length > 0 && matchSegments(pattern, topic.slice(1)));
  const [head, ...tail] = topic;
  return head !== undefined && matchSegment(first, head) && matchSegments(rest, tail);
}

function matchSegment(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*')
    return matchSegment(pattern.slice(1), text) || (text !== '' && matchSegment(pattern, text.slice(1)));
  return pattern[0] === text[0] && matchSegment(pattern.slice(1), text.slice(1));
}

const name = fc.stringMatching(/^[ab_-]{1,3}$/);
const topic = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'));
const piece = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 2, arbitrary: fc.stringMatching(/^[ab]{0,2}\*[ab]{0,2}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^\*[ab]\*$/) },
  { weight: 1, arbitrary: fc.constant('**') },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.stringMatching(/^[ab]?\*?$/), { minLength: 1, maxLength: 3 })
      .map(all => `{${all.join(',')}}`),
  },
);
const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'));

test('any pattern of the grammar matches what it says', () => {
  fc.assert(
    fc.property(pattern, fc.array(topic, { minLength: 1, maxLength: 5 }), (glob, topics) => {
      let plain: readonly string[];
      try {
        plain = expandPattern(glob);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidTopicError);
        return;
      }
      const matches = compileTopic(glob);
      for (const one of topics) {
        const expected = plain.some(each => matchSegments(each.split('.'), one.split('.')));
        expect(matches(one), `${glob} against ${one}`).toBe(expected);
      }
    }),
    { numRuns: 3000 },
  );
});

test.each<[string, string, boolean]>([
  ['*', 'a.b.c', true],
  ['**', 'a', true],
  ['a.**', 'a', true],
  ['a.**', 'a.b.c', true],
  ['**.c', 'c', true],
  ['a.**.c', 'a.c', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['a.b*', 'a.b', true],
  ['a.{b,c}', 'a.c', true],
  ['a{,.b}', 'a.b', true],
  ['a{,.b}', 'a', true],
  ['tool.use', 'tool.used', false],
  ['constructor', 'constructor', true],
  ['__proto__', '__proto__', true],
  ['a-b.*', 'a-b.c', true],
])('%s and %s: %s', (glob, one, expected) => {
  expect(compileTopic(glob)(one)).toBe(expected);
});
