// A list of any length of which only the rows in sight exist. Every row has the same height, which the style decides.
import { onceAFrame } from '../design/frame.ts';

/** Rows made beyond what is in sight, on either side. */
const MARGIN = 8;

export interface RowsOptions<Item, Row> {
  /** Makes an empty row. */
  readonly make: () => Row;
  /** Fills a row with an item. */
  readonly draw: (row: Row, item: Item) => void;
  readonly signal: AbortSignal;
}

/** A row that exists, and where it is. */
interface Placed<Row> {
  readonly row: Row;
  index: number;
}

export class Rows<Item extends object, Row extends { readonly node: HTMLElement }> {
  readonly #scroller: HTMLElement;
  readonly #space = document.createElement('div');
  readonly #make: () => Row;
  readonly #draw: (row: Row, item: Item) => void;
  #items: readonly Item[] = [];
  #height = 0;
  /** Of those that exist. */
  readonly #rows = new Map<Item, Placed<Row>>();
  readonly #free: Row[] = [];
  readonly #soon = onceAFrame(() => this.flush());
  #active: Item | undefined;

  /** @param scroller the element that scrolls, a listbox; its `--row` is the height of a row in pixels */
  constructor(scroller: HTMLElement, { make, draw, signal }: RowsOptions<Item, Row>) {
    this.#scroller = scroller;
    this.#make = make;
    this.#draw = draw;
    this.#space.className = 'rows';
    this.#space.setAttribute('role', 'none');
    scroller.append(this.#space);
    scroller.addEventListener('scroll', () => this.#soon(), { passive: true, signal });
    const sized = new ResizeObserver(() => this.#measure());
    sized.observe(scroller);
    signal.addEventListener('abort', () => sized.disconnect());
    this.#measure();
  }

  get height(): number {
    return this.#height;
  }

  get active(): Item | undefined {
    return this.#active;
  }

  /** The item that a row's node shows. */
  itemAt(node: Element | null): Item | undefined {
    for (const [item, { row }] of this.#rows) if (row.node === node) return item;
    return undefined;
  }

  /** Shows these items; the array may be changed in place and set again. */
  set(items: readonly Item[]): void {
    this.#items = items;
    this.#space.style.height = `${items.length * this.#height}px`;
    this.#soon();
  }

  /** Draws the rows that exist once more, because what they say has changed. */
  redraw(): void {
    for (const [item, { row }] of this.#rows) this.#draw(row, item);
  }

  /** Makes an item the one the keyboard is at, and brings it into sight. */
  activate(index: number): void {
    const item = this.#items[index];
    if (item === undefined) return;
    this.#mark(this.#active, false);
    this.#active = item;
    this.#reveal(index);
    this.flush();
    this.#mark(item, true);
  }

  /** Draws now instead of with the next frame. */
  flush(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / this.#height) - MARGIN);
    const last = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / this.#height) + MARGIN);
    const wanted = new Set(this.#items.slice(first, last));
    for (const [item, { row }] of this.#rows) if (!wanted.has(item)) this.#release(item, row);
    let before: Node | null = null;
    for (let index = last - 1; index >= first; index--) {
      const item = this.#items[index];
      if (item !== undefined) before = this.#place(item, index, before);
    }
  }

  /** In the document's order too, for whoever does not see where they are. */
  #place(item: Item, index: number, before: Node | null): Node {
    const placed = this.#rows.get(item) ?? this.#take(item);
    const { row } = placed;
    if (placed.index !== index) {
      placed.index = index;
      row.node.style.transform = `translateY(${index * this.#height}px)`;
      row.node.setAttribute('aria-posinset', String(index + 1));
    }
    if (!row.node.isConnected || row.node.nextSibling !== before) this.#space.insertBefore(row.node, before);
    return row.node;
  }

  #take(item: Item): Placed<Row> {
    const row = this.#free.pop() ?? this.#make();
    const placed = { row, index: -1 };
    row.node.setAttribute('aria-setsize', '-1'); // It grows.
    this.#draw(row, item);
    this.#rows.set(item, placed);
    if (item === this.#active) this.#mark(item, true);
    return placed;
  }

  #release(item: Item, row: Row): void {
    if (item === this.#active) this.#mark(item, false);
    this.#rows.delete(item);
    row.node.remove();
    this.#free.push(row);
  }

  #mark(item: Item | undefined, on: boolean): void {
    const node = item === undefined ? undefined : this.#rows.get(item)?.row.node;
    if (node === undefined) return;
    node.classList.toggle('active', on);
    if (on) this.#scroller.setAttribute('aria-activedescendant', node.id);
    else this.#scroller.removeAttribute('aria-activedescendant');
  }

  #reveal(index: number): void {
    const top = index * this.#height;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (top + this.#height > scrollTop + clientHeight)
      this.#scroller.scrollTop = top + this.#height - clientHeight;
  }

  #measure(): void {
    const height = Number.parseFloat(getComputedStyle(this.#scroller).getPropertyValue('--row')) || 28;
    if (height !== this.#height) {
      this.#height = height;
      for (const [item, { row }] of this.#rows) this.#release(item, row);
      this.set(this.#items);
    }
    this.#soon();
  }
}
