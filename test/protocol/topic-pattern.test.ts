// Topic patterns against a matcher written down a second time; and whoever reads patterns reads the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePatterns } from '../../public/live/topics.ts';
import { compileTopics } from '../../src/client/topics.ts';
import { topicFilter } from '../../src/fanout/index.ts';
import {
  compileTopic,
  EVENT_TYPES,
  expandPattern,
  InvalidTopicError,
  type TopicMatcher,
} from '../../src/protocol/index.ts';

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

/** Whoever reads patterns: what the daemon sends, what the library sorts out, what the page shows. */
const READERS: readonly [string, (pattern: string) => TopicMatcher][] = [
  ['the daemon', compileTopic],
  [
    'a search',
    pattern => {
      const { match } = topicFilter([pattern]);
      return type => match({ type } as Parameters<typeof match>[0]);
    },
  ],
  ['the client library', pattern => compileTopics([pattern])],
  ['the page', compilePatterns],
];

describe.each(READERS)('%s', (_, compile) => {
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
    ['tool.{use,result}', 'tool.result', true],
    ['*o*.*', 'tool.use', true],
    ['t*l', 'tl', true],
    ['t*l', 'tol.a', false],
    ['**.a.**', 'b.a.c', true],
  ])('%s and %s: %s', (glob, one, expected) => {
    expect(compile(glob)(one)).toBe(expected);
  });

  test.each([
    ['a..b', 'has an empty segment'],
    ['a.**b', 'uses ** as a part of a segment'],
    ['*a*b*', 'has more than two * in a segment'],
    ['*a*.*b*', 'has two * in more than one segment'],
    ['**.a.**.b.**', 'has more than 2 **'],
    ['{a', 'has braces that are nested or not closed'],
    ['a}', 'has a stray brace or comma'],
    ['a!', 'may hold letters, digits'],
    [`${'a.'.repeat(16)}a`, 'has more than 16 segments'],
    ['a'.repeat(129), 'is longer than 128 characters'],
    [`{${'a,'.repeat(32)}a}`, 'stands for more than 32 alternatives'],
  ])('refuses %s', (glob, rule) => {
    expect(() => compile(glob)).toThrow(rule);
  });

  test('reads any pattern as all the others do', () => {
    const odd = fc.string({
      unit: fc.constantFrom('a', '.', '*', '{', '}', '!', 'B'),
      minLength: 1,
      maxLength: 12,
    });
    const topics = ['a', 'a.B', 'B.a.a', ...EVENT_TYPES];
    const verdict = (read: (pattern: string) => TopicMatcher, glob: string): boolean[] | undefined => {
      try {
        return topics.map(read(glob));
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(fc.oneof(odd, pattern), glob => {
        expect(verdict(compile, glob)).toEqual(verdict(compileTopic, glob));
      }),
      { numRuns: 1000 },
    );
  });
});
