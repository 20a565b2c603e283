// The short names that Claude Code has for its modes and for how sessions end, as words people say.
import { line } from './text.js';

const MODES = {
  default: '',
  plan: 'plan mode',
  acceptEdits: 'accepts edits',
  auto: 'auto mode',
  bypassPermissions: 'bypasses permissions',
  dontAsk: 'does not ask',
};

/** How a session asks for permission; empty for the usual way. */
export const modeWords = mode => (Object.hasOwn(MODES, mode) ? MODES[mode] : line(mode, 40));

const ENDS = {
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
export const endWords = reason => (Object.hasOwn(ENDS, reason) ? ENDS[reason] : line(reason, 80));
