// The patterns that select addresses and names in rules and tokens: their grammar, and what they match.
import { z } from 'zod';
import { expandBraces } from './topic-pattern.ts';

/** Longest pattern, in characters. */
const LONGEST = 128;
/** What can stand in an address: nothing that is blank or not seen, and no stray brace or comma. */
const GRAMMAR = /^[\x21-\x7e]+$/;

/** Why a pattern was refused: `may not be empty`. */
export class InvalidAddressPatternError extends Error {
  readonly code = 'invalid_address_pattern';
  override readonly name = 'InvalidAddressPatternError';
}

export type AddressMatcher = (address: string) => boolean;

/**
 * A matcher for one pattern: `*` is any text, dots and slashes too, `{a,b}` a choice, and everything else itself, in its case. Its time
 * is linear in the length of the address, times that of the pattern.
 *
 * @throws InvalidAddressPatternError, with the rule that it breaks
 */
export function compileAddress(pattern: string): AddressMatcher {
  const refuse = (rule: string): never => {
    throw new InvalidAddressPatternError(rule);
  };
  if (pattern === '') refuse('is empty; use * for everything');
  if (pattern.length > LONGEST) refuse(`is longer than ${LONGEST} characters`);
  if (!GRAMMAR.test(pattern)) refuse('holds something that is in no address, such as a blank');
  const choices = expandBraces(pattern, refuse).map(choice => choice.split('*'));
  return address => choices.some(parts => fits(parts, address));
}

/** Whether an address is these parts, in order, with any text between them. */
function fits([head = '', ...others]: readonly string[], address: string): boolean {
  const tail = others.pop();
  if (tail === undefined) return address === head;
  if (address.length < head.length + tail.length) return false;
  if (!address.startsWith(head) || !address.endsWith(tail)) return false;
  const end = address.length - tail.length;
  let at = head.length;
  for (const part of others) {
    const found = address.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

export const AddressPattern = z.string().superRefine((pattern, context) => {
  try {
    compileAddress(pattern);
  } catch (error) {
    if (!(error instanceof InvalidAddressPatternError)) throw error;
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(pattern.slice(0, LONGEST))} ${error.message}`,
    });
  }
});
