// The hooks inside the text of a settings.json: listing them, adding ours, taking ours out. Pure, text to text.
import { getNodeValue } from 'jsonc-parser';
import { hookProgram, type Kept, keptBy } from './command.ts';
import { SettingsShapeError, SettingsSyntaxError } from './errors.ts';
import {
  type Document,
  endOf,
  JsoncSyntaxError,
  type Layout,
  memberOf,
  membersOf,
  type Node,
  readDocument,
} from './jsonc/document.ts';
import { append, applyEdits, blankOf, type Edit, remove } from './jsonc/edits.ts';

export interface Settings {
  file: string;
  document: Document;
}

/** A hook entry that runs a hookline hook, wherever that hook lives. */
export interface OurEntry {
  event: string;
  matcher: unknown;
  /** The entry as parsed: type, command, async, timeout, ... */
  value: { command: string } & Record<string, unknown>;
  /** Path of the hook it runs, as written. */
  program: string;
}

/** A matcher group to add to an event. */
export interface Addition {
  event: string;
  /** Gets the mark to carry when the place it goes into stands there empty. */
  group: (kept: Kept | undefined) => Record<string, unknown>;
}

/** Throws `SettingsSyntaxError`. `file` is for messages. */
export function readSettings(text: string, file: string): Settings {
  try {
    return { file, document: readDocument(text) };
  } catch (error) {
    if (error instanceof JsoncSyntaxError)
      throw new SettingsSyntaxError(file, error.line, error.column, error.message);
    throw error;
  }
}

/** A top-level setting as a value; undefined when it is absent. */
export function setting(settings: Settings, key: string): unknown {
  const node = memberOf(settings.document.root, key);
  return node && getNodeValue(node);
}

/** Every entry in the file that runs a hookline hook. */
export function ourEntries(settings: Settings): OurEntry[] {
  return located(settings).map(({ entry }) => entry);
}

/** The text with the groups added, each at the end of its event's list. Throws `SettingsShapeError`. */
export function withHooks(settings: Settings, additions: readonly Addition[]): string {
  const { document, file } = settings;
  const { text, root, layout } = document;
  if (additions.length === 0) return text;
  const fresh = (indent: string, kept?: Kept) => hookLines(additions, layout, indent, kept);
  if (!root) {
    const lines = [`{`, `${layout.unit}${fresh(layout.unit)}`, '}', ''];
    return text + leadBehind(text, layout.eol) + lines.join(layout.eol);
  }
  expectShape(file, 'the top level', root, 'object');
  const found = located(settings);
  const hooks = memberOf(root, 'hooks');
  if (!hooks)
    return applyEdits(
      text,
      append(document, root, indent => [fresh(indent, keptNow(document, 'settings', root, found))]),
    );

  expectShape(file, 'hooks', hooks, 'object');
  const kept = keptNow(document, 'hooks', hooks, found) ?? keptBefore(found, 'settings');
  const edits: Edit[] = [];
  const absent: Addition[] = [];
  for (const addition of additions) {
    const list = memberOf(hooks, addition.event);
    if (!list) {
      absent.push(addition);
      continue;
    }
    expectShape(file, `hooks.${addition.event}`, list, 'array');
    const group = addition.group(keptNow(document, 'list', list, found) ?? kept);
    edits.push(...append(document, list, () => [inline(group, layout)]));
  }
  if (absent.length > 0)
    edits.push(...append(document, hooks, () => absent.map(addition => property(addition, layout, kept))));
  return applyEdits(text, edits);
}

/** The text without the entries that `isOurs` picks, and without whatever they leave empty that we had made. */
export function withoutHooks(settings: Settings, isOurs: (entry: OurEntry) => boolean): string {
  const { document } = settings;
  const hooks = memberOf(document.root, 'hooks');
  const ours = located(settings).filter(({ entry }) => isOurs(entry));
  if (!hooks || ours.length === 0) return document.text;

  const edits: Edit[] = [];
  const goneHooks = new Set(ours.map(our => our.hook));
  const goneGroups = new Set(ours.filter(our => all(our.group.hooks, goneHooks)).map(our => our.group.node));
  const goneEvents = new Set<Node>();
  for (const { value: list, property: event } of membersOf(hooks)) {
    if (!ours.some(our => our.list === list)) continue;
    const kept = keptBefore(ours, 'list', list);
    if (all(list, goneGroups) && !kept) goneEvents.add(event);
    else edits.push(...remove(document, list, goneGroups, kept?.blank));
  }
  for (const group of new Set(ours.map(our => our.group.node))) {
    const member = ours.find(our => our.group.node === group)?.group.hooks;
    if (member && !goneGroups.has(group)) edits.push(...remove(document, member, goneHooks));
  }
  const hooksProperty = hooks.parent;
  const kept = keptBefore(ours, 'hooks');
  if (all(hooks, goneEvents) && !kept && document.root && hooksProperty) {
    const blank = keptBefore(ours, 'settings')?.blank;
    edits.push(...remove(document, document.root, new Set([hooksProperty]), blank));
  } else if (goneEvents.size > 0) edits.push(...remove(document, hooks, goneEvents, kept?.blank));
  return applyEdits(document.text, edits);
}

/** The text without the object that was made for our hooks behind `original`; with it, when it is in use by now. */
export function withoutObject({ document }: Settings, original: string): string {
  const { text, root, layout } = document;
  if (root?.type !== 'object' || root.children?.length) return text;
  const before = text.slice(0, root.offset);
  const lead = leadBehind(original, layout.eol);
  return (
    before.slice(0, before.length - (before.endsWith(lead) ? lead.length : 0)) +
    text.slice(endOf(root)).replace(/^(\r\n|\n|\r)/, '')
  );
}

/** What stands between a text without a value and the object that comes behind it. */
function leadBehind(text: string, eol: string): string {
  return text === '' || text === '\ufeff' || /[\r\n]$/.test(text) ? '' : eol;
}

interface Located {
  entry: OurEntry;
  hook: Node;
  group: { node: Node; hooks: Node };
  list: Node;
}

function located(settings: Settings): Located[] {
  const found: Located[] = [];
  for (const { key: event, value: list } of membersOf(memberOf(settings.document.root, 'hooks'))) {
    for (const group of list.type === 'array' ? (list.children ?? []) : []) {
      const hooks = memberOf(group.type === 'object' ? group : undefined, 'hooks');
      for (const hook of hooks?.type === 'array' ? (hooks.children ?? []) : []) {
        const value: unknown = getNodeValue(hook);
        const program = isCommand(value) ? hookProgram(value) : undefined;
        if (!hooks || !isCommand(value) || program === undefined) continue;
        const matcher = memberOf(group, 'matcher');
        const entry = { event, matcher: matcher && getNodeValue(matcher), value, program };
        found.push({ entry, hook, group: { node: group, hooks }, list });
      }
    }
  }
  return found;
}

/** More whitespace than this is no author's habit, and a command has an end: then only the empty place is kept. */
const LONGEST_BLANK = 200;

/** The mark for what goes into a place: how it stands there empty, or how another hookline found it. */
function keptNow(
  document: Document,
  place: Kept['place'],
  node: Node,
  found: readonly Located[],
): Kept | undefined {
  if (node.children?.length) return keptBefore(found, place, place === 'list' ? node : undefined);
  const blank = blankOf(document, node);
  return { place, blank: blank.length > LONGEST_BLANK ? '' : blank };
}

/** What the marks of entries say of a place; of one list, those in it. */
function keptBefore(entries: readonly Located[], place: Kept['place'], list?: Node): Kept | undefined {
  return entries
    .filter(one => list === undefined || one.list === list)
    .map(one => keptBy(one.entry.value.command))
    .find(kept => kept?.place === place);
}

function isCommand(value: unknown): value is OurEntry['value'] {
  if (typeof value !== 'object' || value === null) return false;
  const { type, command } = value as Record<string, unknown>;
  return type === 'command' && typeof command === 'string';
}

function all(container: Node, gone: ReadonlySet<Node>): boolean {
  return (container.children ?? []).every(child => gone.has(child));
}

function expectShape(file: string, where: string, node: Node, type: 'object' | 'array'): void {
  if (node.type !== type) throw new SettingsShapeError(file, where, `an ${type}`, node.type);
}

/** The whole `"hooks": {...}` member, one event a line. */
function hookLines(additions: readonly Addition[], layout: Layout, indent: string, kept?: Kept): string {
  const lines = additions.map(addition => property(addition, layout, kept));
  const { eol, unit, tight, oneLine } = layout;
  if (oneLine) return `"hooks":${tight ? '' : ' '}{${lines.join(tight ? ',' : ', ')}}`;
  return `"hooks": {${lines.map(line => eol + indent + unit + line).join(',')}${eol}${indent}}`;
}

function property(addition: Addition, layout: Layout, kept?: Kept): string {
  return `${JSON.stringify(addition.event)}:${layout.tight ? '' : ' '}${inline([addition.group(kept)], layout)}`;
}

/** A value on one line: a user's settings should not grow by a page. */
function inline(value: unknown, layout: Layout): string {
  if (layout.tight || typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(item => inline(item, layout)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${inline(item, layout)}`,
  );
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
}
