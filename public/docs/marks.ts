// Marks words where they stand in a text, without changing the text; a browser that cannot do so shows it unmarked.

/** More marks than anybody looks at would only cost time. */
const MOST = 2000;

/** Marks each of the words, lower case, in everything of the nodes that is shown; no words, no marks. */
export function mark(nodes: readonly HTMLElement[], words: readonly string[]): void {
  if (!('Highlight' in globalThis)) return;
  CSS.highlights.delete('found');
  if (words.length === 0) return;
  const ranges: Range[] = [];
  for (const node of nodes) {
    if (!node.hidden) rangesIn(node, words, ranges);
    if (ranges.length >= MOST) break;
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}

function rangesIn(node: HTMLElement, words: readonly string[], ranges: Range[]): void {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let part = texts.nextNode(); part !== null && ranges.length < MOST; part = texts.nextNode()) {
    const text = (part.nodeValue ?? '').toLowerCase();
    for (const word of words)
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(part, at);
        range.setEnd(part, at + word.length);
        ranges.push(range);
      }
  }
}
