// The page of a hub: on which machine each session is, and which machines are away.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HubWorld } from '../hub/hub-world.ts';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { expectNoTrouble, live, type Watched, watch } from '../support/dashboard.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { makeTicket } from '../support/ticket.ts';
import { until } from '../support/until.ts';

const executable = findBrowser();

describe.skipIf(!executable || !hasNatsServer())('the page of a hub', () => {
  const world = new HubWorld();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watched: Watched;
  let laptop: TestDaemon;
  let desk: TestDaemon;
  let hub: TestDaemon;

  beforeAll(async () => {
    await world.server.start();
    [laptop, desk, browser] = await Promise.all([
      world.node('laptop'),
      world.node('desk'),
      launchBrowser(executable ?? ''),
    ]);
    hub = await world.hub();
    await laptop.hook('SessionStart', { session_id: 's-laptop', cwd: '/home/ada/shop', source: 'startup' });
    await laptop.hook('UserPromptSubmit', {
      session_id: 's-laptop',
      cwd: '/home/ada/shop',
      prompt: 'Fix the till',
    });
    await desk.hook('SessionStart', { session_id: 's-desk', cwd: '/home/bob/shop', source: 'startup' });
    await desk.hook('UserPromptSubmit', {
      session_id: 's-desk',
      cwd: '/home/bob/shop',
      prompt: 'Count the stock',
    });
    await until('both are there', async () => {
      const { sessions } = (await (await hub.get('/api/sessions')).json()) as { sessions: unknown[] };
      return sessions.length === 2;
    });
  });
  afterAll(async () => {
    await browser?.close();
    await world.close();
  });
  const open = async (of: TestDaemon): Promise<void> => {
    const answer = await context.request.post(`${of.url}/api/login`, {
      headers: { origin: of.url },
      data: { ticket: await makeTicket(of) },
    });
    expect(answer.status()).toBe(200);
    await page.goto(`${of.url}/#/`);
    await live(page);
  };
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    watched = await watch(page);
  });
  afterEach(async () => {
    await context.close();
    expectNoTrouble(watched);
  });
  const card = (machine: string) =>
    page.locator('.card').filter({ has: page.locator('.machine', { hasText: machine }) });
  const go = (route: string): Promise<void> =>
    page.evaluate(to => {
      location.hash = to;
    }, route);

  it('shows nothing of machines on one machine', async () => {
    await open(laptop);
    await page.locator('.card').first().waitFor();
    expect(await page.locator('.machine:visible, .machines:visible').count()).toBe(0);
    expect(watched.requests.filter(url => url.includes('/api/nodes'))).toEqual([]);
  });

  it('says on each card, in lists and on the page of a session which machine it is', async () => {
    await open(hub);
    await card('laptop').getByText('Fix the till').waitFor();
    await card('desk').getByText('Count the stock').waitFor();
    const machines = page.getByRole('region', { name: 'Machines' }).getByRole('listitem');
    await machines.filter({ hasText: 'laptop' }).getByText('1 session').waitFor();
    await page.getByRole('region', { name: 'Latest' }).getByText('shop@desk').first().waitFor();
    await go('#/feed');
    await page.locator('.row .who', { hasText: 'shop@laptop' }).first().waitFor();
    await go('#/session/s-laptop');
    await page.getByRole('heading', { name: 'shop@laptop' }).waitFor();
    await page.locator('.facts-list').getByText('laptop', { exact: true }).waitFor();
  });

  it.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)('fits into %i px, %s', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await open(hub);
    await card('laptop').waitFor();
    await page.getByRole('region', { name: 'Machines' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('a machine goes away, and comes back: its sessions are shown as they were last heard of', async () => {
    await open(hub);
    await card('desk').waitFor();
    await desk.stop();
    await card('desk · away').waitFor();
    const machines = page.getByRole('region', { name: 'Machines' }).getByRole('listitem');
    await machines.filter({ hasText: 'desk' }).getByText(/^away/).waitFor();
    expect(await card('laptop').getByText('away').count()).toBe(0);
    await go('#/session/s-desk');
    await page.getByText('desk is away: this is how it was last heard of').waitFor();
    await go('#/');
    desk = await world.node('desk');
    await machines.filter({ hasText: 'desk' }).getByText('1 session').waitFor();
    expect(await card('desk').getByText('away').count()).toBe(0);
  });
});
