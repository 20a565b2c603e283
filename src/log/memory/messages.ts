// Messages of a store in memory.
import type { MessageQuery, MessageRow, MessageShelf, MessageWrite } from '../message-row.ts';

export class MemoryMessages implements MessageShelf {
  readonly #rows = new Map<string, MessageRow>();
  readonly #contents = new Map<string, string>();

  write({ content, ...row }: MessageWrite): void {
    this.#rows.set(row.id, row);
    if (content !== undefined && !this.#contents.has(row.id)) this.#contents.set(row.id, content);
  }

  list({ before, most }: MessageQuery): MessageRow[] {
    return this.#ascending()
      .toReversed()
      .filter(({ id }) => before === undefined || id < before)
      .slice(0, most);
  }

  open(): MessageRow[] {
    return this.#ascending().filter(({ endedAt }) => endedAt === undefined);
  }

  find(id: string): MessageRow | undefined {
    return this.#rows.get(id);
  }

  withKey(sender: string, key: string): MessageRow[] {
    return this.#ascending()
      .toReversed()
      .filter(row => row.sender === sender && row.key === key);
  }

  content(id: string): string | undefined {
    return this.#contents.get(id);
  }

  forget(endedBefore: number, most: number): number {
    const gone = this.#ascending()
      .filter(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt < endedBefore)
      .slice(0, most);
    this.remove(gone.map(({ id }) => id));
    return gone.length;
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#rows.delete(id);
      this.#contents.delete(id);
    }
  }

  #ascending(): MessageRow[] {
    return [...this.#rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
