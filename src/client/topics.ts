// Topic patterns: checked before they are sent, and matched here for consumers that share a connection.
import {
  compileTopic,
  expandPattern,
  fitsSegment,
  InvalidTopicError,
  type TopicMatcher,
} from '../protocol/topic-pattern.ts';
import { SubscriptionError } from './errors.ts';

/** Says whether a topic matches one of the patterns. @throws SubscriptionError naming the pattern and the rule it breaks. */
export function compileTopics(patterns: readonly string[]): TopicMatcher {
  if (patterns.length === 0) throw new SubscriptionError('invalid_topic', 'there is no topic pattern');
  const matchers = understood(() => patterns.map(compileTopic));
  return topic => matchers.some(matches => matches(topic));
}

/**
 * Whether a pattern may ask for hooks by their own name. `*` and `**` do not: who asks for everything gets the normal form
 * of every event.
 */
export function asksForHooks(pattern: string): boolean {
  if (pattern === '*' || pattern === '**') return false;
  return understood(() => expandPattern(pattern)).some(plain => {
    const [first = ''] = plain.split('.');
    return first === '**' || fitsSegment(first, 'hook');
  });
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidTopicError)) throw error;
    throw new SubscriptionError(error.code, error.message, { cause: error });
  }
}
