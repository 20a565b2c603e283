// What a model reads of a message: our header, the text, what belongs to it, and how to answer.
import type { Message } from '../protocol/index.ts';

/** How a message's header begins; whoever finds it in a prompt knows which message that is. */
const HEADER = '[hookline message id=';
const IN_PROMPT = /^\[hookline message id=([0-9a-f-]{36}) (?:from=(\S+))?/gm;

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
  const answer = neutralized(`reply: ${reply(message.replyTo ?? message.from, message.id)}`);
  return `${withoutReply(message)}${answer}`;
}

/** What comes before the words that answer it, its newline included: they are another hookline's to choose. */
function withoutReply(message: Message): string {
  const { id, from, via, verified, files = [], metadata = {} } = message;
  const content = message.message ?? `${message.type}: ${JSON.stringify(message.payload)}`;
  const extra = Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
  return [
    `${HEADER}${id} from=${from} via=${via}${verified ? '' : ' unverified'}]`,
    neutralized(content),
    ...(files.length === 0 ? [] : [neutralized(`files: ${files.join(', ')}`)]),
    ...(extra.length === 0 ? [] : [neutralized(`metadata: ${extra.join(', ')}`)]),
    '',
  ].join('\n');
}

/** How much of the text below its header is looked for in a prompt, in characters: further on it may be trimmed. */
const PROVING = 200;

/**
 * Whether a prompt holds a message: its header, whole, at the beginning of a line, and its text below. The header alone is anybody's to write.
 *
 * @param asLogged what the way there and the log make of a text: secrets are taken out of a prompt
 */
export function isIn(prompt: string, message: Message, asLogged: (text: string) => string): boolean {
  const text = asLogged(withoutReply(message));
  const wanted = text.slice(0, text.indexOf('\n') + PROVING);
  return prompt.startsWith(wanted) || prompt.includes(`\n${wanted}`);
}

/** The ids of the messages that a prompt is made of. */
export function messagesIn(prompt: string): string[] {
  return headersIn(prompt).map(({ id }) => id);
}

/** The same, with who sent them. */
export function headersIn(prompt: string): { readonly id: string; readonly from: string }[] {
  return Array.from(prompt.matchAll(IN_PROMPT), ([, id = '', from = '']) => ({ id, from }));
}
