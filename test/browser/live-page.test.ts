// The live page in a real browser, against a real daemon.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { type Daemon, type Place, startDaemon } from '../support/hookline.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the live page', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let place: Place;
  let daemon: Daemon;
  /** What must never happen: dialogs, errors, refusals by the Content-Security-Policy. */
  let trouble: string[];

  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-browser-'));
    place = {
      hooklineHome: path.join(root, 'hookline'),
      env: { PATH: process.env['PATH'] ?? '', HOME: root, CLAUDE_CONFIG_DIR: path.join(root, 'claude') },
    };
    daemon = await startDaemon(place);
    context = await browser.newContext();
    page = await context.newPage();
    trouble = [];
    page.on('dialog', dialog => {
      trouble.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', error => trouble.push(`error: ${error.message}`));
    page.on('console', message => {
      if (/Content.Security.Policy/i.test(message.text())) trouble.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await daemon.stop();
    fs.rmSync(place.hooklineHome, { recursive: true, force: true });
  });

  async function hook(event: string, fields: object = {}): Promise<void> {
    const hookToken = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
    const answer = await fetch(`${daemon.url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hookToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ session_id: 's1', cwd: '/home/dev/shop', hook_event_name: event, ...fields }),
    });
    expect(answer.status).toBe(202);
  }

  async function logIn(): Promise<string> {
    const answer = await fetch(`${daemon.url}/api/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const { ticket } = (await answer.json()) as { ticket: string };
    await page.goto(`${daemon.url}/#ticket=${ticket}`);
    await page.locator('#connection[data-phase="live"]').waitFor();
    return ticket;
  }

  const rows = (type: string) => page.locator('#events > li', { hasText: type });

  it('says how to log in to whoever is not, and shows nothing else', async () => {
    await page.goto(daemon.url);
    await page.getByText('hookline open').first().waitFor();
    expect(await page.locator('#sessions').count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it('lets a ticket in once, takes it out of the address, and shows what happens as it happens', async () => {
    const ticket = await logIn();
    expect(page.url()).not.toContain(ticket);
    await hook('SessionStart', { source: 'startup' });
    await hook('UserPromptSubmit', { prompt: 'Fix the till' });
    await hook('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'npm test' }, tool_use_id: 't1' });
    await page.locator('#sessions').getByText('shop').first().waitFor();
    await page.locator('#sessions').getByText('Running a tool').waitFor();
    await page.locator('#events').getByText('npm test').first().waitFor();
    await hook('PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'npm publish' } });
    await page.locator('#sessions').getByText('Needs permission').waitFor();

    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${daemon.url}/#ticket=${ticket}`);
    await stranger.getByText('hookline open').first().waitFor();
    expect(await stranger.locator('#sessions').count()).toBe(0);
    await stranger.context().close();
    expect(trouble).toEqual([]);
  });

  it('comes back after the daemon was killed, with every event once', async () => {
    await logIn();
    await hook('SessionStart', { source: 'startup' });
    await hook('Notification', { message: 'before the kill' });
    await page.locator('#events').getByText('before the kill').waitFor();
    const { port } = daemon;
    await daemon.stop('SIGKILL');
    await page.locator('#connection:not([data-phase="live"])').waitFor();
    daemon = await startDaemon(place, '--port', String(port));
    await hook('Notification', { message: 'after the kill' });
    await page.locator('#events').getByText('after the kill').waitFor({ timeout: 30_000 });
    await page.locator('#connection[data-phase="live"]').waitFor();
    expect(await rows('before the kill').count()).toBe(1);
    expect(await rows('after the kill').count()).toBe(1);
    expect(trouble).toEqual([]);
  });

  it('runs nothing of what events say', async () => {
    await logIn();
    const evil =
      '<img src=x onerror="alert(1)"><script>alert(2)</script>\u001b]0;owned\u0007 javascript:alert(3)';
    await hook('SessionStart', { source: 'startup', cwd: `/tmp/${evil}` });
    await hook('UserPromptSubmit', { prompt: evil.repeat(100), cwd: `/tmp/${evil}` });
    await hook('PreToolUse', {
      tool_name: evil,
      tool_input: { command: 'x'.repeat(1_000_000) },
      tool_use_id: evil,
    });
    await hook('Notification', { message: 'the end of it' });
    await page.locator('#events').getByText('the end of it').waitFor();
    expect(await page.locator('#events img, #events script, #sessions img, #sessions script').count()).toBe(
      0,
    );
    expect(trouble).toEqual([]);
  });

  it('shows the protocol to read at /docs', async () => {
    await page.goto(`${daemon.url}/docs`);
    await page.getByRole('heading', { name: 'tool.result' }).first().waitFor();
    expect(trouble).toEqual([]);
  });
});
