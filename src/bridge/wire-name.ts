// Words of ours as one part of a broker's topic: what would be read as structure there is put aside.

/** Longest part, in characters: a whole topic may have 255 bytes at some brokers. */
const MOST = 100;

/** A session's id as a part of a topic: `_` for none, and in place of every character that is not a letter, a digit, `-` or `_`. */
export function sessionPart(sessionId: string): string {
  return sessionId === '' ? '_' : sessionId.slice(0, MOST).replace(/[^A-Za-z0-9_-]/g, '_');
}

/** Whether what somebody calls itself can be the name of a hookline at brokers. */
export const isNode = (text: unknown): text is string =>
  typeof text === 'string' && /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);
