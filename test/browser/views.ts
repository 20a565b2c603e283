// Every view of the dashboard, for tests that must hold in all of them.
import type { Dashboard } from '../support/dashboard.ts';

export interface View {
  readonly name: string;
  readonly route: string;
  /** Says that it has drawn what there is; a selector. */
  readonly ready: string;
  /** What to press once it is there. */
  readonly press?: string;
}

/** `event` is a seq that can be looked at, `session` one that has done things, `message` the id of one. */
export function viewsWith(session: string, event: number, message: string): View[] {
  const id = encodeURIComponent(session);
  return [
    { name: 'the board', route: '#/', ready: '.card' },
    { name: 'the board as a list', route: '#/?as=list&group=project', ready: '.session-line' },
    { name: 'the feed', route: '#/feed', ready: '.row' },
    { name: 'the feed and an event', route: `#/feed?event=${event}`, ready: '#inspector .values' },
    { name: 'an event as JSON', route: `#/?event=${event}`, ready: '#inspector .json', press: 'JSON' },
    {
      name: 'an event as its hook',
      route: `#/?event=${event}`,
      ready: '#inspector .json:has-text("hook_event_name")',
      press: 'Hook payload',
    },
    { name: 'a session', route: `#/session/${id}`, ready: '.block-row' },
    { name: 'the inbox', route: '#/inbox', ready: '.letter' },
    { name: 'a message', route: `#/inbox/${message}`, ready: '.step' },
    { name: 'a search', route: '#/search?q=e', ready: '.hit' },
    { name: 'a search for nothing', route: '#/search', ready: '.hints' },
    { name: 'an address of nothing', route: '#/bogus', ready: '.nowhere-view .empty' },
    { name: 'the stats', route: '#/stats', ready: '[data-shade="4"]' },
    { name: 'the usage', route: '#/usage?of=tokens', ready: '.day-bar' },
  ];
}

/** Opens a view and waits until it has drawn what there is. */
export async function openView({ page, go }: Dashboard, { route, ready, press }: View): Promise<void> {
  await go(route);
  if (press !== undefined) await page.locator('#inspector').getByRole('button', { name: press }).click();
  await page.locator(ready).first().waitFor();
}
