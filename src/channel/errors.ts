// Why something that a client of a room asked for was not done.

export type RoomErrorCode = 'forbidden' | 'not_found' | 'not_here';

/** Nothing was done; the words say why, and what to do. */
export class RoomError extends Error {
  override readonly name = 'RoomError';
  readonly code: RoomErrorCode;

  constructor(code: RoomErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
