// Looks into values of which nothing is known: what a table says of a name, what a field of anything holds.

/** What a table says of a name that may be anybody's; undefined when it has no entry of its own by that name. */
export function own<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A field of any value; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
