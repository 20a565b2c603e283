// What stands where a prompt would, and is none: the summary a compacted conversation goes on from, news, the client's own lines.
import { line } from '../design/text.ts';
import { isNews, promptLine } from '../design/words.ts';

/** How the client begins such a summary, and what it says when the user broke off (Claude Code 2.1.197 to 2.1.332). */
const SUMMARY = 'This session is being continued from a previous conversation';
const INTERRUPTED = '[Request interrupted by user';
/** What it writes in tags: what to say before the words in them; undefined where another event tells it better. */
const TAGS: Readonly<Record<string, string | undefined>> = {
  'command-name': 'Command ',
  'command-message': undefined,
  'local-command-caveat': undefined,
  'local-command-stdout': '',
  'local-command-stderr': '',
  'bash-input': 'Shell: ',
  'bash-stdout': '',
  'bash-stderr': '',
};
/** Colours and weights of a terminal, as they are made visible. */
const STYLES = /␛\[[\d;]*m/g;

/** What stands there: a summary, or a note. Empty words are not worth a line. */
export type Instead =
  | { readonly kind: 'summary' }
  | { readonly kind: 'note'; readonly words: string; readonly tone: 'plain' };

/** Undefined when they are somebody's words. */
export function insteadOfPrompt(text: string): Instead | undefined {
  if (text.startsWith(SUMMARY)) return { kind: 'summary' };
  if (isInterruption(text)) return note('');
  if (isNews(text)) return note(promptLine(text));
  const [, tag = ''] = /^<([a-z-]+)>/.exec(text) ?? [];
  if (!Object.hasOwn(TAGS, tag)) return undefined;
  const words = `${inTag(text, tag)} ${inTag(text, 'command-args')}`.trim();
  const before = TAGS[tag];
  return note(before === undefined || words === '' ? '' : before + words);
}

/** The turn, or the agent, that ended with it says so. */
export const isInterruption = (text: string): boolean => text.startsWith(INTERRUPTED);

const note = (words: string): Instead => ({
  kind: 'note',
  words: line(words, 200).replace(STYLES, '').trim(),
  tone: 'plain',
});

/** What the first of these tags holds. */
const inTag = (text: string, tag: string): string => text.split(`<${tag}>`)[1]?.split(`</${tag}>`)[0] ?? '';
