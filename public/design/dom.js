// Makes elements. Text always becomes text nodes: nothing here can turn data into markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * `el('p.note.data', { title, onclick }, 'text', node)`: an element with its classes, attributes, listeners and children.
 * Attributes that are undefined or false are left out; functions become listeners.
 */
export function el(name, attributes = {}, ...children) {
  return fill(document, name, attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill({ createElement: tag => document.createElementNS(SVG, tag) }, name, attributes, children);
}

function fill(maker, name, attributes, children) {
  const [tag, ...classes] = name.split('.');
  const node = maker.createElement(tag);
  if (classes.length > 0) node.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false)
      node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...children.flat(Number.POSITIVE_INFINITY).filter(child => child !== undefined));
  return node;
}

/** Sets a node's text unless it is that already, so that selections and screen readers are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute unless it is that already; undefined takes it away. */
export function setAttribute(node, name, value) {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** The text in a node that is only there when there is a text. */
export function setOptional(node, text) {
  setText(node, text);
  node.hidden = text === '';
}

/**
 * Keeps one thing with a `node` per item in a parent, in the items' order. Each is made once and drawn again: focus and
 * selections survive.
 *
 * @param kept a Map from key to thing, which belongs to this parent and is kept up to date.
 */
export function keepInOrder(parent, kept, items, keyOf, make, draw) {
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
    if (place !== thing.node) parent.insertBefore(thing.node, place ?? null);
  });
}
