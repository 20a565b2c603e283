// Keys of one character, such as `a` and `j`: whoever speaks to their machine, or hits keys by accident, can switch them off.
import { keep, kept } from './kept.ts';

/** Whether a key of one character does anything; until somebody chooses, it does. */
export const hasSingleKeys = (): boolean => kept('keys') !== 'off';

/** The choice is kept in this browser, for all of its tabs. */
export const switchSingleKeys = (on: boolean): void => keep('keys', on ? undefined : 'off');

/** Where keys are typed, or mean something of their own. */
export const FIELDS = 'input, textarea, select, [contenteditable], dialog';

/** Whether a dialog lies over the page, which then hears of no key. */
export const isCovered = (): boolean => document.querySelector('dialog:modal') !== null;
