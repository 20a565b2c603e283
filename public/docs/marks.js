// Marks words where they stand in a text, without changing the text; a browser that cannot do so shows it unmarked.

/** More marks than anybody looks at would only cost time. */
const MOST = 2000;

/** Marks each of the words, lower case, in everything of the nodes that is shown; no words, no marks. */
export function mark(nodes, words) {
  if (globalThis.Highlight === undefined) return;
  CSS.highlights.delete('found');
  if (words.length === 0) return;
  const ranges = [];
  for (const node of nodes) {
    if (!node.hidden) rangesIn(node, words, ranges);
    if (ranges.length >= MOST) break;
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}

function rangesIn(node, words, ranges) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && ranges.length < MOST) {
    const text = texts.currentNode.data.toLowerCase();
    for (const word of words)
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + word.length);
        ranges.push(range);
      }
  }
}
