// Names for what happens in a session, in the forms the recorded client gives them; fresh ones each time it is played.
import { randomBytes, randomUUID } from 'node:crypto';

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

const letters = (count: number): string =>
  [...randomBytes(count)].map(byte => LETTERS[byte % LETTERS.length]).join('');

export const freshId = {
  /** Of a session, a prompt, a line of a transcript. */
  uuid: (): string => randomUUID(),
  call: (): string => `toolu_01${letters(22)}`,
  message: (): string => `msg_01${letters(22)}`,
  agent: (): string => `a${randomBytes(8).toString('hex')}`,
  /** Of a command in the background. */
  task: (): string => `b${randomBytes(4).toString('hex')}`,
};
