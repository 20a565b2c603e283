// `hookline on permission.requested --webhook`: a link beside the event, which opens that request; and when there is none.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lacksFor, wantsRequests } from '../../src/cli/on/answer-link.ts';
import { atLink, openLink } from '../support/answer-link.ts';
import { type Asking, asks, theOne } from '../support/approvals.ts';
import { type CliPlace, makePlace, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

interface Posted {
  readonly type: string;
  readonly data: { readonly requestId?: string };
  readonly link?: { readonly url: string; readonly expiresAt: number };
}

let place: CliPlace;
let daemon: Daemon;
let secretFile: string;
let posted: Posted[];
let failFirst = 0;
const running: Running[] = [];
const asking: Asking[] = [];
const receiver = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  posted.push(JSON.parse(body) as Posted);
  response.writeHead(failFirst-- > 0 ? 500 : 204).end();
});
const receiverUrl = (): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;

beforeAll(async () => {
  place = makePlace();
  daemon = await startDaemon(place);
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  secretFile = path.join(place.home, 'secret');
  fs.writeFileSync(secretFile, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
});
beforeEach(() => {
  posted = [];
  failFirst = 0;
});
afterEach(async () => {
  for (const one of asking.splice(0)) one.abort();
  await Promise.all(running.splice(0).map(one => one.end('SIGKILL')));
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await daemon.stop();
});

async function on(topic: string, ...args: string[]): Promise<Running> {
  const webhook = ['--webhook', receiverUrl(), '--secret-file', secretFile];
  const one = runCli(place, ['on', topic, ...webhook, ...args]);
  running.push(one);
  await one.says('connected');
  return one;
}
function ask(): Asking {
  const one = asks({ url: daemon.url, hookToken: daemon.token });
  asking.push(one);
  return one;
}
const firstPost = (): Promise<Posted> => until('a post came', () => posted[0]);
const partsOf = (url: string): URLSearchParams => new URLSearchParams(new URL(url).hash.slice(1));

describe('a request of a session', () => {
  it('is waited for, and posted with a link that answers it', async () => {
    await on('permission.requested');
    const one = ask();
    const { data, link } = await firstPost();
    if (link === undefined) throw new Error('there is no link');
    const { origin, pathname, search } = new URL(link.url);
    expect([origin, pathname, search]).toEqual([daemon.url, '/answer', '']);
    expect(link.expiresAt - Date.now()).toBeGreaterThan(500_000);
    const parts = partsOf(link.url);
    expect(parts.get('request')).toBe(data.requestId);
    const { cookie } = await openLink(daemon, parts.get('ticket'));
    const { requestId } = await theOne(daemon);
    await atLink(daemon, requestId, { cookie }, { behavior: 'allow' });
    expect(await one.decision).toEqual({ behavior: 'allow' });
  });

  it('is posted anew with another link, which works as well as the first', async () => {
    failFirst = 1;
    await on('permission.*', '--link-base', 'https://box.example');
    ask();
    await until('it came again', () => posted.length === 2);
    const urls = posted.map(({ link }) => link?.url ?? '');
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) {
      expect(new URL(url).origin).toBe('https://box.example');
      expect((await openLink(daemon, partsOf(url).get('ticket'))).status).toBe(200);
    }
  });

  it.each([
    ['--no-link', 'permission.requested', ['--no-link']],
    ['a topic that takes everything', '**', []],
  ])('has no link with %s', async (_, topic, args) => {
    await on(topic, ...args);
    ask();
    const post = await until('it came', () => posted.find(({ type }) => type === 'permission.requested'));
    expect(post).not.toHaveProperty('link');
    expect(post.data.requestId).toMatch(/^[a-z]{20}$/);
  });

  it('has none when it is over by then, and nothing else has', async () => {
    await on('permission.*');
    ask();
    await firstPost();
    const { requestId } = await theOne(daemon);
    await fetch(`${daemon.url}/api/approvals/${requestId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ behavior: 'deny' }),
    });
    const resolved = await until('its end came', () =>
      posted.find(({ type }) => type === 'permission.resolved'),
    );
    expect(resolved).not.toHaveProperty('link');
  });
});

describe('--link-base', () => {
  const webhook = ['--webhook', 'http://127.0.0.1:1/', '--secret-file'];
  it.each(['box.example', 'ftp://box.example', 'https://box.example/path', 'https://u:p@box.example'])(
    '%s is no address of a daemon',
    async base => {
      const args = ['permission.requested', ...webhook, secretFile, '--link-base', base];
      const { code, stderr } = await hookline(place, 'on', ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(`--link-base is ${JSON.stringify(base)}, but it must be an address such as`);
    },
  );

  it('is for a webhook that is posted requests', async () => {
    for (const args of [
      ['tool.use', ...webhook, secretFile],
      ['permission.requested', ...webhook, secretFile, '--no-link'],
    ]) {
      const { code, stderr } = await hookline(place, 'on', ...args, '--link-base', 'https://box.example');
      expect([code, stderr]).toEqual([2, expect.stringContaining('--link-base is for --webhook with')]);
    }
  });

  it('that the daemon does not take requests for is told', async () => {
    const one = await on('permission.requested', '--link-base', 'https://box.example');
    expect(one.stderr()).toContain(
      'put "box.example" in allowedHosts and "https://box.example" in allowedOrigins of its config.json',
    );
  });

  it('that it does is not', () => {
    const config = { allowedHosts: ['Box.example'], allowedOrigins: ['https://box.example'], port: 3838 };
    expect(lacksFor('https://box.example', config)).toBeUndefined();
    expect(lacksFor('http://localhost:3838', config)).toBeUndefined();
    expect(lacksFor('http://localhost:4000', config)).toContain('"localhost:4000" in allowedHosts');
    expect(lacksFor('http://box.example', config)).toBeUndefined();
  });
});

it.each([
  ['permission.requested', true],
  ['permission.*', true],
  ['{tool,permission}.*', true],
  ['**', false],
  ['*', false],
  ['permission.resolved', false],
])('whether %s asks for requests by name: %s', (topic, wants) => {
  expect(wantsRequests([topic])).toBe(wants);
});
