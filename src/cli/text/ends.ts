// The short names that Claude Code and hookline have for how a session ends, as words people say.

const REASONS: ReadonlyMap<string, string> = new Map([
  ['clear', 'cleared'],
  ['prompt_input_exit', 'left at the prompt'],
  ['logout', 'logged out'],
  ['resume', 'another one was resumed'],
  ['bypass_permissions_disabled', 'permissions may not be bypassed'],
  ['process_exited', 'its process was gone'],
  ['silent', 'not heard of for a week'],
]);

/** Why a session ended, unsafe; a reason nobody has words for yet is told as it is, and none as nothing. */
export function endReason(reason: string): string {
  return reason === 'other' ? 'other reason' : (REASONS.get(reason) ?? reason);
}

/** That a session ended, and why, unsafe. */
export function endWords(reason: string): string {
  return REASONS.get(reason) ?? (reason === '' ? 'ended' : `ended (${endReason(reason)})`);
}
