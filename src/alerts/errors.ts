// Why an alert cannot be acknowledged, or a target not be tried.

/** There is no such alert, or no such target. */
export class NoAlertError extends Error {
  readonly code = 'not_found';
  override readonly name = 'NoAlertError';
}
