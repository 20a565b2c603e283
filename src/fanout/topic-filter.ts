// Topics as a filter of the log: those that a stream of the same topics would tell, and in which form it would tell them.
import type { LogRecord, TopicFilter } from '../log/index.ts';
import { compileTopic, expandPattern } from '../protocol/index.ts';

export interface TopicSearch extends TopicFilter {
  /** True of a record that matches by its type, and not only by its hook's topic. */
  readonly normal: (record: LogRecord) => boolean;
}

/** @throws InvalidTopicError for a pattern outside the grammar. */
export function topicFilter(patterns: readonly string[]): TopicSearch {
  const matchers = patterns.map(compileTopic);
  const any = (topic: string): boolean => matchers.some(matches => matches(topic));
  return {
    globs: patterns.flatMap(expandPattern).map(coarse),
    normal: ({ type }) => any(type),
    match: ({ type, hook }) => any(type) || (hook !== undefined && any(hook.topic)),
  };
}

/** A pattern with `*` for any text: it fits all that the pattern matches, `a` for `a.**` too. */
function coarse(pattern: string): string {
  return pattern.replaceAll(/\.?\*\*\.?/g, '*');
}
