// Takes the pictures of docs/approvals.md: what sessions ask, on a card, on a session's page, and on a phone that was sent a link.
//
//   npm run pictures
//
// The daemon is real and its home a throw-away one; what asks are hooks as Claude Code posts them. Look at what comes out before you commit it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { linkUrl, makeLink } from '../test/support/answer-link.ts';
import { type Asking, asks, listed } from '../test/support/approvals.ts';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { type Daemon, startDaemon } from '../test/support/hookline.ts';
import { makeTicket } from '../test/support/ticket.ts';
import { until } from '../test/support/until.ts';

const PHONE = { width: 390, height: 560 };

const EDIT = {
  tool_name: 'Edit',
  tool_input: {
    file_path: '/home/dev/shop-api/src/till.ts',
    old_string: [
      'export function total(lines: Line[]): number {',
      '  const sum = lines.reduce((all, { price, count }) => all + price * count, 0);',
      '  return Math.round(sum * 100) / 100;',
      '}',
    ].join('\n'),
    new_string: [
      'export function total(lines: Line[]): number {',
      '  const cents = lines.map(({ price, count }) => Math.round(price * count * 100));',
      '  return cents.reduce((all, one) => all + one, 0) / 100;',
      '}',
    ].join('\n'),
    replace_all: false,
  },
};
const COMMAND = {
  tool_name: 'Bash',
  tool_input: {
    command: 'terraform apply -auto-approve plans/access-logs.tfplan',
    description: 'Apply the plan for the access logs',
  },
};
const option = (label: string, description: string) => ({ label, description });
const QUESTION = {
  tool_name: 'AskUserQuestion',
  tool_input: {
    questions: [
      {
        question: 'The banner has two layouts. Which one goes to the landing page?',
        header: 'Layout',
        multiSelect: false,
        options: [
          option('Split', 'Text and picture side by side; the text first on a phone.'),
          option('Overlay', 'The text on the picture, which has to be dark enough for it.'),
        ],
      },
    ],
  },
};
/** In the order in which they ask. */
const SESSIONS = [
  { id: 'b3', name: 'storefront', prompt: 'Build the banner of the landing page.', asked: QUESTION },
  { id: 'b2', name: 'infra', prompt: 'Then turn on access logs for it.', asked: COMMAND },
  { id: 'b1', name: 'shop-api', prompt: 'Totals are a cent off with many lines. Find out why.', asked: EDIT },
];

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-pictures-'));
const executable = findBrowser();
if (!executable) process.exit(1);
const env = { PATH: process.env['PATH'] ?? '', HOME: root, CLAUDE_CONFIG_DIR: path.join(root, 'claude') };
const daemon = await startDaemon({ env, hooklineHome: path.join(root, 'hookline') });
const browser = await launchBrowser(executable);
const waiting: Asking[] = [];
try {
  const page = await logIn(browser, daemon);
  await rest();
  for (const one of SESSIONS.slice(0, 2)) await begin(one);
  await ready(page, 2);
  await take(page, 'approval-board');

  await begin(SESSIONS[2]);
  await page.setViewportSize({ width: 1180, height: 860 });
  await page.goto(`${daemon.url}/#/session/b1`);
  await ready(page, 1);
  await take(page, 'approval-session');

  const phone = await (
    await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true })
  ).newPage();
  const asked = (await listed(daemon)).find(({ sessionId }) => sessionId === 'b1');
  if (asked === undefined) throw new Error('shop-api does not ask any more');
  await phone.goto(linkUrl(daemon.url, asked.requestId, await makeLink(daemon, asked.requestId)));
  await ready(phone, 1);
  await take(phone, 'approval-phone');
} finally {
  for (const one of waiting) one.abort();
  await browser.close();
  await daemon.stop();
  fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

/** Somebody who may answer is there from here on, so the sessions wait. */
async function logIn(browser: Browser, { url }: Daemon): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 660 },
    deviceScaleFactor: 1.5,
  });
  const page = await context.newPage();
  await page.goto(`${url}/#ticket=${await makeTicket(daemon)}`);
  await page.locator('#connection[data-phase="live"]').waitFor();
  return page;
}

/** One that asks nothing. */
async function rest(): Promise<void> {
  const who = { session_id: 'b4', cwd: '/home/dev/handbook', permission_mode: 'default' };
  await hook({ ...who, hook_event_name: 'SessionStart', source: 'startup', model: 'claude-opus-5-5' });
  await hook({ ...who, hook_event_name: 'UserPromptSubmit', prompt: 'Write the page about code review.' });
  const said = 'The page is in pages/code-review.md: five sentences, in the tone of the page beside it.';
  await hook({ ...who, hook_event_name: 'Stop', last_assistant_message: said });
}

async function begin(session: (typeof SESSIONS)[number] | undefined): Promise<void> {
  if (session === undefined) return;
  const { id, name, prompt, asked } = session;
  const who = { session_id: id, cwd: `/home/dev/${name}`, permission_mode: 'default' };
  await hook({ ...who, hook_event_name: 'SessionStart', source: 'startup', model: 'claude-opus-5-5' });
  await hook({ ...who, hook_event_name: 'UserPromptSubmit', prompt });
  const read = { tool_name: 'Grep', tool_input: { pattern: 'total' }, tool_use_id: `${id}-1` };
  await hook({ ...who, hook_event_name: 'PreToolUse', ...read });
  await hook({
    ...who,
    hook_event_name: 'PostToolUse',
    ...read,
    tool_response: 'src/till.ts:12',
    duration_ms: 40,
  });
  await hook({ ...who, hook_event_name: 'PreToolUse', ...asked, tool_use_id: `${id}-2` });
  waiting.push(asks({ url: daemon.url, hookToken: daemon.token }, { ...who, ...asked }));
}

async function hook(payload: object): Promise<void> {
  const answer = await fetch(`${daemon.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  if (!answer.ok) throw new Error(`a hook was answered ${answer.status}: ${await answer.text()}`);
}

/** They are there, and were seen long enough to be answered. */
async function ready(page: Page, count: number): Promise<void> {
  await until('all can be answered', async () => {
    const buttons = page.locator('.request').filter({ has: page.locator('.button.quiet:enabled') });
    return (await buttons.count()) === count;
  });
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
