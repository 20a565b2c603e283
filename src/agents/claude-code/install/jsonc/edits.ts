// Text edits that add to or take from one object or array and leave every other byte alone.
import { type Document, endOf, hasBreak, indentBefore, lineIndent, type Node } from './document.ts';

/** Replaces `length` characters at `offset`. */
export interface Edit {
  offset: number;
  length: number;
  text: string;
}

/** Applies edits that do not overlap; those at one offset keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.offset - b.offset);
  const pieces: string[] = [];
  let at = 0;
  for (const edit of inOrder) {
    pieces.push(text.slice(at, edit.offset), edit.text);
    at = edit.offset + edit.length;
  }
  return pieces.join('') + text.slice(at);
}

/**
 * Edits that put members after the last one of a container. A comment behind the last member stays with it, and a
 * trailing comma stays the author's habit. `render` gets the indentation its lines start with.
 */
export function append(
  document: Document,
  container: Node,
  render: (indent: string) => readonly string[],
): Edit[] {
  const { text, layout } = document;
  const last = container.children?.at(-1);
  const close = endOf(container) - 1;
  const tail = readGap(text, last ? endOf(last) : container.offset + 1, close);
  const trailingComma = last !== undefined && tail.comma >= 0;
  const closeOnOwnLine = hasBreak(text.slice(tail.end, close));
  const edits: Edit[] = last && !trailingComma ? [insertion(endOf(last), ',')] : [];
  const end = trailingComma ? ',' : '';

  if (closeOnOwnLine || (last === undefined && !layout.oneLine)) {
    const outer = lineIndent(text, closeOnOwnLine ? close : container.offset);
    const indent = (last && indentBefore(text, last.offset)) ?? outer + layout.unit;
    const lines = render(indent).map(member => layout.eol + indent + member);
    edits.push(insertion(tail.end, lines.join(',') + end + (closeOnOwnLine ? '' : layout.eol + outer)));
  } else {
    const space = layout.tight ? '' : ' ';
    const members = render(lineIndent(text, close)).join(`,${space}`);
    edits.push(insertion(tail.end, (last ? space : '') + members + end));
  }
  return edits;
}

/** The whitespace of a container without members, where `append` would put the first: behind the comments in it. */
export function blankOf({ text }: Document, container: Node): string {
  const close = endOf(container) - 1;
  return text.slice(readGap(text, container.offset + 1, close).end, close);
}

/**
 * Edits that take the given members out of a container: the inverse of `append`, comments of others left standing.
 * `blank` is what `blankOf` said before there were any; without it, a container that is left empty has no whitespace.
 */
export function remove(document: Document, container: Node, gone: ReadonlySet<Node>, blank?: string): Edit[] {
  const { text } = document;
  const children = container.children ?? [];
  const open = container.offset + 1;
  const close = endOf(container) - 1;
  const edits: Edit[] = [];
  let before = readGap(text, open, children[0]?.offset ?? close);
  /** The comma behind the last member that stays, when everything behind it goes. */
  let dangling = -1;

  for (const [index, child] of children.entries()) {
    const next = children[index + 1];
    const after = readGap(text, endOf(child), next?.offset ?? close);
    if (gone.has(child)) {
      edits.push(...removeOne(text, before, child, after));
      // The author ends lists with a comma: the one that dangles is the new last one.
      if (!next && after.comma >= 0) dangling = -1;
    } else {
      dangling = next ? after.comma : -1;
    }
    before = after;
  }
  if (dangling >= 0) edits.push(deletion(dangling, dangling + 1));

  if (edits.length === 0 || children.some(child => !gone.has(child))) return edits;
  const inside = edits.map(edit => ({ ...edit, offset: edit.offset - open }));
  const left = applyEdits(text.slice(open, close), inside);
  const comments = readGap(left, 0, left.length);
  const fits = blank !== undefined && (!comments.lineComment || /^[ \t]*[\r\n]/.test(blank));
  const rest = comments.end === 0 ? '' : left.slice(comments.end);
  return [{ offset: open, length: close - open, text: left.slice(0, comments.end) + (fits ? blank : rest) }];
}

/** A member with the whitespace in front of it and the comma behind it. */
function removeOne(text: string, before: Gap, child: Node, after: Gap): Edit[] {
  const rest = text.slice(Math.max(endOf(child), after.comma + 1), after.to + 1);
  // A line comment in front needs its line end, or it would swallow what follows.
  const needsBreak = before.lineComment && !/^[ \t]*[\r\n]/.test(rest);
  const edits = [deletion(needsBreak ? child.offset : before.end, endOf(child))];
  if (after.comma >= 0) edits.push(deletion(after.comma, after.comma + 1));
  return edits;
}

/** What stands between two members, or between one and a bracket: whitespace, comments, at most one comma. */
interface Gap {
  /** Offset of the comma, -1 without one. */
  comma: number;
  /** Where the last comma or comment ends; the start of the gap without any. */
  end: number;
  /** The last of them is a `//` comment. */
  lineComment: boolean;
  /** Where the gap itself ends. */
  to: number;
}

function readGap(text: string, from: number, to: number): Gap {
  const gap: Gap = { comma: -1, end: from, lineComment: false, to };
  for (const token of text.slice(from, to).matchAll(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|,/g)) {
    if (token[0] === ',') gap.comma = from + token.index;
    gap.end = from + token.index + token[0].length;
    gap.lineComment = token[0].startsWith('//');
  }
  return gap;
}

function insertion(offset: number, text: string): Edit {
  return { offset, length: 0, text };
}

function deletion(from: number, to: number): Edit {
  return { offset: from, length: to - from, text: '' };
}
