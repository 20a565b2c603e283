// JSON as text with its keys told apart, as much of it as a page can carry.
import { el } from '../design/dom.ts';
import { count } from '../design/format.ts';
import { cut, visible } from '../design/text.ts';

/** Most characters shown; copying gives all of it. */
const MOST = 200_000;

/** Any value as indented JSON; what is nested deeper than can be written comes in one line of words. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2) ?? 'undefined';
  } catch {
    return '(nested too deep to be shown)';
  }
}

export function jsonNode(value: unknown): HTMLElement {
  const text = jsonText(value);
  const rest = text.length - MOST;
  return el(
    'pre.block.json.data',
    { tabindex: 0, 'aria-label': 'The event as JSON', role: 'region' },
    el('code', {}, tinted(visible(cut(text, MOST)))),
    rest > 0 ? `\n… ${count(rest)} characters more; Copy has them` : undefined,
  );
}

/** Keys stand out from what they hold. */
export function tinted(json: string): (string | Node)[] {
  return json
    .split(/("(?:[^"\\\n]|\\.)*"(?=:))/)
    .map(part => (part.startsWith('"') ? el('span.key', {}, part) : part));
}
