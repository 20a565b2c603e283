// Why a FIFO or a socket cannot be opened, in words that say what to do.

export class CannotOpen extends Error {
  readonly code = 'cannot_open';
  override readonly name = 'CannotOpen';
}
