// Who a prompt of Claude Code is from, as far as its words say: its hook tells no difference between what was typed and what was sent.
import { headersIn } from '../../../inbox/index.ts';
import type { PromptOrigin } from '../../../protocol/index.ts';
import { PREFACE_BEGINS } from '../deliver/preface.ts';

/** How the client marks what another session sent, and news of a task in the background (Claude Code 2.1.332). */
const FROM_PEER = '<cross-session-message';
const NEWS = '<task-notification>';
const SENDER = /^<cross-session-message\b[^>]*\bfrom-name="([^"]*)"/;
const OURS = '[hookline message id=';
/** What it becomes that a hook of ours woke the session with: the client says first which hook that was (2.1.120, 2.1.197, 2.1.247). */
const WOKEN = new RegExp(
  `^<task-notification>\\n.*\\n</task-notification>\\n<system-reminder>\\nStop hook .*\\n${PREFACE_BEGINS}`,
);
/** What the client puts around a paste that is long, here around all of a prompt. */
const PASTED = /^\s*<pasted_content id="[^"\n]*">\n(.*)\n<\/pasted_content id="[^"\n]*">\s*$/s;

/** A message of ours says so in its first line, or in the one below the client's; further down it is text that somebody quotes. */
export function originOf(submitted: string): PromptOrigin {
  const prompt = PASTED.exec(submitted)?.[1] ?? submitted;
  const isFromPeer = prompt.startsWith(FROM_PEER);
  const [brought] = WOKEN.test(prompt) ? headersIn(prompt) : [];
  if (brought) return { kind: 'peer', messageId: brought.id, from: brought.from };
  const [first = '', second = ''] = prompt.split('\n', 2);
  const [message] = headersIn(isFromPeer ? second : first);
  if (message) return { kind: 'peer', messageId: message.id, from: message.from };
  if (isFromPeer || prompt.startsWith(OURS)) {
    const from = SENDER.exec(prompt)?.[1];
    return { kind: 'peer', ...(from ? { from } : {}) };
  }
  return { kind: prompt.startsWith(NEWS) ? 'task' : 'user' };
}
