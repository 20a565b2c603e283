// Names for what a story makes, in the forms Claude Code 2.1.329 gives them; fresh ones each time it is told.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Ids {
  /** Of a session, a prompt, a line of a transcript. */
  uuid(): string;
  call(): string;
  message(): string;
  agent(): string;
  /** Of a command in the background. */
  task(): string;
}

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function letters(count: number): string {
  return [...randomBytes(count)].map(byte => LETTERS[byte % LETTERS.length]).join('');
}

export const randomIds: Ids = {
  uuid: randomUUID,
  call: () => `toolu_01${letters(22)}`,
  message: () => `msg_01${letters(22)}`,
  agent: () => `a${randomBytes(8).toString('hex')}`,
  task: () => `b${randomBytes(4).toString('hex')}`,
};
