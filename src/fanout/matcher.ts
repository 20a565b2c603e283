// Turns a checked topic pattern into a function; picomatch does the matching.
import picomatch from 'picomatch';
import { expandPattern } from '../protocol/index.ts';

export type TopicMatcher = (topic: string) => boolean;

// Everything that the grammar leaves out is switched off too, so that a hole in the one is covered by the other.
const OPTIONS: picomatch.PicomatchOptions = {
  dot: true,
  nobrace: true,
  nobracket: true,
  noextglob: true,
  nonegate: true,
};

const COMPILED_MAX = 2000;
const compiled = new Map<string, TopicMatcher>();

/**
 * A matcher for one topic pattern.
 *
 * @throws InvalidTopicError when the pattern is outside the grammar.
 */
export function compileTopic(pattern: string): TopicMatcher {
  const plain = expandPattern(pattern);
  const [only] = plain;
  if (plain.length === 1 && only !== undefined) return compilePlain(only);
  const matchers = plain.map(compilePlain);
  return topic => matchers.some(matches => matches(topic));
}

function compilePlain(pattern: string): TopicMatcher {
  if (pattern === '**') return () => true;
  if (!pattern.includes('*')) return topic => topic === pattern;
  const known = compiled.get(pattern);
  if (known) return known;
  // Topics are dotted, picomatch's segments are separated by slashes.
  const glob = picomatch(pattern.replaceAll('.', '/'), OPTIONS);
  // `**` is any number of segments, also none; behind a name with a star picomatch wants at least one.
  const without = pattern.endsWith('.**') ? compilePlain(pattern.slice(0, -3)) : undefined;
  const matcher: TopicMatcher = topic => glob(topic.replaceAll('.', '/')) || without?.(topic) === true;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(pattern, matcher);
  return matcher;
}
