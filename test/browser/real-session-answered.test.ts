// The real client asks, and is answered by a click: on the session's card, on its page, on a phone that a link was sent to; or first at its terminal.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { findClaude } from '../support/claude/client.ts';
import { bash, type ToolCall } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Running, runCli } from '../support/cli.ts';
import { expectNoTrouble, live, type Watched, watch } from '../support/dashboard.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { goneAt, seenAt } from '../support/seen.ts';
import { makeTicket } from '../support/ticket.ts';
import { until } from '../support/until.ts';

const executable = findBrowser();
const claude = executable ? await findClaude() : { found: false as const, why: 'no browser' };
const PATIENT = { timeout: 60_000 };

const question: ToolCall = {
  name: 'AskUserQuestion',
  input: {
    questions: [
      {
        question: 'Which colour?',
        header: 'Colour',
        multiSelect: false,
        options: [
          { label: 'Red', description: 'r' },
          { label: 'Blue', description: 'b' },
        ],
      },
    ],
  },
};
const asking = (file: string) => [{ tools: [bash(`touch ${file}`)] }, { text: `Over with ${file}.` }];
const planning = (name: string) => [
  { tools: [{ name: 'ExitPlanMode', input: { plan: '# The plan\n\n1. Read **all**' } }] },
  { text: `Over with ${name}.` },
];
const asked = (name: string) => [{ tools: [question] }, { text: `Over with ${name}.` }];
const scenarios = {
  card: asking('card'),
  page: asking('page'),
  phone: asking('phone'),
  question: asked('question'),
  plan: planning('plan'),
  ownpermission: asking('ownpermission'),
  ownquestion: asked('ownquestion'),
  ownplan: planning('ownplan'),
  escaped: asking('escaped'),
};
const PROCEED = /Do you want to proceed/;
const COLOUR = /Which colour\?[\s\S]*Enter to select/;
const LEAVE_PLAN = /exit plan mode/;

describe.skipIf(!executable || !claude.found || !hasTmux())('a session of the real client that asks', () => {
  let world: World;
  let daemon: Daemon;
  let browser: Browser;
  /** In the default mode, and in that of plans. */
  let terminal: Terminal;
  let planner: Terminal;
  let automation: Running;
  const links: string[] = [];
  const watched: Watched[] = [];
  let page: Page;
  let phone: Page;

  const receiver = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { type, link } = JSON.parse(body) as { type: string; link?: { url: string } };
    if (type === 'permission.requested' && link) links.push(link.url);
    response.writeHead(204).end();
  });

  const made = (file: string): boolean => fs.existsSync(path.join(world.project, file));
  const newPage = async (options = {}): Promise<Page> => {
    const opened = await (await browser.newContext(options)).newPage();
    watched.push(await watch(opened));
    return opened;
  };
  const open = async (mode: string): Promise<Terminal> => {
    const opened = await openTerminal({ world, args: ['--permission-mode', mode] });
    await opened.waitFor(/❯/);
    return opened;
  };

  /** Has the model ask, and waits until that is on the screen, on the page, and on the phone. */
  async function ask(name: string, dialog: RegExp, at = terminal): Promise<void> {
    const told = links.length;
    await at.submit(`RUN:${name}`);
    await at.waitFor(dialog);
    await request().waitFor(PATIENT);
    const link = await until('a link was posted', () => links[told], PATIENT.timeout);
    await phone.goto('about:blank');
    await phone.goto(link);
    await request(phone).waitFor(PATIENT);
    for (const one of [page, phone]) await one.locator('.request .button:enabled').first().waitFor(PATIENT);
  }
  const request = (at = page) => at.locator('.request');
  const button = (name: string, at = page) => request(at).getByRole('button', { name, exact: true });

  /** Once it is answered, it is told on the page and on the phone, and can be answered on neither, within a second. */
  async function withdrawn(answer: () => Promise<unknown>): Promise<void> {
    const words = 'Answered at its terminal';
    const seen = Promise.all([goneAt(page, '.request'), seenAt(phone, '#said', words)]);
    await answer();
    const since = Date.now();
    expect(Math.max(...(await seen)) - since).toBeLessThan(1000);
    await page.locator('.requests-ended').getByText(words).first().waitFor();
    expect(await request(phone).getByRole('button').count()).toBe(0);
  }

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
    const secret = path.join(world.root, 'secret');
    fs.writeFileSync(secret, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    automation = runCli(world, ['on', 'permission.requested', '--webhook', url, '--secret-file', secret]);
    await automation.says('connected');
    browser = await launchBrowser(executable ?? '');
    page = await newPage();
    phone = await newPage({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
    await live(page);
    terminal = await open('default');
    planner = await open('plan');
  });
  afterAll(async () => {
    await browser?.close();
    await automation?.end('SIGKILL');
    receiver.closeAllConnections();
    receiver.close();
    for (const one of [terminal, planner]) await one?.close();
    await daemon?.stop();
    await world?.close();
    for (const one of watched) expectNoTrouble(one);
  });

  it('is allowed on its card: the dialog closes, the tool runs, and the phone says who it was', async () => {
    await ask('card', PROCEED);
    expect(made('card')).toBe(false);
    await page.locator('.card .request').getByRole('button', { name: 'Allow', exact: true }).click();
    await terminal.waitFor(/Over with card/);
    expect(made('card')).toBe(true);
    await phone.locator('#said').getByText('Allowed on another page').waitFor();
  });

  it('is denied with words on its own page: the model reads them', async () => {
    await ask('page', PROCEED);
    await page
      .locator('.card', { has: page.locator('.request') })
      .getByRole('link')
      .first()
      .click();
    await page.locator('.session-view .request').waitFor();
    await button('Say why not…').click();
    await request().getByLabel('Why not; the model reads it').fill('Not before the tests ran.');
    await button('Deny').click();
    await terminal.waitFor(/Over with page/);
    expect(made('page')).toBe(false);
    await until('what the model read is told', async () => {
      const answer = await fetch(`${daemon.url}/api/events?topics=tool.result&limit=1000`, {
        headers: { authorization: `Bearer ${daemon.token}` },
      });
      return (await answer.text()).includes('Not before the tests ran.');
    });
  });

  it('is allowed on the phone, by the link of the webhook', async () => {
    await ask('phone', PROCEED);
    const told = seenAt(page, '.requests-ended', 'Allowed by a link that was sent');
    await button('Allow', phone).tap();
    await told;
    await phone.locator('#said').getByText('Allowed by you, here').waitFor();
    await terminal.waitFor(/Over with phone/);
    expect(made('phone')).toBe(true);
  });

  it('has its question answered on the phone', async () => {
    await ask('question', COLOUR);
    await phone.getByLabel('Blue').check();
    await button('Answer', phone).tap();
    expect(await terminal.waitFor(/Over with question/)).toMatch(/Which colour\? → Blue/);
  });

  it('has its plan accepted on the phone, with its mode', async () => {
    await page.goto(`${daemon.url}/#/`);
    await live(page);
    await ask('plan', LEAVE_PLAN, planner);
    await button('Accept, and its edits', phone).tap();
    await planner.waitFor(/Over with plan[\s\S]*accept edits on/);
  });

  describe('answered at its terminal first, is withdrawn everywhere within a second:', () => {
    it('a permission', async () => {
      await ask('ownpermission', PROCEED);
      await withdrawn(() => terminal.pressUntil('Enter', /Over with ownpermission/));
      expect(made('ownpermission')).toBe(true);
    });

    it('a question', async () => {
      await ask('ownquestion', COLOUR);
      await withdrawn(() => terminal.pressUntil('Enter', /Over with ownquestion/));
    });

    it('a plan', async () => {
      await planner.close();
      planner = await open('plan');
      await ask('ownplan', LEAVE_PLAN, planner);
      await withdrawn(() => planner.pressUntil('Enter', /Over with ownplan/));
    });

    it('one that was put away with Esc', async () => {
      await ask('escaped', PROCEED);
      await withdrawn(() => terminal.pressUntil('Escape', /Interrupted/));
      expect(made('escaped')).toBe(false);
    });
  });
});
