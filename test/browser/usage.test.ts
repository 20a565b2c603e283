// The usage page: figures, bars by day, tables; by model and by project.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the usage page', () => {
  const lab = useDashboard(executable);
  const table = (title: string) => lab.page.getByRole('region', { name: title });

  it('says so when nothing was used', async () => {
    await lab.logIn('#/usage');
    await lab.page.getByText('Nothing was used in this time').waitFor();
  });

  it('adds up by model, project and session, and shows each day', async () => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 400));
    await lab.go('#/usage?of=tokens');
    await table('By model')
      .getByRole('row', { name: /opus-5-5/ })
      .waitFor();
    expect(await table('By model').locator('tbody th').allTextContents()).toEqual(['opus-5-5', 'haiku-5-5']);
    expect(await table('By project').locator('tbody th').allTextContents()).toEqual(['shop']);
    const heads = () => table('By model').locator('thead th').allTextContents();
    expect((await heads()).slice(0, 3)).toEqual(['Model', 'Tokens', 'Cost']);
    await lab.page.getByText(/estimate from list prices|Nobody knows the cost/).waitFor();
    expect(await lab.page.locator('.day-bar').count()).toBe(30);
    await lab.page.getByRole('button', { name: '7 days' }).click();
    await expect.poll(() => lab.page.locator('.day-bar').count()).toBe(7);

    await lab.page.getByRole('group', { name: /^Chart by day/ }).focus();
    await lab.page.keyboard.press('End');
    await expect
      .poll(() => lab.page.locator('.chart [role="status"]').textContent())
      .toMatch(/opus-5-5 .* tokens/);

    await lab.page.getByRole('button', { name: 'By project' }).click();
    await lab.page.locator('.usage-chart .legend').getByText('shop').waitFor();
    await table('By session').getByRole('link', { name: 'shop' }).click();
    await lab.page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
  });
});
