// Which lines of a transcript are prompts: what reached the model as one, as the hook UserPromptSubmit would have told it.
import { isObject, type JsonObject } from '../../../json.ts';
import { text } from './lines.ts';

/** How lines begin that the client writes for itself: its own commands, and shell commands of the user. */
const NO_PROMPT = /^<(?:command-name|local-command-[a-z]+|bash-input|bash-stdout|bash-stderr)>/;
/** A command out of a file reads like this: the hook told it as it was typed. */
const COMMAND =
  /^<command-message>[^<]*<\/command-message>\s*<command-name>([^<]+)<\/command-name>(?:\s*<command-args>(.*)<\/command-args>)?/s;

/**
 * The prompt that a `user` line with this text is, if it is one. As observed with Claude Code 2.1.329, which marks
 * prompts by `promptSource`; in a line of an older one everything else has to be ruled out.
 */
export function promptOf(line: JsonObject, said: string): string | undefined {
  if (line['isMeta'] === true || line['isCompactSummary'] === true || line['isSidechain'] === true)
    return undefined;
  if (text(line['promptSource']) !== undefined) return said;
  const [, command, args] = COMMAND.exec(said) ?? [];
  if (command !== undefined) return [command, args?.trim()].filter(Boolean).join(' ');
  return NO_PROMPT.test(said) ? undefined : said;
}

/** The prompt in an `attachment` line: one that was typed during a turn, and became part of it. */
export function queuedPromptOf({ attachment }: JsonObject): string | undefined {
  if (!isObject(attachment) || attachment['type'] !== 'queued_command') return undefined;
  return attachment['commandMode'] === 'prompt' ? text(attachment['prompt']) : undefined;
}

/** What the client puts around a message of another session for its model (2.1.332). */
const FRAMED = /^Another Claude session sent a message:\n(.*?)\n\nThis came from another Claude session\b/s;
/** What it calls a sender that did not say who it is. */
const NOBODY = 'unknown';

/** A prompt that another process sent, and the socket it may be answered at. @param said the text of a `user` line */
export function peerPromptOf(
  line: JsonObject,
  said: string,
): { readonly prompt: string; readonly from: string | undefined } | undefined {
  const attachment = isObject(line['attachment']) ? line['attachment'] : undefined;
  const origin = (attachment ?? line)['origin'];
  if (!isObject(origin) || origin['kind'] !== 'peer') return undefined;
  const prompt = attachment ? queuedPromptOf(line) : FRAMED.exec(said)?.[1];
  const from = text(origin['from']);
  return prompt === undefined ? undefined : { prompt, from: from === NOBODY ? undefined : from };
}
