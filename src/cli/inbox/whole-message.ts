// A message as it is read: its header, the text, what belongs to it, and how to answer.
import { rendered } from '../../inbox/index.ts';
import type { Message } from '../../protocol/index.ts';
import { quoted, selfCommand } from '../invocation.ts';
import { plainText } from '../text/plain.ts';

/** The lines that a model is given too, so that no text can pass for another message; safe for a terminal. */
export function wholeMessage(message: Message): string {
  return plainText(rendered(message, howToReply));
}

const howToReply = (to: string, id: string): string =>
  `${selfCommand()} send --to ${quoted(to)} --in-reply-to ${id}`;
