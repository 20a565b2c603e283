// Reads all the feed of a page, of which only the rows in sight exist.
import type { Page } from 'playwright-core';

export interface FeedRow {
  /** NaN where the page itself says something. */
  readonly seq: number;
  readonly words: string;
}

/** All rows, top to bottom, as somebody reads them who scrolls from the first to the last. */
export function rowsInFeed(page: Page): Promise<FeedRow[]> {
  return page.getByRole('listbox', { name: 'Events' }).evaluate(async list => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const textIn = (row: Element, part: string): string => row.querySelector(part)?.textContent ?? '';
    /** By their place in the list. */
    const rows = new Map<number, FeedRow>();
    for (let top = 0; ; top += list.clientHeight / 2) {
      list.scrollTop = top;
      await frame();
      await frame();
      for (const row of list.querySelectorAll('[role="option"]')) {
        const seq = Number.parseInt(textIn(row, '.seq').replaceAll(',', ''), 10);
        rows.set(Number(row.getAttribute('aria-posinset')), { seq, words: textIn(row, '.what') });
      }
      if (top + list.clientHeight >= list.scrollHeight) break;
    }
    return [...rows].toSorted(([left], [right]) => left - right).map(([, row]) => row);
  });
}

/** The seqs of all rows that are events, top to bottom. */
export const seqsInFeed = async (page: Page): Promise<number[]> =>
  (await rowsInFeed(page)).map(({ seq }) => seq).filter(seq => !Number.isNaN(seq));
