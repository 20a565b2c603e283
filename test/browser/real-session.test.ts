// The dashboard while the real client works: what people see of a session of theirs.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { makeTicket } from '../support/ticket.ts';

const executable = findBrowser();
const claude = executable ? await findClaude() : { found: false as const, why: 'no browser' };

describe.skipIf(!executable || !claude.found)('a session of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let context: BrowserContext;
  let page: Page;
  let sessionId: string;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const browser = await launchBrowser(executable ?? '');
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
    await page.locator('#connection[data-phase="live"]').waitFor();
    ({ sessionId } = await runClaude({ world, prompts: ['RUN:work', 'RUN:again'] }));
  });
  afterAll(async () => {
    await context?.browser()?.close();
    await daemon?.stop();
    await world?.close();
  });

  it('is among those that ended, and leads to its page', async () => {
    await page.locator('.ended').getByRole('link', { name: 'project' }).click();
    await page.getByRole('heading', { level: 1, name: 'project' }).waitFor();
    expect(page.url()).toContain(sessionId);
  });

  it('has a lane for each agent, named by what it is for', async () => {
    await expect
      .poll(async () => (await page.locator('.lane-labels button').allTextContents()).sort(), {
        timeout: 60_000,
      })
      .toEqual(
        ['Main agent10 calls', 'diggergeneral-purpose · 2 calls', 'scoutgeneral-purpose · 2 calls'].sort(),
      );
  });

  it('reads as a conversation: each prompt, each answer, each call once', async () => {
    const talk = page.locator('.talk');
    for (const words of ['RUN:work', 'RUN:again', 'The work is done.', 'Done again.', 'Several at once.'])
      await expect.poll(() => talk.getByText(words, { exact: true }).count(), { timeout: 60_000 }).toBe(1);
    await talk
      .getByRole('button', { name: /sleep 0.3; echo two/ })
      .first()
      .waitFor();
    await talk.getByText('Exit code 3').waitFor();
    await talk.getByRole('button', { name: /^scout/ }).waitFor();
  });

  it('has what it used, as the client itself counts it', async () => {
    await page
      .getByRole('figure')
      .filter({ hasText: /^Cost\$0/ })
      .waitFor();
    await page.locator('.models').getByText('opus-5-5').waitFor();
  });
});
