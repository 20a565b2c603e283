// A JSON text with comments, read into a tree of offsets, and the habits of whoever wrote it.
import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { inWords, placeOf } from '../../../../json-problem.ts';

export type { Node };

/** How the author lays a file out, so that what we add looks like the rest. */
export interface Layout {
  eol: string;
  /** One step of indentation. */
  unit: string;
  /** The whole object sits on one line. */
  oneLine: boolean;
  /** Nothing between a colon or comma and what follows it. */
  tight: boolean;
}

export interface Document {
  text: string;
  /** Undefined for a text without any value: empty, or nothing but comments. */
  root: Node | undefined;
  layout: Layout;
}

/** A text that does not parse. */
export class JsoncSyntaxError extends Error {
  /** One-based. */
  readonly line: number;
  /** One-based, in UTF-16 code units. */
  readonly column: number;

  constructor(text: string, offset: number, reason: string) {
    super(reason);
    const { line, column } = placeOf(text, offset);
    this.line = line;
    this.column = column;
  }
}

const BOM = '\ufeff';

/** Reads a text; a BOM in front is kept in `text` and skipped. Throws `JsoncSyntaxError`. */
export function readDocument(text: string): Document {
  // The parser takes no BOM; a space in its place keeps every offset as it is.
  const bare = text.startsWith(BOM) ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(bare, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    if (error instanceof RangeError) throw new JsoncSyntaxError(bare, 0, 'it is nested too deeply to read');
    throw error;
  }
  const worst = errors[0];
  if (worst) throw new JsoncSyntaxError(bare, worst.offset, inWords(worst));
  return { text, root, layout: readLayout(text, root) };
}

/** True when a plain JSON reader takes the text too: no comments, no trailing commas. A BOM is fine. */
export function isPlainJson(text: string): boolean {
  try {
    JSON.parse(text.startsWith(BOM) ? text.slice(1) : text);
    return true;
  } catch {
    return false;
  }
}

function readLayout(text: string, root: Node | undefined): Layout {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const first = root?.children?.[0];
  const body = root ? text.slice(root.offset, root.offset + root.length) : '';
  const oneLine = first !== undefined && !hasBreak(body);
  const steps =
    root && first ? indentBefore(text, first.offset)?.slice(lineIndent(text, root.offset).length) : '';
  const colon = first?.colonOffset;
  const tight = oneLine && colon !== undefined && !/\s/.test(text[colon + 1] ?? '');
  return { eol, unit: steps || '  ', oneLine, tight };
}

export function endOf(node: Node): number {
  return node.offset + node.length;
}

export function hasBreak(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** The whitespace that starts the line an offset is on. */
export function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** The same, but only when nothing else stands between it and the offset. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !hasBreak(text[at - 1] ?? '')) at--;
  return text[at] === BOM ? at + 1 : at;
}

/** The value of an object's member; of the last one when a key is there twice, as JSON readers do. */
export function memberOf(object: Node | undefined, key: string): Node | undefined {
  const named = object?.children?.filter(property => property.children?.[0]?.value === key);
  return named?.at(-1)?.children?.[1];
}

/** An object's members in order, as [key, value] with the node of the pair. */
export function membersOf(object: Node | undefined): { key: string; value: Node; property: Node }[] {
  if (object?.type !== 'object') return [];
  return (object.children ?? []).flatMap(property => {
    const [key, value] = property.children ?? [];
    return key && value ? [{ key: String(key.value), value, property }] : [];
  });
}
