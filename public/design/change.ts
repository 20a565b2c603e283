// A change as a block on the page: every line with its sign, and what was taken away and put in with a colour besides.
import { el } from './dom.ts';
import { folded } from './fold.ts';
import { visible } from './text.ts';

/** The change as a block, folded after so many lines when it is long. */
export const changeNode = (change: string, lines?: number): HTMLElement =>
  folded(change, whole => tinted(whole), lines);

const MARKS: Readonly<Record<string, string>> = { '-': 'span.taken', '+': 'span.put' };

/** A node for each line of a change. `show` makes what would not be seen visible. */
export const tinted = (change: string, show: (text: string) => string = visible): HTMLElement[] =>
  change.split('\n').map(one => el(MARKS[one.slice(0, 1)] ?? 'span.stays', {}, `${show(one)}\n`));
