// What the feed shows from its beginning to its end, of which only the rows in sight exist at a time.
import type { Page } from 'playwright-core';

/** The seqs of all rows, top to bottom. */
export function shownSeqs(page: Page): Promise<number[]> {
  return page.getByRole('listbox', { name: 'Events' }).evaluate(async list => {
    const frame = (): Promise<number> => new Promise(resolve => requestAnimationFrame(resolve));
    const seqs = new Map<number, number>();
    for (let top = 0; top < list.scrollHeight; top += list.clientHeight) {
      list.scrollTop = top;
      await frame();
      await frame();
      for (const row of list.querySelectorAll('.row')) {
        const seq = row.querySelector('.seq')?.textContent?.replaceAll(',', '') ?? '';
        if (seq !== '') seqs.set(Number(row.getAttribute('aria-posinset')), Number(seq));
      }
    }
    return [...seqs].toSorted(([left], [right]) => left - right).map(([, seq]) => seq);
  });
}

/** By how much rows stand further down than their seq says, looked at in so many places from the beginning to the end. */
export function pushedOn(page: Page, places: number): Promise<number[]> {
  return page.getByRole('listbox', { name: 'Events' }).evaluate(async (list, most) => {
    const frame = (): Promise<number> => new Promise(resolve => requestAnimationFrame(resolve));
    const found: number[] = [];
    for (let place = 0; place <= most; place++) {
      list.scrollTop = ((list.scrollHeight - list.clientHeight) * place) / most;
      await frame();
      await frame();
      for (const row of list.querySelectorAll('.row')) {
        const seq = row.querySelector('.seq')?.textContent?.replaceAll(',', '') ?? '';
        if (seq !== '') found.push(Number(row.getAttribute('aria-posinset')) - Number(seq));
      }
    }
    return found;
  }, places);
}

/** `from`, … `to`. */
export const seqsFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
