// The colours of the style as a canvas needs them: resolved, and again when the theme changes.

/** The tokens' values now: `{ 'hue-1': 'oklch(…)', … }`. */
export function coloursOf<N extends string>(node: Element, names: readonly N[]): Record<N, string> {
  const probe = document.createElement('span');
  node.append(probe);
  const resolved = {} as Record<N, string>;
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    resolved[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return resolved;
}

/** Calls back when light turns dark, by the system or by hand. */
export function onTheme(changed: () => void, signal: AbortSignal): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed, { signal });
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  signal.addEventListener('abort', () => chosen.disconnect());
}
