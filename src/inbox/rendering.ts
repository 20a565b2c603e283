// What a model reads of a message: our header, the text, what belongs to it, and how to answer.
import type { Message } from '../protocol/index.ts';

/** How a message's header begins; whoever finds it in a prompt knows which message that is. */
const HEADER = '[hookline message id=';
const IN_PROMPT = /^\[hookline message id=([0-9a-f-]{36}) /gm;

/** A line that looks like ours. */
const LIKE_OURS = /^(\s*)\[(?=\s*hookline message\b)/gim;
/** What means something to a client, or to the model: the wrapper's end, and words that pretend to be the client's own. */
const TAGS = /<(?=\s*\/?\s*(?:cross-session-message|system-reminder)\b)/gi;
/** Control characters but tab and newline, and halves of characters. */
const CONTROLS = /(?![\n\t])\p{Cc}|\p{Surrogate}/gu;

/** The text as it came, but for what could pass for something else. */
export function neutralized(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '\ufffd')
    .replace(TAGS, '&lt;')
    .replace(LIKE_OURS, '$1(not from hookline) [');
}

/** @param reply the words that answer it in a shell */
export function rendered(message: Message, reply: (to: string, id: string) => string): string {
  const { id, from, via, verified, files = [], metadata = {} } = message;
  const content = message.message ?? `${message.type}: ${JSON.stringify(message.payload)}`;
  const extra = Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
  return [
    `${HEADER}${id} from=${from} via=${via}${verified ? '' : ' unverified'}]`,
    neutralized(content),
    ...(files.length === 0 ? [] : [neutralized(`files: ${files.join(', ')}`)]),
    ...(extra.length === 0 ? [] : [neutralized(`metadata: ${extra.join(', ')}`)]),
    `reply: ${reply(message.replyTo ?? from, id)}`,
  ].join('\n');
}

/** The ids of the messages that a prompt is made of. */
export function messagesIn(prompt: string): string[] {
  return Array.from(prompt.matchAll(IN_PROMPT), ([, id = '']) => id);
}
