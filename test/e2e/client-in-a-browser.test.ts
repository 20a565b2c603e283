// The client library as plain files in a real browser: events, state, requests, a slow loop, and a lost connection.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from '../support/browser.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const executable = findBrowser();
const library = path.join(import.meta.dirname, '../../dist/client');
const files = http.createServer((request, response) => {
  const file = path.join(library, path.basename(request.url ?? ''));
  const isScript = file.endsWith('.js') && fs.existsSync(file);
  response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
  response.end(isScript ? fs.readFileSync(file) : '<!doctype html><title>page</title>');
});
let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  files.close();
});

it.skipIf(!executable)('works in a page of another origin that is allowed', async () => {
  await new Promise<void>(resolve => files.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  const daemon = await startTestDaemon({ config: { allowedOrigins: [origin] } });
  await daemon.hook('SessionStart', { source: 'startup' });
  browser = await launchBrowser(executable ?? '');
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(origin);
  // Runs in the page, as text: this file knows nothing of a page's modules.
  await page.evaluate(`(async () => {
    const { connect } = await import('/index.js');
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
  await until(
    'both have everything',
    () => page.evaluate('slow.length === 300 && seen.length === 300'),
    30_000,
  );
  expect(await page.evaluate('[slow, seen, sessions]')).toEqual([expected, expected, ['s1']]);
  await page.evaluate('client.close()');
  await until('the daemon saw it go', async () => {
    const health = (await (await daemon.get('/health')).json()) as { connections: number };
    return health.connections === 0;
  });
  expect(errors).toEqual([]);
});
