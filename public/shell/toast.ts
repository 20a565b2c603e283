// Says something in passing, at the lower edge of the page; whoever listens to the page hears it.
import { el } from '../design/dom.ts';

const SHOWN_MS = 3000;
let node: HTMLElement | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;

/** @param ms how long, in milliseconds */
export function tell(what: string | HTMLElement, ms = SHOWN_MS): void {
  node ??= document.body.appendChild(el('div.toast', { role: 'status' }));
  node.replaceChildren(what);
  clearTimeout(hiding);
  hiding = setTimeout(hush, ms);
}

export function hush(): void {
  clearTimeout(hiding);
  node?.replaceChildren();
}
