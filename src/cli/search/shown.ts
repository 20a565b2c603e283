// What a line says about an event that was found: its summary, and what was looked for, wherever in the event that is.
import { type EventEnvelope, fold } from '../../protocol/index.ts';
import { plain, plainShort } from '../text/plain.ts';
import { summarize } from '../text/summary.ts';
import { displayWidth } from '../text/width.ts';

type Paint = (text: string) => string;

/** Characters of an excerpt beside a summary, and the fewest that a summary is worth showing with. */
const LENGTH = { excerpt: 60, summary: 20 };

/**
 * At most `room` columns, safe for a terminal.
 *
 * @param words folded
 * @param mark paints what was looked for
 */
export function shown(event: EventEnvelope, words: readonly string[], room: number, mark: Paint): string {
  const summary = plainShort(summarize(event), room);
  const hidden = words.find(word => !fold(`${event.type} ${summary}`).includes(word));
  const field = hidden === undefined ? undefined : fieldWith(hidden, event.data);
  if (hidden === undefined || field === undefined) return highlight(summary, words, mark);
  const beside = room - LENGTH.summary - 3;
  if (beside < LENGTH.summary) return highlight(excerpt(field, hidden, room), words, mark);
  const part = excerpt(field, hidden, Math.min(LENGTH.excerpt, beside));
  const rest = plainShort(summarize(event), room - displayWidth(part) - 3);
  return highlight(rest === '' ? part : `${rest} · ${part}`, words, mark);
}

/** The text with every occurrence of the folded words painted. */
export function highlight(text: string, words: readonly string[], mark: Paint): string {
  const folded = fold(text);
  const hit = new Array<boolean>(text.length).fill(false);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
      hit.fill(true, at, at + word.length);
  }
  let painted = '';
  for (let from = 0; from < text.length; ) {
    let to = from;
    while (to < text.length && hit[to] === hit[from]) to++;
    painted += hit[from] ? mark(text.slice(from, to)) : text.slice(from, to);
    from = to;
  }
  return painted;
}

interface Field {
  readonly name: string;
  readonly text: string;
}

/** The first field in which a folded word occurs. */
function fieldWith(word: string, value: unknown, name = ''): Field | undefined {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const found = fieldWith(word, inner, Array.isArray(value) ? name : key);
      if (found) return found;
    }
    return undefined;
  }
  const field = { name: plain(name), text: plain(String(value)) };
  return fold(`${field.name}: ${field.text}`).includes(word) ? field : undefined;
}

/** The name of a field, if there is room for it, and what stands around a word in it. */
function excerpt({ name, text }: Field, word: string, room: number): string {
  const label = name === '' || name.length > room / 3 ? '' : `${name}: `;
  const at = fold(text).indexOf(word);
  const around = text.slice(Math.max(0, at - room), at + word.length + room);
  // Of wide characters half as many find room.
  const length = (room - label.length) >> (displayWidth(around) > around.length ? 1 : 0);
  const from = Math.max(0, Math.min(at - ((length - word.length) >> 1), text.length - length));
  const cut = from > 0 ? `…${text.slice(from + 1)}` : text;
  return plainShort(label + cut, room);
}
