// The patterns that select topics: their grammar, and what they match. Server, client and pages all use this, so it needs no library.
import { FIXED_LIMITS } from './limits.ts';

/** Why a topic pattern was refused; `message` names the pattern and the rule. */
export class InvalidTopicError extends Error {
  readonly code = 'invalid_topic';
  override readonly name = 'InvalidTopicError';
  /** The pattern, cut to the longest that is allowed. */
  readonly pattern: string;
  /** What is wrong with it: `has an empty segment`. */
  readonly rule: string;

  constructor(pattern: string, rule: string) {
    const short = pattern.slice(0, FIXED_LIMITS.patternLength);
    super(`topic pattern ${JSON.stringify(short)}: ${rule}`);
    this.pattern = short;
    this.rule = rule;
  }
}

export type TopicMatcher = (topic: string) => boolean;

const GRAMMAR = /^[A-Za-z0-9_\-.*{},]+$/;

/**
 * A matcher for one topic pattern: `*` is any text within a segment, `**` any number of segments, `{a,b}` a choice.
 *
 * @throws InvalidTopicError when the pattern is outside the grammar.
 */
export function compileTopic(pattern: string): TopicMatcher {
  const matchers = expandPattern(pattern).map(compilePlain);
  const [only] = matchers;
  if (matchers.length === 1 && only !== undefined) return only;
  return topic => matchers.some(matches => matches(topic));
}

/**
 * The plain patterns (no braces) a topic pattern stands for; a lone `*` is `**`, everything.
 *
 * @throws InvalidTopicError naming the pattern and the rule it breaks.
 */
export function expandPattern(pattern: string): readonly string[] {
  const refuse = (rule: string): never => {
    throw new InvalidTopicError(pattern, rule);
  };
  if (pattern.length === 0) refuse('is empty; use ** for everything');
  if (pattern.length > FIXED_LIMITS.patternLength)
    refuse(`is longer than ${FIXED_LIMITS.patternLength} characters`);
  if (!GRAMMAR.test(pattern)) refuse('may hold letters, digits, _ - . * ** and {a,b} only');
  if (pattern === '*') return ['**'];
  const plain = expandBraces(pattern, refuse);
  for (const alternative of plain) checkPlain(alternative, refuse);
  return plain;
}

/** Whether a segment of a plain pattern, other than `**`, matches a segment of a topic. */
export function fitsSegment(segment: string, word: string): boolean {
  const [head = '', ...others] = segment.split('*');
  const tail = others.pop();
  if (tail === undefined) return head === word;
  // The grammar allows two stars at most, so there is one part in the middle, or none.
  const [middle = ''] = others;
  return (
    word.length >= head.length + middle.length + tail.length &&
    word.startsWith(head) &&
    word.endsWith(tail) &&
    word.slice(head.length, word.length - tail.length).includes(middle)
  );
}

function compilePlain(pattern: string): TopicMatcher {
  if (pattern === '**') return () => true;
  if (!pattern.includes('*')) return topic => topic === pattern;
  const segments = pattern.split('.');
  return topic => fits(segments, 0, topic.split('.'), 0);
}

/** Whether the segments from one place on match the words from another on. */
function fits(segments: readonly string[], at: number, words: readonly string[], from: number): boolean {
  const segment = segments[at];
  if (segment === undefined) return from === words.length;
  const word = words[from];
  if (segment === '**')
    return fits(segments, at + 1, words, from) || (word !== undefined && fits(segments, at, words, from + 1));
  return word !== undefined && fitsSegment(segment, word) && fits(segments, at + 1, words, from + 1);
}

/** The patterns without braces that one with `{a,b}` stands for. @throws what `refuse` does with the rule that it breaks */
export function expandBraces(pattern: string, refuse: (rule: string) => never): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return /[{},]/.test(pattern) ? refuse('has a stray brace or comma') : [pattern];
  const close = pattern.indexOf('}', open);
  const inner = pattern.slice(open + 1, close);
  const head = pattern.slice(0, open);
  if (close < 0 || inner.includes('{') || /[},]/.test(head))
    return refuse('has braces that are nested or not closed');
  const tails =
    pattern.slice(close + 1).includes('{') || /[},]/.test(pattern.slice(close + 1))
      ? expandBraces(pattern.slice(close + 1), refuse)
      : [pattern.slice(close + 1)];
  const all: string[] = [];
  for (const choice of inner.split(',')) {
    for (const tail of tails) all.push(head + choice + tail);
  }
  if (all.length > FIXED_LIMITS.patternAlternatives)
    return refuse(`stands for more than ${FIXED_LIMITS.patternAlternatives} alternatives`);
  return all;
}

// What can match in many ways multiplies when the rest does not match, and nobody is to buy CPU with a subscription: so there may be
// few stars, and one segment with two.
function checkPlain(pattern: string, refuse: (rule: string) => never): void {
  const segments = pattern.split('.');
  if (segments.length > FIXED_LIMITS.patternSegments)
    refuse(`has more than ${FIXED_LIMITS.patternSegments} segments`);
  let globstars = 0;
  let doubles = 0;
  for (const segment of segments) {
    const stars = segment.split('*').length - 1;
    if (segment === '') refuse('has an empty segment');
    if (segment === '**') globstars++;
    else if (segment.includes('**')) refuse('uses ** as a part of a segment; it stands alone between dots');
    else if (stars > 2) refuse('has more than two * in a segment');
    else if (stars === 2) doubles++;
  }
  if (globstars > FIXED_LIMITS.patternGlobstars) refuse(`has more than ${FIXED_LIMITS.patternGlobstars} **`);
  if (doubles > FIXED_LIMITS.patternDoubleStarSegments) refuse('has two * in more than one segment');
}
