// What was looked for, shown where it is: words marked in a line, or the field of an event that holds them.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { fold } from '../../src/protocol/search-terms.ts';
import { el } from '../design/dom.ts';
import { visible } from '../design/text.ts';

/** Characters shown around a word. */
const AROUND = 160;

/** A text with every occurrence of the folded words marked. */
export function marked(text: string, words: readonly string[]): (string | HTMLElement)[] {
  const folded = fold(text);
  const hit = new Uint8Array(text.length);
  for (const word of words)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
      hit.fill(1, at, at + word.length);
  const nodes: (string | HTMLElement)[] = [];
  for (let from = 0; from < text.length; ) {
    let to = from;
    while (to < text.length && hit[to] === hit[from]) to++;
    const part = text.slice(from, to);
    nodes.push(hit[from] === 1 ? el('mark', {}, part) : part);
    from = to;
  }
  return nodes;
}

interface Field {
  readonly name: string;
  readonly text: string;
}

/** The field of an event in which a word is that `shown` does not have; undefined when there is none. */
export function excerpt(
  event: Pick<EventEnvelope, 'data'>,
  shown: string,
  words: readonly string[],
): Field | undefined {
  const said = fold(shown);
  const hidden = words.find(word => !said.includes(word));
  if (hidden === undefined) return undefined;
  const field = fieldWith(hidden, event.data, '');
  if (field === undefined) return undefined;
  const at = Math.max(0, fold(field.text).indexOf(hidden));
  const from = Math.max(0, at - AROUND / 3);
  const part = field.text.slice(from, from + AROUND).replace(/\s+/g, ' ');
  const more = from + AROUND < field.text.length;
  return { name: visible(field.name), text: visible(`${from > 0 ? '…' : ''}${part}${more ? '…' : ''}`) };
}

/** The first field, however deep, in which a folded word occurs, or whose name has it. */
function fieldWith(word: string, value: unknown, name: string): Field | undefined {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const found = fieldWith(word, inner, Array.isArray(value) ? name : key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const text = String(value);
  return fold(`${name}: ${text}`).includes(word) ? { name, text } : undefined;
}
