// The link on a phone: it opens one request in a browser that has no login, whole and in its width, and says how it ended.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkUrl, makeLink } from '../support/answer-link.ts';
import { type Asking, answers, asks, listed, theOne } from '../support/approvals.ts';
import { findBrowser } from '../support/browser.ts';
import { expectNoTrouble, useDashboard, type Watched, watch } from '../support/dashboard.ts';
import { startDaemon } from '../support/hookline.ts';
import { resolvedAt, seenAt } from '../support/seen.ts';
import { openStream, type Stream } from '../support/stream.ts';

const executable = findBrowser();
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A proxy on a port of its own, as before a daemon that others must not reach. */
async function passOn(
  port: () => number,
  paths: RegExp,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    const { url = '', method, headers } = request;
    if (!paths.test(url)) return void response.writeHead(404).end();
    const onward = http.request({ host: '127.0.0.1', port: port(), path: url, method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

describe.skipIf(!executable)('a link to one request, on a phone', () => {
  const lab = useDashboard(executable, {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  let listening: Stream;
  beforeEach(async () => {
    listening = await openStream(lab.daemon);
    listening.send({ type: 'subscribe', topics: ['permission.*'] });
    await listening.waitFor('the subscription', ({ type }) => type === 'subscribed');
  });
  afterEach(() => listening.close());

  const ask = (fields: object = {}): Asking =>
    asks({ url: lab.daemon.url, hookToken: lab.daemon.token }, { cwd: '/home/dev/shop', ...fields });
  const bash = (command: string): Asking => ask({ tool_name: 'Bash', tool_input: { command } });
  const newLink = async (): Promise<string> => {
    const { requestId } = await theOne(lab.daemon);
    return linkUrl(lab.daemon.url, requestId, await makeLink(lab.daemon, requestId));
  };
  const open = async (): Promise<void> => void (await lab.page.goto(await newLink()));
  const button = (name: string, page = lab.page) =>
    page.locator('.request').getByRole('button', { name, exact: true });
  const says = (words: string, page = lab.page) => page.locator('#said').getByText(words).waitFor();
  const canAnswer = (page = lab.page) => page.locator('.request .button:enabled').first().waitFor();

  it('shows all that is asked and no more than the width, and allows it by a tap', async () => {
    const command = `deploy --key sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789 \u202e ${'long'.repeat(500)}\n${'\n'.repeat(60)}end`;
    const asking = ask({ tool_name: 'Bash', tool_input: { command, description: 'Deploys', '<b>': [1] } });
    await open();
    const block = lab.page.locator('.request .block').first();
    await expect.poll(() => block.textContent()).toBe(command.replace('\u202e', '‹202E›'));
    for (const words of [
      'shop asks',
      'Deploys',
      '<b>',
      '62 lines in all',
      'The agent wants to run a command',
    ])
      await lab.page.getByText(words, { exact: false }).first().waitFor();
    expect(await lab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    // Neither the address nor the history keeps what could open it again.
    expect(lab.page.url()).not.toContain('ticket');
    await canAnswer();
    const low = await lab.page
      .locator('.request button:visible')
      .evaluateAll(all => all.map(one => one.getBoundingClientRect().height).filter(tall => tall < 44));
    expect(low).toEqual([]);
    await button('Allow').tap();
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    await says('Allowed by you, here. You can close this page.');
    expect(await lab.page.locator('.request button').count()).toBe(0);
    expect(await block.textContent()).toContain('deploy --key');
  });

  it('denies with words, shows an edit as a change, and accepts a plan with its mode', async () => {
    const denied = bash('npm publish');
    await open();
    await button('Say why not…').tap();
    await lab.page.getByLabel('Why not; the model reads it').fill('Not before the tests ran.');
    await button('Deny').tap();
    expect(await denied.decision).toEqual({ behavior: 'deny', message: 'Not before the tests ran.' });
    await says('Denied by you, here: Not before the tests ran.');

    const edit = ask({
      tool_name: 'Edit',
      tool_input: { file_path: '/w/till.ts', old_string: 'a\nb', new_string: 'a\nc' },
    });
    await open();
    await lab.page.getByText('/w/till.ts').waitFor();
    expect(await lab.page.locator('.taken, .put').allTextContents()).toEqual(['- b\n', '+ c\n']);
    await button('Allow').tap();
    expect(await edit.decision).toEqual({ behavior: 'allow' });

    const plan = ask({ tool_name: 'ExitPlanMode', tool_input: { plan: '# Move it\n\n1. Read **all**' } });
    await open();
    await lab.page.locator('.request strong', { hasText: 'Move it' }).waitFor();
    await button('Accept, and its edits').tap();
    expect(await plan.decision).toMatchObject({ updatedPermissions: [{ mode: 'acceptEdits' }] });
  });

  it('answers questions', async () => {
    const option = (label: string) => ({ label, description: `${label} it is` });
    const questions = [
      { question: 'Which?', header: 'H', multiSelect: false, options: [option('Red'), option('Blue')] },
      { question: 'With?', header: 'H', multiSelect: true, options: [option('Salt'), option('Oil')] },
    ];
    const asking = ask({ tool_name: 'AskUserQuestion', tool_input: { questions } });
    await open();
    await lab.page.getByLabel('Blue').check();
    await lab.page.getByLabel('Salt').check();
    await lab.page.getByLabel('Oil').check();
    await button('Answer').tap();
    const { updatedInput } = (await asking.decision) as { updatedInput: { answers: object } };
    expect(updatedInput.answers).toEqual({ 'Which?': 'Blue', 'With?': 'Salt, Oil' });
    await says('Allowed by you, here');
  });

  it('says within a second how it was answered elsewhere, and asks nothing any more', async () => {
    const one = bash('one');
    await open();
    await canAnswer();
    const { requestId } = await theOne(lab.daemon);
    const told = seenAt(lab.page, '#said', 'Denied with the main token: No.');
    await answers(lab.daemon, requestId, { behavior: 'deny', message: 'No.' });
    expect((await told) - (await resolvedAt(lab.daemon))).toBeLessThan(1000);
    expect(await lab.page.locator('.request button').count()).toBe(0);
    await one.decision;

    const two = bash('two');
    await open();
    await canAnswer();
    two.abort();
    await says('Answered at its terminal');
  });

  it('says how it ended when it is opened too late, and a tap that comes too late changes nothing', async () => {
    const early = bash('early');
    const link = await newLink();
    early.abort();
    await expect.poll(async () => (await listed(lab.daemon)).length).toBe(0);
    await lab.page.goto(link);
    await says('Answered at its terminal');

    const late = bash('late');
    await open();
    await canAnswer();
    const { requestId } = await theOne(lab.daemon);
    await lab.page.route('**/api/answer/*', async route => {
      if (route.request().method() === 'POST')
        await answers(lab.daemon, requestId, { behavior: 'deny', message: 'First.' });
      await route.continue();
    });
    await button('Allow').tap();
    await says('Denied with the main token: First.');
    expect(await late.decision).toEqual({ behavior: 'deny', message: 'First.' });
  });

  it('works once: in another browser it says so; in its own it goes on, also when it is loaded again', async () => {
    const asking = bash('npm publish');
    const link = await newLink();
    await lab.page.goto(link);
    await canAnswer();
    await lab.page.reload();
    await canAnswer();
    await lab.page.goto('about:blank');
    await lab.page.goto(link);
    await canAnswer();
    const { page, watched } = await elsewhere();
    await page.goto(link);
    await says('This link was used already, or is older than 10 minutes', page);
    expect(await page.locator('.request').count()).toBe(0);
    expect(await page.locator('body').textContent()).not.toContain('npm publish');
    // Neither is logged in by it.
    for (const one of [page, lab.page]) {
      await one.goto(`${lab.daemon.url}/`);
      await one.getByText('Log in from your terminal').waitFor();
    }
    expectNoTrouble(watched);
    await page.context().close();
    asking.abort();
  });

  it('goes on when the daemon was away, and answers nothing meanwhile', async () => {
    const asking = bash('npm publish');
    await open();
    await canAnswer();
    await lab.page.route('**/api/answer/**', route => route.abort());
    await lab.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await says('hookline does not answer');
    expect(await button('Allow').isDisabled()).toBe(true);
    await lab.page.unroute('**/api/answer/**');
    await canAnswer();
    await button('Allow').tap();
    expect(await asking.decision).toEqual({ behavior: 'allow' });
  });

  it('that names no request says what it is', async () => {
    await lab.page.goto(`${lab.daemon.url}/answer`);
    await says('This is where links to a request of a session lead; this one names none.');
  });

  it('two links in two tabs answer each their own', async () => {
    const [first, second] = [bash('first'), bash('second')];
    await expect.poll(async () => (await listed(lab.daemon)).length).toBe(2);
    const pages: Record<string, Page> = {};
    for (const { requestId, input } of await listed(lab.daemon)) {
      const page = await lab.context.newPage();
      await page.goto(linkUrl(lab.daemon.url, requestId, await makeLink(lab.daemon, requestId)));
      await page.locator('.request').getByText(String(input['command'])).waitFor();
      pages[String(input['command'])] = page;
    }
    await button('Deny', pages['first']).tap();
    await button('Allow', pages['second']).tap();
    expect(await first.decision).toMatchObject({ behavior: 'deny' });
    expect(await second.decision).toEqual({ behavior: 'allow' });
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async colorScheme => {
    await lab.page.emulateMedia({ colorScheme });
    const asking = bash('npm publish');
    await open();
    await canAnswer();
    await lab.page.evaluate(axe);
    const check = (): Promise<string[]> =>
      lab.page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
    expect(await check()).toEqual([]);
    await button('Deny').tap();
    await says('Denied by you');
    expect(await check()).toEqual([]);
    await asking.decision;
  });

  it('works through a proxy under another address that passes on nothing else', async () => {
    const proxy = await passOn(() => lab.daemon.port, /^\/(?:answer|api\/answer|assets\/)/);
    const there = `127.0.0.1:${proxy.port}`;
    const config = { allowedHosts: [there], allowedOrigins: [`http://${there}`] };
    fs.writeFileSync(path.join(lab.place.hooklineHome, 'config.json'), JSON.stringify(config));
    await lab.daemon.stop();
    lab.daemon = await startDaemon(lab.place);
    const own = await openStream(lab.daemon);
    own.send({ type: 'subscribe', topics: ['permission.*'] });
    await own.waitFor('the subscription', ({ type }) => type === 'subscribed');
    const asking = bash('npm publish');
    await lab.page.goto((await newLink()).replace(/127\.0\.0\.1:\d+/, there));
    await canAnswer();
    await button('Allow').tap();
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    await says('Allowed by you, here');
    own.close();
    await proxy.close();
  });

  /** A page of another browser. */
  async function elsewhere(): Promise<{ page: Page; watched: Watched }> {
    const context = await lab.browser.newContext();
    const page = await context.newPage();
    return { page, watched: await watch(page) };
  }
});
