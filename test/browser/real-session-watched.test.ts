// The dashboard while the real client works in a terminal: what its user sees, and still sees when the daemon was killed.
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { bash, read } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { expectNoTrouble, live, type Watched, watch } from '../support/dashboard.ts';
import { rowsInFeed, seqsInFeed } from '../support/feed-rows.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';
import { makeTicket } from '../support/ticket.ts';
import { until } from '../support/until.ts';

const executable = findBrowser();
const claude = executable ? await findClaude() : { found: false as const, why: 'no browser' };
const scenarios = {
  release: [
    // Until the test lets it go on, for a minute at most.
    { text: 'I release it.', tools: [bash('sh release.sh')] },
    { text: 'Going on.', tools: [bash('echo alone'), read('README.md')] },
    { tools: [bash('touch tidied.txt')] },
    { text: 'It is released.' },
  ],
};
const RELEASE = 'for n in $(seq 600); do [ -e go ] && exit; sleep 0.1; done\n';
const PROMPT = 'RUN:release with the zanzibar key';
const PATIENT = { timeout: 60_000 };
const ASKS = /Do you want to proceed/;
const ASKS_NO_MORE = /^(?![\s\S]*Do you want to proceed)/;

describe.skipIf(!executable || !claude.found || !hasTmux())('a session of the real client, watched', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal;
  let context: BrowserContext;
  let page: Page;
  let watched: Watched;

  const group = (name: string) => page.getByRole('region', { name });
  const cards = () => page.locator('.card:visible');
  const titled = (title: string) => page.waitForFunction(wanted => document.title === wanted, title);
  const go = (route: string) =>
    page.evaluate(to => {
      location.hash = to;
    }, route);
  async function events(query = ''): Promise<Frame[]> {
    const answer = await fetch(`${daemon.url}/api/events?limit=1000&${query}`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return ((await answer.json()) as { events: Frame[] }).events;
  }
  const seqs = async (query = '') => (await events(query)).map(({ seq = 0 }) => seq);
  const inLog = (what: string, type: string, field: string, value: unknown) =>
    until(what, async () => (await events(`topics=${type}`)).some(({ data }) => data?.[field] === value));
  /** All rows of the feed are the events of the log that the query names: none missing, none twice. */
  const expectInFeed = (query: string) =>
    expect
      .poll(async () => ({ feed: await seqsInFeed(page), log: await seqs(query) }), PATIENT)
      .toSatisfy(({ feed, log }) => log.length > 0 && isDeepStrictEqual(feed, log));

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    fs.writeFileSync(path.join(world.project, 'release.sh'), RELEASE);
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const browser = await launchBrowser(executable ?? '');
    context = await browser.newContext({ permissions: ['notifications'] });
    page = await context.newPage();
    watched = await watch(page);
    // Its user is at the terminal; the board is open beside it.
    await watchNotifications(page, { looking: false });
  });
  afterAll(async () => {
    await context?.browser()?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
    if (watched) expectNoTrouble(watched);
  });

  it('is on the board of who logs in by ticket as soon as it begins', async () => {
    await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
    await live(page);
    expect(page.url()).not.toContain('ticket');
    await page.getByText('No session is running.').waitFor();
    await bellOf(page).click();
    await expect.poll(() => bellOf(page).getAttribute('aria-pressed'), PATIENT).toBe('true');
    terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    await terminal.waitFor(/❯/);
    await group('Idle')
      .getByRole('link', { name: /^project\S*$/ })
      .waitFor();
    await titled('Sessions · hookline');
  });

  it('needs its user: first on the board, in the title and as a notification', async () => {
    await terminal.submit(PROMPT);
    await terminal.waitFor(ASKS);
    await group('Needs you').getByText('Needs permission').first().waitFor();
    await group('Needs you').getByText('sh release.sh').first().waitFor();
    await titled('(1) Sessions · hookline');
    const [{ sessionId }] = (await events('topics=prompt.submitted')) as [Frame];
    // By its folder, or by the name that the client gave it meanwhile.
    const title = expect.stringMatching(/^project\S* wants to run a command$/);
    await expect
      .poll(() => notificationsOf(page), PATIENT)
      .toMatchObject([{ title, body: 'sh release.sh', tag: expect.stringContaining(String(sessionId)) }]);
  });

  it('is at work once its user has granted it', async () => {
    await terminal.pressUntil('Enter', ASKS_NO_MORE);
    await group('Working').getByText('sh release.sh').first().waitFor();
    await titled('Sessions · hookline');
    expect(await cards().count()).toBe(1);
  });

  it('is in the feed whole and once, though the daemon was killed while it went on', async () => {
    await go('#/feed?all=1');
    await page.getByRole('option').filter({ hasText: 'permission.requested' }).waitFor();
    const before = await seqs();
    const { port } = daemon;
    await daemon.stop('SIGKILL');
    await page.locator('#connection:not([data-phase="live"])').waitFor();
    // It goes on alone, up to where it asks again.
    fs.writeFileSync(path.join(world.project, 'go'), '');
    await terminal.waitFor(ASKS);
    daemon = await startDaemon(world, '--port', String(port));
    await live(page);
    await titled('(1) Feed · hookline');
    await terminal.pressUntil('Enter', /It is released/);
    await inLog('the end of the turn', 'turn.completed', 'lastMessage', 'It is released.');
    await titled('Feed · hookline');

    const log = await seqs();
    expect(log).toEqual(log.map((_, index) => index + 1));
    expect(log.length).toBeGreaterThan(before.length + 10);
    const asked = world.api.toolCalls.map(({ id }) => id).toSorted();
    for (const topic of ['tool.use', 'tool.result'])
      expect((await events(`topics=${topic}`)).map(({ data }) => data?.['toolUseId']).toSorted()).toEqual(
        asked,
      );
    await page.locator('.row .seq').getByText(String(log.length), { exact: true }).waitFor();
    // More may come at any time; up to here it is all of the log, each event once.
    await expect.poll(async () => (await seqsInFeed(page)).slice(0, log.length), PATIENT).toEqual(log);
    const said = (await rowsInFeed(page)).filter(({ seq }) => Number.isNaN(seq)).map(({ words }) => words);
    expect(said.filter(words => /^Offline for .*all are here\.$/.test(words))).toHaveLength(1);
    expect(said.filter(words => words.includes('missing'))).toEqual([]);
    expect(await notificationsOf(page)).toHaveLength(2);
  });

  it('is told apart in the feed by topics and from another session', async () => {
    const other = await runClaude({ world, prompts: ['RUN:simple'] });
    await inLog('the end of the other', 'session.removed', 'reason', 'other');
    const topics = page.getByLabel('Show only these topics');
    await topics.fill('tool.*');
    await expectInFeed('topics=tool.*');
    await topics.fill('');
    const [{ sessionId: first = '' }] = (await events('topics=prompt.submitted')) as [Frame];
    expect(other.sessionId).not.toBe(first);
    for (const id of [first, other.sessionId]) {
      await go(`#/feed?session=${id}&all=1`);
      await expectInFeed(`sessionId=${id}`);
    }
    await go(`#/feed?session=${first}&topics=tool.use`);
    await expectInFeed(`sessionId=${first}&topics=tool.use`);
  });

  it('is found by a word of its prompt', async () => {
    await go('#/search');
    await page.getByLabel('Words to look for').fill('ZANZIBAR');
    await page.getByLabel('Words to look for').press('Enter');
    const hit = page.locator('.hit', { hasText: 'prompt.submitted' });
    await expect.poll(() => hit.locator('mark').allTextContents(), PATIENT).toEqual(['zanzibar']);
    await hit.click();
    const [{ seq }] = (await events('topics=prompt.submitted')) as [Frame];
    await page
      .getByRole('complementary', { name: `Event ${seq}` })
      .getByText(PROMPT)
      .first()
      .waitFor();
  });

  it('is as it was then, when somebody looks back', async () => {
    await go('#/');
    await group('Idle')
      .getByRole('link', { name: /^project\S*$/ })
      .waitFor();
    const [first] = await seqs('topics=permission.requested');
    await go(`#/?at=${first}`);
    await group('Needs you').getByText('Needs permission').first().waitFor();
    await group('Needs you').getByText('sh release.sh').first().waitFor();
    // Now is something else: nobody waits.
    expect(await page.title()).toBe('Sessions · hookline');
    await page.getByRole('button', { name: 'Back to now' }).click();
    await group('Idle')
      .getByRole('link', { name: /^project\S*$/ })
      .waitFor();
  });

  it('has each call on its timeline, and all of it as a conversation', async () => {
    await group('Idle')
      .getByRole('link', { name: /^project\S*$/ })
      .click();
    await expect
      .poll(() => page.locator('.lane-labels button').allTextContents(), PATIENT)
      .toEqual(['Main agent4 calls']);
    await page.getByRole('application', { name: /Timeline/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.locator('.timeline [role="status"]').textContent(), PATIENT)
      .toContain('touch tidied.txt');
    const talk = page.locator('.talk');
    for (const words of [PROMPT, 'I release it.', 'Going on.', 'It is released.'])
      await expect.poll(() => talk.getByText(words, { exact: true }).count(), PATIENT).toBe(1);
    for (const call of [/sh release\.sh/, /echo alone/, /README\.md/, /touch tidied\.txt/])
      expect(await talk.locator('.call', { hasText: call }).count()).toBe(1);
  });

  it('is among those that ended when its user leaves', async () => {
    await terminal.submit('/exit');
    await terminal.waitForExit();
    await page
      .getByText(/^Ended/)
      .first()
      .waitFor();
    await go('#/');
    await page.getByText('No session is running.').waitFor();
    await expect
      .poll(() => page.locator('.ended').getByRole('link', { name: 'project' }).count(), PATIENT)
      .toBe(2);
  });
});
