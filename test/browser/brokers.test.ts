// The brokers on the page: which are there, which are away and why, as that changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadNetwork } from '../support/bad-network.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { chance } from '../support/random.ts';

const executable = findBrowser();
const url = await findBroker('redis');

describe.skipIf(!executable || url === undefined)('the brokers on the page', () => {
  const env: Record<string, string> = {};
  const lab = useDashboard(executable, {}, env);
  let network: BadNetwork;

  beforeAll(async () => {
    network = await new BadNetwork(chance(3)).start();
    network.slicing = 0;
    const node = unique('node-');
    env['HOOKLINE_BROKERS'] = JSON.stringify([
      { url: `redis://127.0.0.1:${network.port}`, label: 'team', node },
      { url, label: 'plant', node },
    ]);
  });
  afterAll(() => network?.stop());

  it('are shown with how each is, and a broker that comes back is told', async () => {
    await lab.logIn('#/inbox');
    const lines = lab.page.getByRole('region', { name: 'Brokers', exact: true }).getByRole('listitem');
    const team = lines.filter({ hasText: '@team' });
    await team.getByText('away, and tried again').waitFor();
    await lines.filter({ hasText: '@plant' }).getByText('is there').waitFor();
    expect(await team.locator('p').textContent()).toMatch(/\S/);
    network.target = Number(new URL(url ?? '').port);
    await team.getByText('is there').waitFor({ timeout: 60_000 });
    expect(await team.locator('p').isHidden()).toBe(true);
  });
});
