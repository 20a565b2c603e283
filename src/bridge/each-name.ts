// Names at a broker, one after the other: whoever may not have one of them has the others all the same.
import { wordsOf } from './words.ts';

/** How many refused names are told by name. */
const TOLD = 3;

/** That something could not be done for some names, and why it could not for the first of them. */
export class NamesError extends Error {
  readonly names: readonly string[];

  constructor(names: readonly string[], cause: unknown) {
    const more = names.length > TOLD ? ` and ${names.length - TOLD} more` : '';
    super(`${names.slice(0, TOLD).join(', ')}${more}: ${wordsOf(cause)}`, { cause });
    this.names = names;
  }
}

/**
 * Does something for each name, in order, whatever becomes of those before it.
 *
 * @throws NamesError once all were tried, for those it could not be done for
 */
export async function forEachName(
  names: Iterable<string>,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const failed: string[] = [];
  let why: unknown;
  for (const name of names) {
    try {
      await work(name);
    } catch (error) {
      if (failed.length === 0) why = error;
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new NamesError(failed, why);
}
