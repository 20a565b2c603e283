// Takes the README's pictures: the dashboard of `hookline demo`, in a real Chromium, at moments of its story.
//
//   npm run pictures
//
// It plays the demo as it is, in real time, so it takes some three minutes. Look at what comes out before you commit it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Page } from 'playwright-core';
import type { AgentSnapshot, SessionState } from '../src/protocol/index.ts';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';

interface Board {
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
}

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** The story has been told once by then. */
const STORY_MS = 240_000;

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-pictures-'));
const executable = findBrowser();
if (!executable) process.exit(1);
const browser = await launchBrowser(executable);
const demo = spawn(process.execPath, ['dist/cli/main.js', 'demo', '--json'], {
  env: { PATH: process.env['PATH'] ?? '', HOME: root, TMPDIR: root },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(demo, 'close');
try {
  const first = await createInterface(demo.stdout)[Symbol.asyncIterator]().next();
  const { url, login } = JSON.parse(first.value) as { url: string; login: string };
  const context = await browser.newContext({ viewport: DESKTOP, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto(login);
  await page.locator('#connection[data-phase="live"]').waitFor();

  const atWork = await moment(page, url, ({ agents }) => agents.filter(isAtWork).length >= 3);
  const lead = atWork.sessions.find(({ sessionId }) => sessionId === atWork.agents[0]?.sessionId);
  const wanted = await moment(
    page,
    url,
    ({ sessions }) => sessions.filter(one => one.state === 'waiting_permission').length >= 2,
  );
  console.log(`${wanted.sessions.length} sessions live`);
  await show(page, url, '#/', '.card');
  await take(page, 'board');
  await page.setViewportSize(PHONE);
  await take(page, 'phone');
  await page.setViewportSize(DESKTOP);
  await show(page, url, `#/session/${lead?.sessionId}`, '.talk');
  await take(page, 'session');
  await show(page, url, '#/feed', '.row');
  await page.getByText('15 min', { exact: true }).click();
  await page.getByText(/^[\d,]+ events · /).waitFor();
  await take(page, 'feed');
  await writeMessages(page, url, wanted.sessions);
  await show(page, url, '#/inbox', '.letter');
  await take(page, 'inbox');
  await show(page, url, '#/usage', '.usage-chart');
  await page.getByText('7 days', { exact: true }).click();
  await take(page, 'usage');
} finally {
  await browser.close();
  demo.kill('SIGINT');
  await ended;
  fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

function isAtWork({ state }: AgentSnapshot): boolean {
  return state === 'working' || state === 'tool_running';
}

/** Waits until the board is as it should be on the picture. */
async function moment(page: Page, url: string, is: (board: Board) => boolean): Promise<Board> {
  for (const end = Date.now() + STORY_MS; Date.now() < end; ) {
    const board = await snapshot(page, url);
    if (is(board)) return board;
    await page.waitForTimeout(200);
  }
  throw new Error('the demo never came to that moment: has its story changed?');
}

async function snapshot(page: Page, url: string): Promise<Board> {
  const answer = await page.request.get(`${url}/api/snapshot`);
  const text = await answer.text();
  if (answer.ok()) return JSON.parse(text) as Board;
  throw new Error(
    `/api/snapshot was answered ${answer.status()}, not with a snapshot: ${text.slice(0, 500)}`,
  );
}

/** Sessions of the demo wait for messages like any others: a question, its answer, and what a program could not do. */
async function writeMessages(page: Page, url: string, sessions: readonly SessionState[]): Promise<void> {
  const ask = async (target: string, data: object): Promise<{ id: string }> => {
    const answer = await page.request.post(`${url}${target}`, { data, headers: { origin: url } });
    return (await answer.json()) as { id: string };
  };
  const send = (fields: object): Promise<{ id: string }> => ask('/api/messages', fields);
  const [one, two] = sessions.map(({ sessionId }) => sessionId);
  const asked = await send({
    from: 'frontend',
    to: 'backend',
    message: 'On which port does the API listen now?',
  });
  await ask('/api/inbox/backend/take', {});
  await ask(`/api/messages/${asked.id}/ack`, { name: 'backend' });
  await send({
    ...{ from: 'backend', to: 'frontend', inReplyTo: asked.id },
    message: 'On 4040 since this morning. The old path answers 308; see docs/api.md.',
  });
  await send({ from: 'hookline-dashboard', to: one, message: 'Once the tests are green, push the branch.' });
  await send({ from: 'ci', to: two, message: 'The nightly build is red: 2 of 418 tests fail.' });
  const deploy = await send({
    from: 'ci',
    to: 'deployer',
    message: 'Build 4711 is green: deploy it to staging.',
  });
  for (let tries = 0; tries < 5; tries++) {
    await ask('/api/inbox/deployer/take', {});
    await ask(`/api/messages/${deploy.id}/nack`, {
      name: 'deployer',
      reason: 'the registry does not answer',
    });
  }
}

async function show(page: Page, url: string, route: string, until: string): Promise<void> {
  await page.goto(`${url}/${route}`);
  await page.locator(until).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** Once by day and once by night. */
async function take(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const file = path.join(import.meta.dirname, `${name}-${colorScheme}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    console.log(file);
  }
}
