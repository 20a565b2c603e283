// Shows alerts as notifications while no page is open, and opens the page of one that is pressed; a plain script, as workers are in every browser.
{
  /** What of a worker is used here. */
  interface Worker {
    readonly registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
    readonly clients: {
      matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly Tab[]>;
      openWindow(url: string): Promise<unknown>;
    };
    addEventListener(name: 'push', hear: (event: Pushed) => void): void;
    addEventListener(name: 'notificationclick', hear: (event: Pressed) => void): void;
  }
  interface Tab {
    readonly url: string;
    focus(): Promise<unknown>;
    navigate(url: string): Promise<unknown>;
  }
  interface Lasting {
    waitUntil(work: Promise<unknown>): void;
  }
  interface Pushed extends Lasting {
    readonly data: { json(): Record<string, unknown> } | null;
  }
  interface Pressed extends Lasting {
    readonly notification: Notification;
  }

  const worker = globalThis as unknown as Worker;

  worker.addEventListener('push', event => {
    const { alertId, title, text, page } = event.data?.json() ?? {};
    event.waitUntil(
      worker.registration.showNotification(String(title ?? 'hookline'), {
        body: String(text ?? ''),
        // As a page that is open would call it.
        tag: `alert ${String(alertId)}`,
        icon: '/assets/public/favicon-waiting.svg',
        data: String(page ?? ''),
      }),
    );
  });

  worker.addEventListener('notificationclick', event => {
    const page = `/${String(event.notification.data)}`;
    event.notification.close();
    event.waitUntil(open(page));
  });

  async function open(page: string): Promise<void> {
    const [tab] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (tab === undefined) await worker.clients.openWindow(page);
    else await tab.focus().then(() => tab.navigate(page).catch(() => worker.clients.openWindow(page)));
  }
}
