// The usage page: figures, bars by day, tables; by model and by project.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';

const executable = findBrowser();

/** A session uses a dollar's worth of tokens. */
const dollar = (n: number) => ({
  ...{ sessionId: 's1', type: 'message.assistant' },
  data: {
    ...{ text: 'Done.', messageId: `m${n}`, model: 'claude-opus-5-5', promptId: 'p1' },
    usage: { input: 0, output: 50_000, cacheRead: 100_000, cacheCreation: 0 },
  },
});

describe.skipIf(!executable)('what is spent now', () => {
  const budgets = [
    { per: 'session', usd: 2 },
    { per: 'day', usd: 2, project: 'shop' },
    { per: '5h', usd: 100 },
  ];
  const env = { HOOKLINE_BUDGETS: JSON.stringify(budgets) };
  const lab = useDashboard(executable, { permissions: ['notifications'] }, env);
  const spend = (n: number) =>
    fetch(`${lab.daemon.url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(dollar(n)),
    });

  it('budgets: a notification once each is crossed, a mark on the card, and how they stand', async () => {
    await watchNotifications(lab.page, { looking: false });
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'Mend the till', prompt_id: 'p1' });
    await lab.logIn();
    await bellOf(lab.page).click();
    await expect.poll(() => bellOf(lab.page).getAttribute('aria-pressed')).toBe('true');
    for (const n of [1, 2, 3]) await spend(n);
    await expect
      .poll(() => notificationsOf(lab.page))
      .toMatchObject([
        {
          title: 'shop has spent its budget',
          body: expect.stringMatching(/^~\$2\.0. of \$2.00 for the session/),
        },
        {
          title: 'A budget is spent',
          body: expect.stringMatching(/ for the day, in shop$/),
          isClosed: false,
        },
      ]);
    await lab.page.locator('.card').getByText('over $2', { exact: true }).waitFor();
    await lab.restart();
    await spend(4);
    await lab.page.locator('.card').getByText('~$4.08').waitFor();
    expect(await notificationsOf(lab.page)).toHaveLength(2);

    await lab.go('#/usage');
    const stands = lab.page.locator('.usage-budgets');
    await stands.getByText('~$4.08 of $2.00').first().waitFor();
    const said = await stands.locator('li').allTextContents();
    expect(said.map(one => one.replace(/\d\d:\d\d/, 'TIME'))).toEqual([
      'Today in shopcrossed~$4.08 of $2.00',
      'Five hours until TIME~$4.08 of $100.00',
      'shopcrossed~$4.08 of $2.00',
    ]);
  });

  it('the window that runs, the context of sessions, and what a prompt has used', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'Mend the till', prompt_id: 'p1' });
    await spend(1);
    await lab.logIn('#/usage');
    const figures = lab.page.locator('.usage-window dd');
    await figures.first().waitFor();
    expect(await figures.allTextContents()).toEqual([
      '~$1.02',
      expect.stringMatching(/^~\$[\d.]+$/),
      expect.stringMatching(/^[\d.]+k?$/),
      expect.stringMatching(/^~\$[\d.]+ · [\d.]+M tokens$/),
      expect.stringMatching(/^\d( h|\d min)/),
    ]);
    const of = (title: string) => lab.page.getByRole('region', { name: title }).locator('tbody tr');
    expect(await of('Windows of five hours').locator('td').allTextContents()).toEqual([
      ...['~$1.02', '50k'],
      ...['0', '50k', '0', '100k'],
    ]);
    await expect.poll(() => of('By session').locator('td').last().textContent()).toBe('10 %');
    await lab.go('#/session/s1');
    const prompts = lab.page.locator('.prompts tbody tr');
    await prompts.waitFor();
    expect(await prompts.locator('th, td').allTextContents()).toEqual([
      'Mend the till',
      '50k',
      '100k',
      '~$1.02',
    ]);
  });
});

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
