// A prompt as people read it. The words are the event's own: show them through `plainShort` only.

/** A task that reports back is a prompt too, in a form of its own (Claude Code 2.1.329). */
export function promptWords(prompt: string): string {
  if (!prompt.startsWith('<task-notification>')) return prompt;
  return /<summary>([^<]*)/.exec(prompt)?.[1] ?? 'a task in the background reported';
}
