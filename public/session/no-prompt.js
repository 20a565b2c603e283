// What stands where a prompt would, and is none: the summary a compacted conversation goes on from, news, the client's own commands.
import { line } from '../design/text.js';
import { isNews, promptLine } from '../design/words.js';

/** How the client begins such a summary, and what it says when the user broke off (Claude Code 2.1.197 to 2.1.332). */
const SUMMARY = 'This session is being continued from a previous conversation';
const INTERRUPTED = '[Request interrupted by user';
/** What the client writes in tags: tag → what to say of it; empty for what another event tells better. */
const TAGS = {
  'command-name': (name, text) => `Command ${name} ${inTag(text, 'command-args')}`,
  'command-message': () => '',
  'local-command-caveat': () => '',
  'local-command-stdout': words => words,
  'local-command-stderr': words => words,
  'bash-input': command => `Shell: ${command}`,
  'bash-stdout': words => words,
  'bash-stderr': words => words,
};
/** Colours and weights of a terminal, as they are made visible. */
const STYLES = /␛\[[\d;]*m/g;

/** Undefined when they are somebody's words; else `{ kind, words, tone }`: empty words are not worth a line. */
export function insteadOfPrompt(text) {
  if (text.startsWith(SUMMARY)) return { kind: 'summary' };
  if (isInterruption(text)) return note('');
  if (isNews(text)) return note(promptLine(text));
  const [, tag = ''] = /^<([a-z-]+)>/.exec(text) ?? [];
  return Object.hasOwn(TAGS, tag) ? note(TAGS[tag](inTag(text, tag), text)) : undefined;
}

/** The turn, or the agent, that ended with it says so. */
export const isInterruption = text => text.startsWith(INTERRUPTED);

const note = words => ({ kind: 'note', words: line(words, 200).replace(STYLES, '').trim(), tone: 'plain' });

/** What the first of these tags holds. */
function inTag(text, tag) {
  const from = text.indexOf(`<${tag}>`);
  const to = text.indexOf(`</${tag}>`, from);
  return from < 0 || to < 0 ? '' : text.slice(from + tag.length + 2, to);
}
