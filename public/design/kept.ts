// Small choices of the reader, kept in this browser; a browser that keeps nothing is no reason to fail.

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(`hookline.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Undefined forgets it. */
export function keep(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`hookline.${name}`);
    else localStorage.setItem(`hookline.${name}`, value);
  } catch {
    // Then it holds until the page is closed.
  }
}
