// The client library as plain files in a real browser: events, state, requests, a slow loop, a lost connection, and refusals.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const executable = findBrowser();
/** The library is in `client`, and takes the grammar of topics from beside it. */
const library = path.join(import.meta.dirname, '../../dist');
const files = http.createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://page');
  const file = path.join(library, pathname);
  const isScript = file.endsWith('.js') && fs.existsSync(file);
  response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
  response.end(isScript ? fs.readFileSync(file) : '<!doctype html><title>page</title>');
});
let browser: Browser | undefined;
let origin = '';
beforeAll(async () => {
  await new Promise<void>(resolve => files.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  if (executable) browser = await launchBrowser(executable);
});
afterAll(async () => {
  await browser?.close();
  files.close();
});

async function open(): Promise<{ page: Page; errors: string[] }> {
  if (!browser) throw new Error('there is no browser');
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(origin);
  return { page, errors };
}

it.skipIf(!executable)('works in a page of another origin that is allowed', async () => {
  const daemon = await startTestDaemon({ config: { allowedOrigins: [origin] } });
  await daemon.hook('SessionStart', { source: 'startup' });
  const { page, errors } = await open();
  // Runs in the page, as text: this file knows nothing of a page's modules.
  await page.evaluate(`(async () => {
    const { connect } = await import('/client/index.js');
    const client = connect({ url: 'ws://${daemon.host}/ws', token: '${daemon.token}', buffer: 20, retryBaseMs: 20 });
    window.client = client;
    window.slow = [];
    window.seen = [];
    window.sessions = (await client.getSessions()).map(one => one.sessionId);
    const listener = client.on('test.*', event => seen.push(event.data.n));
    const events = client.events('test.*');
    await Promise.all([listener.ready, events.ready]);
    void (async () => {
      for await (const event of events) {
        slow.push(event.data.n);
        await new Promise(resolve => setTimeout(resolve, 2));
      }
    })();
  })()`);
  const expected = Array.from({ length: 300 }, (_, n) => n % 150);
  await daemon.emit(150);
  for (const socket of daemon.sockets()) socket.destroy();
  const answers = (): Promise<boolean> =>
    daemon.get('/health').then(
      () => true,
      () => false, // This process had kept a connection for later, too.
    );
  await until('the daemon answers again', answers);
  await daemon.emit(150);
  await until('both have everything', () => page.evaluate('slow.length === 300 && seen.length === 300'));
  expect(await page.evaluate('[slow, seen, sessions]')).toEqual([expected, expected, ['s1']]);
  await page.evaluate('client.close()');
  await until('the daemon saw it go', async () => {
    const health = (await (await daemon.get('/health')).json()) as { connections: number };
    return health.connections === 0;
  });
  expect(errors).toEqual([]);
});

describe.skipIf(!executable)('messages', () => {
  it('are sent and listed by a page of another origin, but not taken', async () => {
    const daemon = await startTestDaemon({ config: { allowedOrigins: [origin] } });
    const { page, errors } = await open();
    const said = await page.evaluate(`(async () => {
      const { connect } = await import('/client/index.js');
      const client = connect({ url: 'ws://${daemon.host}/ws', token: '${daemon.token}' });
      const { id } = await client.send({ to: 'backend', message: 'hello' });
      const { messages } = await client.messages({ to: 'backend' });
      const { via } = await client.message(id, { wait: 'queued' });
      const refused = await client.inbox('backend').next().catch(({ code }) => code);
      client.close();
      return [messages.length === 1 && messages[0].id === id, via, refused];
    })()`);
    expect([said, errors]).toEqual([[true, 'ws', 'forbidden_origin'], []]);
    await daemon.stop();
  });

  it('are sent and taken by a page of the daemon', async () => {
    const daemon = await startTestDaemon();
    const { page, errors } = await open();
    await page.route(`${daemon.url}/{client,protocol}/*.js`, route => {
      const file = path.join(library, new URL(route.request().url()).pathname);
      return route.fulfill({ path: file, contentType: 'text/javascript' });
    });
    await page.goto(`${daemon.url}/docs`);
    const said = await page.evaluate(`(async () => {
      const { connect } = await import('/client/index.js');
      const client = connect({ url: 'ws://${daemon.host}/ws', token: '${daemon.token}' });
      const taking = client.inbox('page').next();
      const { id } = await client.send({ to: 'page', message: 'hello' });
      const { value } = await taking;
      await value.ack();
      const { state, via } = await client.message(id, { wait: 'delivered' });
      client.close();
      return [value.message.id === id, state, via];
    })()`);
    expect([said, errors]).toEqual([[true, 'delivered', 'http'], []]);
    await daemon.stop();
  });
});

describe.skipIf(!executable)('a page that is not let in', () => {
  /** Connects in a page and gives what ended the client, or the reason it waits. */
  async function outcome(url: string, token: string): Promise<unknown> {
    const { page } = await open();
    return page.evaluate(`(async () => {
      const { connect } = await import('/client/index.js');
      return new Promise(resolve => {
        const onStatus = ({ state, reason }) => state === 'waiting' && resolve(reason);
        const client = connect({ url: ${JSON.stringify(url)}, token: ${JSON.stringify(token)}, onStatus });
        client.on('**', () => {}).done.catch(() => {});
        client.closed.then(({ name, status, code }) => resolve({ name, status, code }));
      });
    })()`);
  }

  it('for its token is told so, once and for all', async () => {
    const daemon = await startTestDaemon({ config: { allowedOrigins: [origin] } });
    const url = `ws://${daemon.host}/ws`;
    const refused = { name: 'RefusedError', status: 401, code: 'unauthorized' };
    expect(await outcome(url, 'wrong')).toEqual(refused);
    expect(await outcome(`${url}?token=wrong`, daemon.token)).toEqual(refused);
    expect(await outcome(url, daemon.hookToken)).toEqual({
      ...refused,
      status: 403,
      code: 'forbidden_scope',
    });
    await daemon.stop();
    expect(await outcome(url, 'wrong')).toBe(`no daemon answers at ${url}`);
  });

  it('for its origin is told where to look', async () => {
    const daemon = await startTestDaemon();
    expect(await outcome(`ws://${daemon.host}/ws`, daemon.token)).toMatch(
      /^a daemon answers at http:.* not to this page.*allowedOrigins/,
    );
    await daemon.stop();
  });
});
