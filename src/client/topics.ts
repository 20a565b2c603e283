// Topic patterns, as the daemon understands them: checked before they are sent, and matched here for consumers that share a connection.
import { SubscriptionError } from './errors.ts';

const GRAMMAR = /^[A-Za-z0-9_\-.*{},]+$/;
const MAX = { length: 128, segments: 16, globstars: 2, alternatives: 32 };

type Segments = readonly string[];

/** Says whether a topic matches one of the patterns. @throws SubscriptionError naming the pattern and the rule it breaks. */
export function compileTopics(patterns: readonly string[]): (topic: string) => boolean {
  if (patterns.length === 0) throw new SubscriptionError('invalid_topic', 'there is no topic pattern');
  const all = patterns.flatMap(plainPatterns);
  const exact = new Set(all.filter(segments => !segments.some(hasStar)).map(segments => segments.join('.')));
  const globs = all.filter(segments => segments.some(hasStar));
  return topic => {
    if (exact.has(topic)) return true;
    const words = topic.split('.');
    return globs.some(segments => fits(segments, words));
  };
}

/**
 * Whether a pattern may ask for hooks by their own name. `*` and `**` do not: who asks for everything gets the normal form
 * of every event.
 */
export function asksForHooks(pattern: string): boolean {
  if (pattern === '*' || pattern === '**') return false;
  return plainPatterns(pattern).some(([first = '']) => first === '**' || fitsSegment(first, 'hook'));
}

/** The patterns without braces a pattern stands for, each cut at its dots. */
function plainPatterns(pattern: string): Segments[] {
  const refuse = (rule: string): never => {
    throw new SubscriptionError(
      'invalid_topic',
      `topic pattern ${JSON.stringify(pattern.slice(0, MAX.length))}: ${rule}`,
    );
  };
  if (pattern === '') refuse('is empty; use ** for everything');
  if (pattern.length > MAX.length) refuse(`is longer than ${MAX.length} characters`);
  if (!GRAMMAR.test(pattern)) refuse('may hold letters, digits, _ - . * ** and {a,b} only');
  if (pattern === '*') return [['**']];
  const all = alternatives(pattern, refuse).map(plain => plain.split('.'));
  for (const segments of all) check(segments, refuse);
  return all;
}

function alternatives(pattern: string, refuse: (rule: string) => never): string[] {
  const [, head, inner, tail] = /^([^{},]*)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (head === undefined || inner === undefined || tail === undefined) {
    return /[{},]/.test(pattern) ? refuse('has a stray brace or comma') : [pattern];
  }
  const tails = alternatives(tail, refuse);
  const all = inner.split(',').flatMap(choice => tails.map(rest => head + choice + rest));
  return all.length > MAX.alternatives
    ? refuse(`stands for more than ${MAX.alternatives} alternatives`)
    : all;
}

function check(segments: Segments, refuse: (rule: string) => never): void {
  const names = segments.filter(segment => segment !== '**');
  const stars = names.map(segment => segment.split('*').length - 1);
  if (segments.length > MAX.segments) refuse(`has more than ${MAX.segments} segments`);
  if (segments.includes('')) refuse('has an empty segment');
  if (names.some(segment => segment.includes('**'))) refuse('uses ** as a part of a segment');
  if (stars.some(count => count > 2)) refuse('has more than two * in a segment');
  if (stars.filter(count => count === 2).length > 1) refuse('has two * in more than one segment');
  if (segments.length - names.length > MAX.globstars) refuse(`has more than ${MAX.globstars} **`);
}

const hasStar = (segment: string): boolean => segment.includes('*');

function fits(pattern: Segments, words: Segments): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '**') return fits(rest, words) || (words.length > 0 && fits(pattern, words.slice(1)));
  const [word, ...others] = words;
  return word !== undefined && fitsSegment(first, word) && fits(rest, others);
}

/** The grammar allows two stars at most, so trying every place for the middle part is cheap. */
function fitsSegment(segment: string, word: string): boolean {
  const parts = segment.split('*');
  const [head = ''] = parts;
  if (parts.length === 1) return head === word;
  const tail = parts.at(-1) ?? '';
  const middle = parts.length === 3 ? (parts[1] ?? '') : '';
  if (word.length < head.length + middle.length + tail.length) return false;
  return (
    word.startsWith(head) &&
    word.endsWith(tail) &&
    word.slice(head.length, word.length - tail.length).includes(middle)
  );
}
