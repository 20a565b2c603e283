// What a session was asked, what it said, and why it failed: in a line, on its card and in the list.
import type { SessionState } from '../../src/protocol/index.ts';
import { line, prose } from '../design/text.ts';
import { isNews, promptLine } from '../design/words.ts';
import type { Need } from './need.ts';

/** Why its turn failed. */
export const failureWords = ({ failure }: SessionState): string =>
  line(failure?.error ?? failure?.errorDetails, 120) || 'no reason given';

/** What it was asked, in quotes; of one that rests, what it said last. */
export function promptWords(
  { currentPrompt, userPrompt = currentPrompt, lastMessage }: SessionState,
  need: Need,
): string {
  if (need === 'idle' && lastMessage) return prose(lastMessage, 240);
  if (userPrompt === undefined) return '';
  const said = promptLine(userPrompt.text);
  return isNews(userPrompt.text) ? said : `“${said}”`;
}
