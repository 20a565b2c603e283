// The short names that Claude Code has for its modes and for how sessions end, as words people say.
import { own } from './lookup.ts';
import { line } from './text.ts';

const MODES: Readonly<Record<string, string>> = {
  default: '',
  plan: 'plan mode',
  acceptEdits: 'accepts edits',
  auto: 'auto mode',
  bypassPermissions: 'bypasses permissions',
  dontAsk: 'does not ask',
};

/** How a session asks for permission; empty for the usual way. */
export const modeWords = (mode: unknown): string => own(MODES, mode) ?? line(mode, 40);

const ENDS: Readonly<Record<string, string>> = {
  clear: 'cleared',
  prompt_input_exit: 'left at the prompt',
  logout: 'logged out',
  resume: 'another one was resumed',
  bypass_permissions_disabled: 'permissions may not be bypassed',
  process_exited: 'its process went',
  silent: 'not heard of for long',
  other: '',
};

/** Why a session ended; empty when nobody said. */
export const endWords = (reason: unknown): string => own(ENDS, reason) ?? line(reason, 80);
