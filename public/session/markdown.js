// The little of Markdown that agents write most, as elements: code blocks, headings, `code`, **strong**. The rest stays text.
import { el } from '../design/dom.js';
import { visible } from '../design/text.js';

/** Words as blocks to read. */
export function wordsOf(text) {
  return visible(text)
    .split(/^```[^\n]*\n([\s\S]*?)(?:\n```[ \t]*$|$(?![\s\S]))/m)
    .flatMap((part, index) =>
      index % 2 === 1 ? [el('pre.block.data', { tabindex: 0 }, part)] : paragraphs(part),
    );
}

function paragraphs(text) {
  return text
    .split(/\n{2,}/)
    .filter(part => part.trim() !== '')
    .map(part => {
      const heading = /^#{1,6} +(.+)$/.exec(part.trim());
      return heading
        ? el('p.data', {}, el('strong', {}, inline(heading[1])))
        : el('p.data', {}, inline(part.trim()));
    });
}

function inline(text) {
  return text
    .split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/)
    .filter(part => part !== '')
    .map(part => {
      if (/^`[^`]+`$/.test(part)) return el('code', {}, part.slice(1, -1));
      if (/^\*\*[^*]+\*\*$/.test(part)) return el('strong', {}, part.slice(2, -2));
      return part;
    });
}
