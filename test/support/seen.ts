// When a page shows something: looked at by the page itself, in every frame. A locator that waits looks twice a second, and misses what stays for less.
import type { Page } from 'playwright-core';
import type { Daemon } from './hookline.ts';

/** When some words were to be read in what a selector finds, in milliseconds since 1970. MUST be called before what makes them appear. */
export async function seenAt(page: Page, selector: string, words: string): Promise<number> {
  const at = await page.waitForFunction(
    ([where, what]) => {
      const texts = [...document.querySelectorAll(where)].map(({ textContent }) => textContent ?? '');
      return texts.some(text => text.includes(what)) ? Date.now() : 0;
    },
    [selector, words] as const,
  );
  return Number(await at.jsonValue());
}

/** When a selector found nothing, in milliseconds since 1970. MUST be called before what makes that go away. */
export async function goneAt(page: Page, selector: string): Promise<number> {
  const at = await page.waitForFunction(
    where => (document.querySelector(where) === null ? Date.now() : 0),
    selector,
  );
  return Number(await at.jsonValue());
}

/** When the newest request for a permission was answered or given up, by the daemon's event. */
export async function resolvedAt({ url, token }: Pick<Daemon, 'url' | 'token'>): Promise<number> {
  const answer = await fetch(`${url}/api/events?topics=permission.resolved&limit=1000`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { events } = (await answer.json()) as { events: { timestamp: number }[] };
  return Number(events.at(-1)?.timestamp);
}
