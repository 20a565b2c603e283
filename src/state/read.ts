// Reads single fields of an event's data; one of an odd type reads as absent.
import { gist, head } from '../protocol/index.ts';

export type Data = Readonly<Record<string, unknown>>;

/** A string that says something. */
export function text(data: Data, key: string): string | undefined {
  const value = data[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function int(data: Data, key: string): number | undefined {
  const value = data[key];
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/** Characters of a `what`: enough to know a command again, little enough for a snapshot of ten thousand. */
const WHAT = 120;

/** The telling part of a tool's input, on one line and cut short. */
export function whatOf(input: unknown): { what?: string } {
  // Cut first: an input may be a whole file.
  const what = head(
    gist(input)
      .slice(0, WHAT * 4)
      .replace(/\s+/g, ' ')
      .trim(),
    WHAT,
  );
  return what === '' ? {} : { what };
}
