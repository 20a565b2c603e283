// Somebody else's text as a part of a Markdown document: it may look as it wants, but never be the document's own markup.
import { visible } from '../words.ts';

/** What a Markdown reader takes for HTML, or for a link in angle brackets. */
const TAG = /<(?=[a-z/!?])/gi;
/** A fence further in, in a list perhaps: where it ends depends on what it is in, so that no line is sure to be code. */
const NESTED = /[^`~\n](?:`{3}|~{3})/;
const MARKS = /[\\`*_[\]<>#|~&!]/g;

/** A text in one line, every mark of it shown as it is. */
export const inline = (text: string, longest = 200): string => {
  const flat = visible(
    text
      .slice(0, 4 * longest)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const cut = flat.length > longest ? `${flat.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : flat;
  return cut.replace(MARKS, '\\$&');
};

/** A block of code of any content: its fence is longer than any in it. */
export function fenced(text: string, language = ''): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(runs.reduce((most, { length }) => Math.max(most, length + 1), 3));
  return `${fence}${language}\n${visible(text).replace(/\n+$/, '')}\n${fence}`;
}

/** The same within a line. */
export function code(text: string): string {
  const flat = visible(text.replace(/\s+/g, ' ').trim());
  const runs = flat.match(/`+/g) ?? [];
  const ticks = '`'.repeat(runs.reduce((most, { length }) => Math.max(most, length + 1), 1));
  const room = /^`|`$/.test(flat) ? ' ' : '';
  return flat === '' ? '' : `${ticks}${room}${flat}${room}${ticks}`;
}

/** Every line behind a `>`. */
export const quoted = (text: string): string =>
  asMarkdown(text)
    .split('\n')
    .map(line => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/**
 * Markdown that somebody wrote, without what would reach beyond it: headings become small ones, HTML and pictures are shown as text,
 * and blocks of code that were never closed are.
 */
export function asMarkdown(text: string): string {
  const out: string[] = [];
  const hasFences = !NESTED.test(text);
  let fence = '';
  let paragraph: string[] = [];
  const flush = (): void => {
    out.push(...harmless(paragraph));
    paragraph = [];
  };
  for (const line of visible(text).split('\n')) {
    const [, ticks = '', rest = ''] = (hasFences && /^(`{3,}|~{3,})(.*)$/.exec(line)) || [];
    if (fence !== '') {
      out.push(line);
      if (ticks.startsWith(fence) && rest.trim() === '') fence = '';
    } else if (ticks !== '' && !(ticks.startsWith('`') && rest.includes('`'))) {
      flush();
      fence = ticks;
      out.push(line);
    } else if (line.trim() === '') {
      flush();
      out.push('');
    } else paragraph.push(line);
  }
  flush();
  if (fence !== '') out.push(fence);
  return out.join('\n');
}

/** Lines between two empty ones. */
function harmless(lines: readonly string[]): string[] {
  // Where code begins and ends is certain only when every line closes what it opens.
  const hasCode = lines.every(line => !/\\`|\|/.test(line) && spansOf(line) !== undefined);
  return lines.map(line => {
    const parts = (hasCode ? spansOf(line) : undefined) ?? [{ text: line, isCode: false }];
    const safe = parts
      .map(({ text, isCode }) => (isCode ? text : text.replace(TAG, '&lt;').replaceAll('![', '!\\[')))
      .join('');
    return safe.replace(/^([\s>]{0,8})#{1,6}(?=\s|$)/, '$1######').replace(/^(\s{0,3})(=+\s*)$/, '$1\\$2');
  });
}

interface Part {
  readonly text: string;
  readonly isCode: boolean;
}

/** A line as text and spans of code; undefined when one is left open. */
function spansOf(line: string): Part[] | undefined {
  const parts: Part[] = [];
  let rest = line;
  for (;;) {
    const open = /`+/.exec(rest);
    if (open === null) return [...parts, { text: rest, isCode: false }];
    const after = rest.slice(open.index + open[0].length);
    const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === open[0].length);
    if (close === undefined) return undefined;
    const end = open.index + open[0].length + close.index + close[0].length;
    parts.push({ text: rest.slice(0, open.index), isCode: false });
    parts.push({ text: rest.slice(open.index, end), isCode: true });
    rest = rest.slice(end);
  }
}
