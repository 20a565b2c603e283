// A card that goes to another group is made anew; who is at it by keyboard goes with it.

/**
 * Draws. A link that had the focus and is gone gives it to the one that leads there now. A button that is gone has no heir: the next press
 * of Enter would do something nobody meant.
 */
export function keepingFocus(root: HTMLElement, draw: () => void): void {
  const held = document.activeElement;
  const link = root.contains(held) ? held?.getAttribute('href') : undefined;
  draw();
  if (typeof link !== 'string' || held?.isConnected) return;
  root.querySelector<HTMLElement>(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
}
