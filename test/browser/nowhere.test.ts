// An address that leads nowhere: it says so, and leads on.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('an address of nothing', () => {
  const lab = useDashboard(executable);

  it.each([
    ['#/bogus', 'There is no view “bogus”.'],
    ['#/__proto__', 'There is no view “__proto__”.'],
    ['#/session/', 'The address names no session.'],
  ])('%s says so, and leads on', async (route, words) => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn(route);
    await lab.page.getByText(words).waitFor();
    expect(await lab.page.locator('.pages [aria-current]').count()).toBe(0);
    await lab.page.waitForFunction(() => document.title.startsWith('Nothing here'));
    await lab.page.getByRole('link', { name: 'To the sessions' }).click();
    await lab.page.locator('.card').getByRole('link', { name: 'shop', exact: true }).waitFor();
    await lab.page.goBack();
    await lab.page.getByText(words).waitFor();
  });
});
