// A real session is written to from its page: held until its user lets it in, then arrived; refused, and told so.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { findClaude } from '../support/claude/client.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { expectNoTrouble, live, type Watched, watch } from '../support/dashboard.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { makeTicket } from '../support/ticket.ts';

const executable = findBrowser();
const claude = executable ? await findClaude() : { found: false as const, why: 'no browser' };
const scenarios = { greet: [{ text: 'Good morning to you too.' }] };
const PATIENT = { timeout: 60_000 };

describe.skipIf(!executable || !claude.found || !hasTmux())(
  'a session of the real client, written to',
  () => {
    let world: World;
    let daemon: Daemon;
    let terminal: Terminal;
    let context: BrowserContext;
    let page: Page;
    let watched: Watched;

    beforeAll(async () => {
      if (!claude.found) return;
      world = await createWorld({ bin: claude.bin, scenarios });
      await hooklineOk(world, 'install');
      daemon = await startDaemon(world);
      // One that bypasses permissions asks before it lets anybody in. To root the client refuses that, unless it is told that it runs in a sandbox.
      const env = { IS_SANDBOX: '1' };
      terminal = await openTerminal({ world, args: ['--dangerously-skip-permissions'], env });
      await terminal.waitFor(/Yes, I accept/);
      await terminal.choose(/❯ Yes, I accept/);
      context = await (await launchBrowser(executable ?? '')).newContext();
      page = await context.newPage();
      watched = await watch(page);
      await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
      await live(page);
    });
    afterAll(async () => {
      await context?.browser()?.close();
      await terminal?.close();
      await daemon?.stop();
      await world?.close();
      expectNoTrouble(watched);
    });

    const newest = () => page.locator('.receipt').last();
    async function write(text: string): Promise<void> {
      const box = page.getByRole('textbox', { name: /^Message to / });
      await box.fill(text);
      await box.press('Control+Enter');
      await newest().getByText(text).waitFor(PATIENT);
    }

    it('is told of as held, with what its user may set, until it was let in; then it has arrived, and is in the conversation', async () => {
      await page.getByRole('link', { name: /^Write to / }).click(PATIENT);
      await write('RUN:greet, from the page');
      await newest().getByText('Held', { exact: true }).waitFor(PATIENT);
      await newest().getByText('crossSessionInbound').waitFor();
      await terminal.waitFor(/Held message from another session/);
      expect(await page.locator('.talk').getByText('Arrived').count()).toBe(0);
      await terminal.choose(/❯ Deliver this message/);
      await newest().getByText('Arrived', { exact: true }).waitFor(PATIENT);
      const prompt = page.locator('[data-kind="prompt"]');
      await expect
        .poll(() => prompt.locator('.byline').textContent(), PATIENT)
        .toMatch(/^Message from dashboardArrived/);
      expect(await prompt.locator('.words').textContent()).toBe('RUN:greet, from the page');
      await page.locator('.talk').getByText('Good morning to you too.').waitFor(PATIENT);
    });

    it('is told of as not delivered once its user refused it, and offers to send it again', async () => {
      await write('RUN:greet once more');
      await terminal.waitFor(/Held message from another session/);
      await terminal.pressUntil('Enter', /bypass permissions on/);
      await newest().getByText("Not delivered: the session's user did not let it in.").waitFor(PATIENT);
      await newest().getByRole('button', { name: 'Send again' }).waitFor();
      const chips = () => page.locator('[data-kind="message"] .chip').allTextContents();
      await expect.poll(chips).toEqual(['Not delivered']);
    });
  },
);
