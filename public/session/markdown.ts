// The little of Markdown that agents write most, as elements: code blocks, tables, headings, links, `code`, **strong**. The rest stays text.
import { type Child, el } from '../design/dom.ts';
import { visible } from '../design/text.ts';

/** Most cells of a table; a larger one stays text. */
const CELLS = 2000;

/** Words as blocks to read. */
export function wordsOf(text: string): HTMLElement[] {
  return visible(text)
    .split(/^```[^\n]*\n([\s\S]*?)(?:\n```[ \t]*$|$(?![\s\S]))/m)
    .flatMap((part, index) =>
      index % 2 === 1
        ? [el('pre.block.data', { tabindex: 0 }, part)]
        : part.split(/\n{2,}/).flatMap(paragraph),
    );
}

function paragraph(text: string): HTMLElement[] {
  const words = text.trim();
  if (words === '') return [];
  const [, heading] = /^#{1,6} +(.+)$/.exec(words) ?? [];
  if (heading !== undefined) return [el('p.data', {}, el('strong', {}, inline(heading)))];
  const lines = words.split('\n');
  const rule = lines.findIndex((one, at) => at > 0 && isRule(one, lines[at - 1] ?? ''));
  const table = rule > 0 ? withTable(lines, rule) : undefined;
  return table ?? [el('p.data', {}, inline(words))];
}

/** Whether a line stands between the head of a table and its rows. */
function isRule(line: string, head: string): boolean {
  const cells = cellsOf(line);
  return (
    head.includes('|') && cells.every(one => /^:?-+:?$/.test(one)) && cells.length === cellsOf(head).length
  );
}

/** A table with the words right before it and right after it; undefined when it is too large. */
function withTable(lines: readonly string[], rule: number): HTMLElement[] | undefined {
  const end = lines.findIndex((one, at) => at > rule && !one.includes('|'));
  const [head = [], sides = [], ...rows] = lines.slice(rule - 1, end < 0 ? lines.length : end).map(cellsOf);
  if (rows.length * head.length > CELLS) return undefined;
  const row = (tag: 'th' | 'td', cells: readonly string[]): HTMLElement =>
    el(
      'tr',
      {},
      head.map((_, at) =>
        el(`${tag}.data`, { 'data-side': sideOf(sides[at] ?? '') }, inline(cells[at] ?? '')),
      ),
    );
  return [
    ...paragraph(lines.slice(0, rule - 1).join('\n')),
    el(
      'div.table-scroll',
      { tabindex: 0 },
      el(
        'table',
        {},
        el('thead', {}, row('th', head)),
        el(
          'tbody',
          {},
          rows.map(cells => row('td', cells)),
        ),
      ),
    ),
    ...(end < 0 ? [] : paragraph(lines.slice(end).join('\n'))),
  ];
}

const sideOf = (rule: string): string | false =>
  rule.endsWith(':') && (rule.startsWith(':') ? 'center' : 'end');

/** The cells of a row; `\|` is no border between two. */
const cellsOf = (row: string): string[] =>
  row
    .trim()
    .replaceAll('\\|', '\0')
    .replace(/^\||\|$/g, '')
    .split('|')
    .map(cell => cell.trim().replaceAll('\0', '|'));

/** `code`, **strong**, [words](target) and addresses. */
const MARKS =
  /(`[^`\n]+`|\*\*[^*\n]+\*\*|!?\[[^[\]\n]+\]\([^()\s]+(?:\([^()\s]*\)[^()\s]*)?(?: "[^"\n]*")?\)|https?:\/\/[^\s<>"'`|]+)/;

function inline(text: string): Child[] {
  return text.split(MARKS).map((part, index): Child => {
    if (index % 2 === 0) return part;
    if (part.startsWith('`')) return el('code', {}, part.slice(1, -1));
    if (part.startsWith('**')) return el('strong', {}, inline(part.slice(2, -2)));
    const [, words = '', target] = /^!?\[(.+)\]\((\S+)(?: ".*")?\)$/.exec(part) ?? [];
    if (target !== undefined) return link(words.replaceAll('`', ''), target);
    // What ends the sentence is not of the address.
    let end = part.length;
    while (end > 0 && ').,;:!?]*_'.includes(part.charAt(end - 1))) end--;
    return [link('', part.slice(0, end)), part.slice(end)];
  });
}

/** Words, and where they lead: that is never hidden behind them. Only addresses of the web and of mail can be gone to. */
function link(words: string, target: string): Child {
  const shown = words === '' || words === target ? target : `${words} (${target})`;
  return /^(?:https?|mailto):/i.test(target)
    ? el('a', { href: target, target: '_blank', rel: 'noopener noreferrer' }, shown)
    : shown;
}
