// Small choices of the reader, kept in this browser; a browser that keeps nothing is no reason to fail.

export function kept(name) {
  try {
    return localStorage.getItem(`hookline.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Undefined forgets it. */
export function keep(name, value) {
  try {
    if (value === undefined) localStorage.removeItem(`hookline.${name}`);
    else localStorage.setItem(`hookline.${name}`, value);
  } catch {
    // Then it holds until the page is closed.
  }
}
