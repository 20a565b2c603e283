// Patterns chosen to cost: within the grammar they cost microseconds, everything else is refused by name.
import { describe, expect, test } from 'vitest';
import { Subscription } from '../../src/fanout/index.ts';
import { compileTopic, FIXED_LIMITS, InvalidTopicError } from '../../src/protocol/index.ts';

/** Topics made to almost match: long segments, many segments, the longest a poster can make. */
const TOPICS = [
  'a'.repeat(64),
  Array.from({ length: 8 }, () => 'a'.repeat(64)).join('.'),
  Array.from({ length: 40 }, () => 'a').join('.'),
  `hook.${'a_'.repeat(32)}`,
  `${'ab'.repeat(32)}.${'ab'.repeat(32)}.c`,
];

const WORST = [
  '*a*',
  '*a*b',
  `${'*a.'.repeat(15)}b`,
  `*a*.${'*a.'.repeat(14)}b`,
  '**.a.**.b',
  '**.*a*.**.b',
  `**.${'a*.'.repeat(13)}**`,
  `**.${'*a.'.repeat(12)}**.b`,
  '{a*,*a,*a*,a}.{a*,*a,a}.**.b',
  `{${Array.from({ length: 32 }, (_, at) => `*a${at}`).join(',')}}`.slice(0, 127).replace(/,[^,]*$/, '}'),
  '*-*',
  `${'a'.repeat(126)}**`.slice(0, 125),
];

/** Milliseconds for a piece of work, the best of a few tries so that a busy machine does not matter. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = performance.now();
    work();
    least = Math.min(least, performance.now() - before);
  }
  return least;
}

describe('the worst the grammar allows', () => {
  test.each(WORST)('%s costs microseconds', pattern => {
    const matches = compileTopic(pattern);
    const cost = best(() => {
      for (let round = 0; round < 20; round++) for (const topic of TOPICS) matches(topic);
    });
    // 100 matches: a pattern that backtracks would take seconds for one.
    expect(cost / 100).toBeLessThan(0.2);
  });

  test('200 of them on one connection are no burden, also for types that are new every time', () => {
    const subscription = new Subscription(200);
    subscription.add(Array.from({ length: 200 }, (_, at) => `*a*.${'*a.'.repeat(10)}b${at}`));
    const record = {
      seq: 1,
      timestamp: 0,
      sessionId: 's',
      agentId: undefined,
      source: 't',
      data: '{}',
      hook: undefined,
    };
    const cost = best(() => {
      for (let at = 0; at < 50; at++)
        subscription.selection.form({
          ...record,
          type: `${'a'.repeat(40)}${at}.${'aaaaaaaaaa.'.repeat(10)}a`,
        });
    });
    expect(cost / 50).toBeLessThan(20);
  });

  test('reading a pattern is cheap, whatever it is', () => {
    const long = (piece: string) => piece.repeat(Math.ceil(128 / piece.length)).slice(0, 128);
    const cost = best(() => {
      for (const piece of ['{', '}', '{a,', ',', '*', '**', '*.', '{a,b}', '{{', '.', '{*,**}', 'a{,'])
        try {
          compileTopic(long(piece));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidTopicError);
        }
    });
    expect(cost).toBeLessThan(100);
  });
});

describe('everything beyond is refused, and the rule is named', () => {
  test.each<[string, RegExp]>([
    ['', /empty/],
    ['a'.repeat(129), /longer than 128 characters/],
    [`*${'a*'.repeat(8)}b`, /more than two \* in a segment/],
    ['*a*.*a*', /two \* in more than one segment/],
    ['**.**.**', /more than 2 \*\*/],
    [Array.from({ length: 17 }, () => 'a').join('.'), /more than 16 segments/],
    ['a**', /part of a segment/],
    ['***', /part of a segment/],
    ['a..b', /empty segment/],
    ['.a', /empty segment/],
    ['a.', /empty segment/],
    ['{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}', /more than 32 alternatives/],
    ['{a,{b,c}}', /nested or not closed/],
    ['{a,b', /nested or not closed/],
    ['a,b', /stray brace or comma/],
    ['a}', /stray brace or comma/],
    ['tool.[a-z]', /letters, digits/],
    ['tool.+(a|b)', /letters, digits/],
    ['!tool.*', /letters, digits/],
    ['tool.?', /letters, digits/],
    ['tool/*', /letters, digits/],
    ['tool.\\*', /letters, digits/],
    ['tool.use\n', /letters, digits/],
    ['töol.*', /letters, digits/],
    ['$(x)', /letters, digits/],
  ])('%j', (pattern, rule) => {
    expect(() => compileTopic(pattern)).toThrow(InvalidTopicError);
    expect(() => compileTopic(pattern)).toThrow(rule);
  });

  test('the longest pattern is 128 characters, and its refusal is no longer than it must be', () => {
    expect(compileTopic('a'.repeat(FIXED_LIMITS.patternLength))('a'.repeat(128))).toBe(true);
    expect(() => compileTopic('x'.repeat(60_000))).toThrow(/^.{0,220}$/);
  });
});
