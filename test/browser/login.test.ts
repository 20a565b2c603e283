// Who gets to see the dashboard, and how.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { live, useDashboard } from '../support/dashboard.ts';
import { makeTicket } from '../support/ticket.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the way in', () => {
  const lab = useDashboard(executable);

  it('is told to whoever is not logged in, who sees nothing else', async () => {
    await lab.page.goto(lab.daemon.url);
    await lab.page.getByText('main.js open').first().waitFor();
    expect(await lab.page.locator('#view').count()).toBe(0);
  });

  it('is a ticket that works once and does not stay in the address', async () => {
    const ticket = await makeTicket(lab.daemon);
    await lab.page.goto(`${lab.daemon.url}/#ticket=${ticket}`);
    await live(lab.page);
    expect(lab.page.url()).not.toContain(ticket);
    const stranger = await (await lab.browser.newContext()).newPage();
    await stranger.goto(`${lab.daemon.url}/#ticket=${ticket}`);
    await stranger.getByText('used already').waitFor();
    expect(await stranger.locator('#view').count()).toBe(0);
    await stranger.context().close();
  });

  it('ends when the tokens are replaced', async () => {
    await lab.logIn();
    const rotated = await fetch(`${lab.daemon.url}/api/token/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.daemon.token}` },
    });
    expect(rotated.status).toBe(200);
    await lab.page.getByRole('heading', { name: 'Log in from your terminal' }).waitFor({ timeout: 60_000 });
  });
});
