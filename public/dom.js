// Makes elements. Text always becomes text nodes: nothing here can turn data into markup.

/**
 * `el('p.note.data', { title }, 'text', node)`: an element with its classes, attributes and children.
 * Attributes that are undefined or false are left out.
 */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...children.flat(Number.POSITIVE_INFINITY).filter(child => child !== undefined));
  return node;
}

/** Sets a node's text unless it is that already, so that selections and screen readers are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
