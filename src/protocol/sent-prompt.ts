// A prompt that somebody sent, as people read it: who, and what they wrote, without the words that clients and hookline put around it.

const OPEN = /^<cross-session-message\b([^>]*)>\n/;
const CLOSE = /\n<\/cross-session-message>\s*$/;
const HEADER = /^\[hookline message id=(\S+) from=(\S+)[^\]]*\]\n/;
const REPLY = /\nreply: [^\n]*$/;

export interface SentPrompt {
  readonly from: string;
  readonly text: string;
  /** That of the message, where it is one of hookline's. */
  readonly id?: string;
}

/** Undefined when it was not sent, as far as its words tell. */
export function sentPrompt(prompt: string): SentPrompt | undefined {
  const [open, attributes = ''] = OPEN.exec(prompt) ?? [];
  const inner = open === undefined ? prompt : prompt.slice(open.length).replace(CLOSE, '');
  const [header, id = '', from = ''] = HEADER.exec(inner) ?? [];
  if (header !== undefined) return { from, text: inner.slice(header.length).replace(REPLY, ''), id };
  if (open === undefined) return undefined;
  return { from: /\bfrom-name="([^"]*)"/.exec(attributes)?.[1] ?? 'another session', text: inner };
}
