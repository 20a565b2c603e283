// Goes through the things of a list with the keyboard: the focus goes with it, and what has it is in sight.

/** Where the focus goes among some places from top to bottom, the focus being at `at`, or nowhere (-1). */
export function nextOf(
  places: readonly { top: number; bottom: number }[],
  at: number,
  by: 1 | -1,
  height: number,
): number {
  if (at >= 0) return Math.min(Math.max(at + by, 0), places.length - 1);
  // What is in sight is what is meant.
  const found =
    by > 0 ? places.findIndex(({ top }) => top >= 0) : places.findLastIndex(({ bottom }) => bottom <= height);
  return found < 0 ? (by > 0 ? places.length - 1 : 0) : found;
}

/** Goes to the next (1) or the one before (-1) of what a selector names; false when there is none. */
export function walk(root: Element, selector: string, by: 1 | -1): boolean {
  const items = [...root.querySelectorAll<HTMLElement>(selector)].filter(
    node => node.getClientRects().length > 0,
  );
  const at = items.findIndex(node => node.contains(document.activeElement));
  const next =
    items[
      nextOf(
        items.map(node => node.getBoundingClientRect()),
        at,
        by,
        innerHeight,
      )
    ];
  if (next === undefined) return false;
  goTo(next);
  return true;
}

/** Gives something the focus, which a list item can have too: Enter then presses what it holds. */
export function goTo(node: HTMLElement): void {
  if (node.tabIndex < 0 && !node.hasAttribute('tabindex')) {
    node.tabIndex = -1;
    node.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.target !== node) return;
      event.preventDefault();
      node.querySelector<HTMLElement>('a, button')?.click();
    });
  }
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: 'nearest' });
}
