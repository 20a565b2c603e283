// The little of CommonMark that the document's descriptions use, as elements: paragraphs, `code`, **strong**.
import { el } from '../design/dom.ts';

/** A line of text with its `code` and **strong** parts. */
export function inline(text = ''): (string | HTMLElement)[] {
  return text
    .split(/(`[^`]+`|\*\*[^*`]+\*\*)/)
    .filter(part => part !== '')
    .map(part => {
      if (part.startsWith('`') && part.length > 2) return el('code', {}, part.slice(1, -1));
      if (part.startsWith('**') && part.length > 4) return el('strong', {}, part.slice(2, -2));
      return part;
    });
}

/** A description as paragraphs. */
export function prose(text = ''): HTMLElement[] {
  return text
    .split(/\n{2,}/)
    .filter(paragraph => paragraph !== '')
    .map(paragraph => el('p', {}, inline(paragraph)));
}
