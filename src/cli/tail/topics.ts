// Which topics a tail subscribes to.
import { expandPattern, FIXED_LIMITS, hookTopic, InvalidTopicError } from '../../protocol/index.ts';
import { UsageError } from '../failure.ts';

/**
 * The topics for what was typed. With `raw`, they are topics of hooks, whose events come with the payload as the agent sent it:
 * `PreToolUse` and `pre_tool_use` mean `hook.pre_tool_use`.
 *
 * @throws UsageError for a pattern outside the grammar.
 */
export function topicsFor(globs: readonly string[], raw: boolean): string[] {
  const wanted = raw ? globs.map(rawTopic) : [...globs];
  const topics = wanted.length > 0 ? wanted : [raw ? 'hook.*' : '**'];
  if (topics.length > FIXED_LIMITS.topicsPerSubscribe) {
    throw new UsageError(
      `${topics.length} globs are too many; at most ${FIXED_LIMITS.topicsPerSubscribe} are possible`,
    );
  }
  for (const [index, topic] of topics.entries()) {
    try {
      const plain = expandPattern(topic);
      if (raw && !plain.some(canBeHook)) throw new UsageError(notRaw(globs[index] ?? topic));
    } catch (error) {
      if (error instanceof InvalidTopicError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  }
  return topics;
}

/** The topic of a hook has two parts, whatever it is called. */
function canBeHook(pattern: string): boolean {
  return pattern.includes('**') || pattern.split('.').length === 2;
}

function notRaw(glob: string): string {
  return `--raw takes the names of hooks, and ${JSON.stringify(glob)} can be none of them; try --raw PreToolUse, or --raw 'pre_*', or leave --raw out`;
}

function rawTopic(glob: string): string {
  if (glob.startsWith('hook.')) return glob;
  if (glob === '*' || glob === '**') return 'hook.*';
  return /^[A-Z][A-Za-z0-9]*$/.test(glob) ? hookTopic(glob) : `hook.${glob}`;
}
