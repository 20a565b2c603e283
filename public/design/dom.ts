// Makes elements. Text always becomes text nodes: nothing here can turn data into markup.

const SVG = 'http://www.w3.org/2000/svg';

/** What attributes are: undefined and false are left out, `on…` are listeners. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => unknown)>
>;

/** What an element holds; undefined is nothing. */
export type Child = string | Node | undefined | readonly Child[];

type TagOf<Name extends string> = Name extends `${infer Tag}.${string}` ? Tag : Name;

/** The element that `name` stands for, its classes behind dots. */
export type ElementOf<Name extends string> =
  TagOf<Name> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[TagOf<Name>] : HTMLElement;

type SvgOf<Name extends string> =
  TagOf<Name> extends keyof SVGElementTagNameMap ? SVGElementTagNameMap[TagOf<Name>] : SVGElement;

/** `el('p.note.data', { title, onclick }, 'text', node)`: an element with its classes, attributes, listeners and children. */
export function el<Name extends string>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): ElementOf<Name> {
  const [tag = '', ...classes] = name.split('.');
  return fill(document.createElement(tag), classes, attributes, children) as ElementOf<Name>;
}

/** The same for SVG. */
export function svg<Name extends string>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SvgOf<Name> {
  const [tag = '', ...classes] = name.split('.');
  return fill(document.createElementNS(SVG, tag), classes, attributes, children) as SvgOf<Name>;
}

function fill(
  node: Element,
  classes: readonly string[],
  attributes: Attributes,
  children: readonly Child[],
): Element {
  if (classes.length > 0) node.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false)
      node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...children.flatMap(flat));
  return node;
}

function flat(child: Child): (string | Node)[] {
  if (child === undefined) return [];
  return typeof child === 'string' || child instanceof Node ? [child] : child.flatMap(flat);
}

/** The elements right within another one; none where there is no other. */
export const partsOf = (node: Element | null | undefined): readonly Element[] => [...(node?.children ?? [])];

/** The element of the page with this id, which is there. @throws Error when it is not, or of another kind. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const node = document.getElementById(id);
  if (node instanceof kind) return node;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

/** Sets a node's text unless it is that already, so that selections and screen readers are left in peace. */
export function setText(node: Node | null | undefined, text: string): void {
  if (node && node.textContent !== text) node.textContent = text;
}

/** Sets an attribute unless it is that already; undefined takes it away. */
export function setAttribute(node: Element, name: string, value: string | number | undefined): void {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** The text in a node that is only there when there is a text. */
export function setOptional(node: HTMLElement, text: string): void {
  setText(node, text);
  node.hidden = text === '';
}

/** Whether an event comes from within what a selector names, such as a field somebody types into. */
export function isWithin(event: Event, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

/**
 * Keeps one thing with a `node` per item in a parent, in the items' order. Each is made once and drawn again: focus and
 * selections survive.
 *
 * @param kept from key to thing; belongs to this parent and is kept up to date.
 */
export function keepInOrder<Key, Item, Thing extends { readonly node: Element }>(
  parent: Element,
  kept: Map<Key, Thing>,
  items: readonly Item[],
  keyOf: (item: Item) => Key,
  make: (item: Item) => Thing,
  draw: (thing: Thing, item: Item) => void,
): void {
  const keys = new Set(items.map(keyOf));
  for (const [key, { node }] of kept) {
    if (keys.has(key)) continue;
    node.remove();
    kept.delete(key);
  }
  items.forEach((item, index) => {
    const key = keyOf(item);
    const thing = kept.get(key) ?? make(item);
    kept.set(key, thing);
    draw(thing, item);
    const place = parent.children[index];
    if (place !== thing.node) move(thing.node, parent, place ?? null);
  });
}

/** A node that is moved loses the focus as one does that is taken away: it gets it back. */
function move(node: Element, parent: Element, before: Element | null): void {
  const held = node.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(node, before);
  if (held instanceof HTMLElement) held.focus({ preventScroll: true });
}
