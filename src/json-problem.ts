// What is wrong with a text that is no JSON, in words and with its place, for every file that people write by hand.
import { type ParseError, printParseErrorCode } from 'jsonc-parser';

export interface Place {
  /** One-based. */
  readonly line: number;
  /** One-based, in UTF-16 code units. */
  readonly column: number;
}

/** `CommaExpected` → `comma expected`. */
export function inWords({ error }: ParseError): string {
  const code = printParseErrorCode(error);
  return code.replace(/\B[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase();
}

export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
