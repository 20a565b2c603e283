// What the keys that are pressed one after the other mean; knows nothing of the page.
import { own } from '../design/lookup.ts';
import { DEEDS, type Deed, PLACES, type Place } from './table.ts';

/** What of a `KeyboardEvent` counts. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'>;

/** `waits`: another key says what is meant. `none`: it is nothing of ours. */
export type Meaning =
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'deed'; readonly deed: Deed }
  | { readonly kind: 'waits' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'none' };

const NONE: Meaning = { kind: 'none' };

/** Whether it opens the palette: Ctrl-K, on a Mac Cmd-K, where Ctrl-K is a key of the text fields. */
export function isPaletteKey(pressed: Pressed, isMac: boolean): boolean {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = pressed;
  if (key.toLowerCase() !== 'k' || altKey || shiftKey) return false;
  return isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
}

/**
 * What a key means.
 *
 * @param waits whether `g` was the one before: then whatever comes is taken, and means nothing else.
 */
export function meaningOf(pressed: Pressed, waits: boolean): Meaning {
  const { key, ctrlKey, metaKey, altKey, shiftKey, repeat } = pressed;
  if (ctrlKey || metaKey || altKey) return NONE;
  // Where `?` and `/` are is the keyboard's own affair; a capital letter is another key.
  if (shiftKey && /^\p{L}$/u.test(key)) return NONE;
  if (waits) {
    if (key === 'Shift' || repeat) return { kind: 'waits' };
    const place = PLACES.find(one => one.key === key);
    return place === undefined ? { kind: 'lost' } : { kind: 'place', place };
  }
  if (key === 'g') return repeat ? NONE : { kind: 'waits' };
  const deed = own(DEEDS, key);
  if (deed === undefined || (repeat && deed !== 'next' && deed !== 'previous')) return NONE;
  return { kind: 'deed', deed };
}
