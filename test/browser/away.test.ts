// Views that are opened while the daemon is away: they say so, and fill by themselves once it is back.
import { beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('a view opened while the daemon is away', () => {
  const lab = useDashboard(executable);
  const away = () => lab.page.locator('#view, #inspector').getByText('hookline does not answer').first();

  beforeEach(async () => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 200));
    // The files of all views are here, so that they can be opened without the daemon.
    for (const view of ['feed', 'session', 'search', 'usage'])
      await lab.page.evaluate(`import('/assets/public/${view}/view.js').then(() => {})`);
  });

  it.each([
    ['the search', '#/search?q=till', '.hit'],
    ['the usage', '#/usage?of=tokens', '.day-bar'],
    ['a session', '#/session/s1', '.block-row'],
    ['an event', '#/?event=2', '#inspector .values'],
    ['the board as it was', '#/?at=5', '.then .card'],
    ['the times under the scrubber', '#/?at=5', '.past-axis > :nth-child(5):not(:empty)'],
  ])('%s', async (_name, route, content) => {
    await lab.restart(async () => {
      await lab.go(route);
      await away().waitFor();
    });
    await lab.page.locator(content).first().waitFor();
    await away().waitFor({ state: 'hidden' });
  });

  it('an event in another form', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'Fix the till' });
    const [seq] = (await lab.seqs('prompt.submitted')).slice(-1);
    await lab.go(`#/?event=${seq}`);
    await lab.page.locator('#inspector .values').first().waitFor();
    await lab.restart(async () => {
      await lab.page.locator('#inspector').getByRole('button', { name: 'Hook payload' }).click();
      await away().waitFor();
    });
    await lab.page.locator('#inspector .json').waitFor();
  });

  it('a session of which more is told meanwhile', async () => {
    await lab.restart(async () => {
      await lab.go('#/session/s1');
      await away().waitFor();
    });
    await lab.hook('UserPromptSubmit', { prompt: 'What came later' });
    await lab.page.getByText('What came later').first().waitFor();
    const all = await lab.seqs('**');
    const said = await lab.page.locator('.view-head').getByText(/ events$/);
    await expect
      .poll(async () => Number((await said.textContent())?.replace(/\D/g, '')))
      .toBe(all.length - (await lab.seqs('system.*')).length);
  });
});
