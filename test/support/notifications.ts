// What a page shows as notifications, which no test could see on a desktop.
import type { Page } from 'playwright-core';

export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** The page has taken it back. */
  readonly isClosed: boolean;
}

/** From its next load on the page remembers every notification, and believes that somebody looks at it, or that nobody does. */
export async function watchNotifications(page: Page, { looking }: { looking: boolean }): Promise<void> {
  await page.addInitScript(isLookedAt => {
    const list: Shown[] = [];
    const Real = Notification;
    Object.assign(globalThis, {
      shown: list,
      Notification: class extends Real {
        readonly #shown: { -readonly [K in keyof Shown]: Shown[K] };
        constructor(title: string, options: NotificationOptions) {
          super(title, options);
          this.#shown = { title, body: options.body ?? '', tag: options.tag ?? '', isClosed: false };
          list.push(this.#shown);
        }
        override close(): void {
          super.close();
          this.#shown.isClosed = true;
        }
      },
    });
    document.hasFocus = () => isLookedAt;
  }, looking);
}

/** All of them since the page was loaded, oldest first. */
export const notificationsOf = (page: Page): Promise<readonly Shown[]> =>
  page.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown);

/** The button that turns them on and off. */
export const bellOf = (page: Page) =>
  page.getByRole('button', { name: 'Notifications when a session needs me' });
