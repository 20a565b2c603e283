// How a search compares words with text: in any case, anywhere, and the same wherever it is done.

/**
 * Text as a search sees it: of the same length, without the difference between upper and lower case.
 * Two letters outside ASCII that would become ASCII ones (the Kelvin sign and the dotted capital I) stay as they are, so that
 * an ASCII letter in the result was one before.
 */
export function fold(text: string): string {
  return text.replace(/[^\u0130\u212a]+/g, part => part.toLowerCase()).replaceAll('ς', 'σ');
}

/** The words of a query, folded; what a text must contain, each of them, to be found. */
export function splitWords(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/))].filter(word => word !== '');
}
