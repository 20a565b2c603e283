// JSON put together from pieces that are made already, as bytes: nothing is encoded twice, and little is copied.

/**
 * An item of a list, with the comma that parts it from the one before. It is kept for long, so it has memory of its own: a small
 * `Buffer.from` is cut out of 8 KiB that it shares with whatever comes and goes meanwhile, and would hold all of that.
 */
export function item(value: object): Buffer {
  const text = `,${JSON.stringify(value)}`;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** What `item` made, as text without the comma. */
export function itemText(json: Buffer): string {
  return json.toString('utf8', 1);
}

/** A list in pieces, each made when it is asked for. */
export function* listed<T>(
  items: Iterable<T>,
  json: (item: T) => string = JSON.stringify,
): Generator<string> {
  let before = '[';
  for (const one of items) {
    yield before + json(one);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** Items that lie one behind the other in memory, taken together. */
export function runs(items: readonly Buffer[]): Buffer[] {
  const found: Buffer[] = [];
  let from = 0;
  for (const [index, one] of items.entries()) {
    const next = items[index + 1];
    const end = one.byteOffset + one.length;
    if (next?.buffer === one.buffer && next.byteOffset === end) continue;
    const first = items[from] ?? one;
    found.push(index === from ? one : Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset));
    from = index + 1;
  }
  return found;
}

/** The same items, one behind the other. */
export function together(items: readonly Buffer[]): Buffer[] {
  const all = Buffer.concat(items);
  let end = 0;
  return items.map(({ length }) => {
    end += length;
    return all.subarray(end - length, end);
  });
}

/** A field whose value is the list of these items: `"name":[...]`. */
export function field(name: string, items: readonly Buffer[]): Buffer[] {
  const [first, ...rest] = items;
  const open = Buffer.from(`${JSON.stringify(name)}:[`);
  const close = Buffer.from(']');
  return first ? [open, first.subarray(1), ...rest, close] : [open, close];
}
