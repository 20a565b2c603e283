// A prompt as people read it. The words are the event's own: show them through `plainShort` only.
import { sentPrompt } from '../../protocol/index.ts';

/** A task that reports back is a prompt too, in a form of its own (Claude Code 2.1.329), and so is what somebody sent. */
export function promptWords(prompt: string): string {
  const sent = sentPrompt(prompt);
  if (sent) return `${sent.from}: ${sent.text}`;
  if (!prompt.startsWith('<task-notification>')) return prompt;
  return /<summary>([^<]*)/.exec(prompt)?.[1] ?? 'a task in the background reported';
}
