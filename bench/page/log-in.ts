// Opens the dashboard as its user does, and waits for it.
import type { Page } from 'playwright-core';
import type { Daemon } from '../../test/support/hookline.ts';
import { makeTicket } from '../../test/support/ticket.ts';

export async function logIn(page: Page, daemon: Daemon): Promise<void> {
  await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
  await live(page);
}

/** Resolves once the page is connected and shows what is. */
export const live = (page: Page): Promise<void> =>
  page.locator('#connection[data-phase="live"]').waitFor({ timeout: 120_000 });
