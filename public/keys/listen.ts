// Hears the keys of the page: never while somebody types, and none but Ctrl-K where keys of one character are switched off.
import { isWithin } from '../design/dom.ts';
import { FIELDS, hasSingleKeys, isCovered } from '../design/single-keys.ts';
import { isPaletteKey, meaningOf } from './reading.ts';
import type { Deed, Place } from './table.ts';

/** How long `g` waits for the key that says where to, in milliseconds. */
const PATIENCE_MS = 4000;

export interface Deeds {
  palette(): void;
  go(place: Place): void;
  /** `g` was pressed, and the next key says where to; false once it is known, or nothing came. */
  wait(waits: boolean): void;
  /** Returns whether there was anything to do. */
  act(deed: Deed): boolean;
}

/** `navigator.platform` is on its way out, but every browser has it. */
export const isMac = (): boolean => /^(Mac|iP)/.test(navigator.platform);

/** Must listen before whoever else means something by a key that may follow a `g`. */
export function listenToKeys(on: Deeds): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const settle = (): void => {
    if (waiting === undefined) return;
    clearTimeout(waiting);
    waiting = undefined;
    on.wait(false);
  };
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing) return;
    if (isPaletteKey(event, isMac())) {
      event.preventDefault();
      settle();
      return on.palette();
    }
    if (!hasSingleKeys() || isCovered() || isWithin(event, FIELDS)) return settle();
    const meaning = meaningOf(event, waiting !== undefined);
    if (meaning.kind === 'waits') {
      event.preventDefault();
      if (waiting === undefined) on.wait(true);
      clearTimeout(waiting);
      waiting = setTimeout(settle, PATIENCE_MS);
      return;
    }
    settle();
    if (meaning.kind === 'none') return;
    if (meaning.kind === 'deed' && !on.act(meaning.deed)) return;
    event.preventDefault();
    if (meaning.kind === 'place') on.go(meaning.place);
  });
  document.addEventListener('pointerdown', settle);
  addEventListener('blur', settle);
}
