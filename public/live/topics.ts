// Topic patterns as they are typed into the page; they mean what they mean to the daemon.
import { compileTopic, InvalidTopicError, type TopicMatcher } from '../../src/protocol/topic-pattern.ts';

/** Topics remembered, at most; anybody may make up new ones. */
const KNOWN = 1000;

/** Splits what was typed at spaces and commas, but not at commas within braces. */
export const patternsIn = (text: string): string[] =>
  text.split(/[\s,]+(?![^{}]*\})/).filter(one => one !== '');

/**
 * A function that says whether a topic matches one of the patterns typed; nothing typed is everything.
 *
 * @throws Error that names the pattern and the rule it breaks.
 */
export function compilePatterns(text: string): TopicMatcher {
  const matchers = patternsIn(text).map(compile);
  /** There are few topics and many events. */
  const known = new Map<string, boolean>();
  return topic => {
    if (matchers.length === 0) return true;
    let fits = known.get(topic);
    if (fits === undefined) {
      fits = matchers.some(matches => matches(topic));
      if (known.size < KNOWN) known.set(topic, fits);
    }
    return fits;
  };
}

function compile(pattern: string): TopicMatcher {
  try {
    return compileTopic(pattern);
  } catch (error) {
    if (!(error instanceof InvalidTopicError)) throw error;
    throw new Error(`${error.pattern.slice(0, 40)} ${error.rule}`, { cause: error });
  }
}
