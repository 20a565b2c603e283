// The docs page: the protocol to read, found by its contents, its search and its addresses, without a login.
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../src/protocol/index.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the docs page', () => {
  const lab = useDashboard(executable);
  const open = async (hash = '') => {
    await lab.page.goto(`${lab.daemon.url}/docs${hash}`);
    await lab.page.getByRole('heading', { name: 'The hookline protocol' }).waitFor();
  };

  it('has every event with its fields and an example', async () => {
    await open();
    for (const type of EVENT_TYPES) {
      const entry = lab.page.locator(`article[aria-labelledby="event-${type}"]`);
      expect(await entry.locator('.code').count(), type).toBeGreaterThan(0);
    }
    const result = lab.page.locator('article[aria-labelledby="event-tool.result"]');
    await result.getByRole('rowheader', { name: /durationMs/ }).waitFor();
    await result.getByText('"durationMs"').waitFor();
  });

  it('finds what is typed, wherever it is said', async () => {
    await open();
    await lab.page.keyboard.press('/');
    await lab.page.keyboard.type('recovered epoch_changed');
    await lab.page.getByText(/^\d+ found$/).waitFor();
    await lab.page.getByRole('heading', { name: 'When your position means nothing any more' }).waitFor();
    expect(await lab.page.getByRole('heading', { name: 'ping', exact: true }).isVisible()).toBe(false);
    await lab.page.keyboard.press('Escape');
    await lab.page.getByRole('heading', { name: 'Limits', exact: true }).waitFor();
  });

  it('marks what it found, and says so when there is nothing', async () => {
    await open();
    const found = lab.page.getByRole('searchbox');
    await found.fill('epoch_changed');
    await lab.page.getByRole('heading', { level: 1, name: 'Found in the protocol' }).waitFor();
    const marked = await lab.page.evaluate(() => [...(CSS.highlights.get('found') ?? [])].map(String));
    expect(new Set(marked)).toEqual(new Set(['epoch_changed']));
    await found.fill('patternGlobstars');
    await lab.page.getByRole('rowheader', { name: 'patternGlobstars' }).first().waitFor();
    await found.fill('no such word');
    await lab.page.getByText('Nothing here has all the words of “no such word”').waitFor();
    await found.press('Escape');
    await lab.page.getByRole('heading', { level: 1, name: 'The hookline protocol' }).waitFor();
    expect(await lab.page.evaluate(() => CSS.highlights.size)).toBe(0);
  });

  it('tells a reconnect from the first frame to the last', async () => {
    await open('#guide-reconnect');
    const talk = lab.page.getByRole('list', { name: 'A reconnect' });
    await talk.getByText('"recovered": true').waitFor();
    await talk.getByText('The connection is lost (1006).').waitFor();
    const top = await lab.page.locator('#guide-reconnect').evaluate(node => node.getBoundingClientRect().top);
    expect(top).toBeLessThan(300);
    expect(top).toBeGreaterThan(0);
  });
});
