// A link to one request opens that request, once, for a while; what it leaves in a browser sees and answers it, and does nothing else.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/asyncapi/reference.ts';
import { LINK_MS } from '../../src/auth/index.ts';
import { askForLink, atLink, makeLink, openLink } from '../support/answer-link.ts';
import { type Asking, answers, asks, listed, theOne } from '../support/approvals.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { cookieOf } from '../support/ticket.ts';
import { until } from '../support/until.ts';
import { type Client, connect, handshake } from '../support/ws.ts';

const YES = { behavior: 'allow' };
const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';
let shift = 0;
let daemon: TestDaemon;
let client: Client;
let requestId: string;
let asking: Asking;

beforeAll(async () => {
  daemon = await startTestDaemon({ uptime: () => performance.now() + shift });
  client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['permission.*'] });
});
afterAll(async () => {
  client.close();
  await daemon.stop();
});
beforeEach(async () => {
  for (const one of await listed(daemon)) await answers(daemon, one.requestId, { behavior: 'deny' });
  asking = asks(daemon, { tool_input: { command: `deploy --key ${SECRET}` } });
  ({ requestId } = await theOne(daemon));
});

/** The cookie of a link to a request. */
async function cookieFor(id = requestId): Promise<string> {
  const { status, cookie } = await openLink(daemon, await makeLink(daemon, id));
  expect(status).toBe(200);
  return cookie;
}

async function tokenFor(scopes: string[]): Promise<{ token: string; name: string }> {
  const name = `t${Math.random().toString(36).slice(2)}`;
  const made = await fetch(`${daemon.url}/api/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, scopes }),
  });
  return { name, token: ((await made.json()) as { token: string }).token };
}

/** Nobody has answered it. */
async function expectOpen(): Promise<void> {
  expect((await listed(daemon)).map(one => one.requestId)).toEqual([requestId]);
}

describe('a link', () => {
  it('is made for who may approve, and for nobody else', async () => {
    expect((await askForLink(daemon, requestId, {})).status).toBe(401);
    for (const scopes of [['read'], ['send'], ['ingest'], ['read', 'send', 'ingest']]) {
      const { token } = await tokenFor(scopes);
      expect((await askForLink(daemon, requestId, { authorization: `Bearer ${token}` })).status).toBe(403);
    }
    const hook = { authorization: `Bearer ${daemon.hookToken}` };
    expect((await askForLink(daemon, requestId, hook)).status).toBe(403);
    // A page answers by itself, and what a page could be made to do must not outlive it.
    expect((await askForLink(daemon, requestId, { cookie: await cookieOf(daemon) })).status).toBe(401);
    expect((await askForLink(daemon, requestId, { cookie: await cookieFor() })).status).toBe(401);
    const { token } = await tokenFor(['approve']);
    expect((await askForLink(daemon, requestId, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('is made for a request that waits', async () => {
    expect((await askForLink(daemon, 'a'.repeat(20))).body.error?.code).toBe('not_found');
    await answers(daemon, requestId, { behavior: 'deny' });
    expect(await askForLink(daemon, requestId)).toMatchObject({
      status: 409,
      body: { error: { code: 'already_answered' } },
    });
  });

  it('shows the request whole, and answers it', async () => {
    const cookie = await cookieFor();
    const { status, body } = await atLink(daemon, requestId, { cookie });
    expect([status, body['request']]).toEqual([200, (await listed(daemon))[0]]);
    expect(JSON.stringify(body)).toContain(SECRET);
    const said = await atLink(daemon, requestId, { cookie }, { behavior: 'deny', message: 'Not today.' });
    expect(said).toEqual({ status: 200, body: { requestId, outcome: 'denied', by: 'link' } });
    expect(await asking.decision).toEqual({ behavior: 'deny', message: 'Not today.' });
    expect((await atLink(daemon, requestId, { cookie })).body).toEqual({
      ended: { outcome: 'denied', by: 'link', message: 'Not today.' },
    });
  });

  it('opens once, and says so', async () => {
    const ticket = await makeLink(daemon, requestId);
    expect((await openLink(daemon, ticket)).status).toBe(200);
    const again = await openLink(daemon, ticket);
    expect([again.status, again.cookie]).toEqual([401, '']);
    expect(again.body.error?.message).toContain('this link was used already');
    await expectOpen();
  });

  it.each(['', '0'.repeat(64), 7, null, { ticket: 1 }])('is not guessed: %j', async ticket => {
    expect((await openLink(daemon, ticket)).status).toBe(401);
  });

  it('is no login, and a login is no link', async () => {
    const login = async (ticket: string): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ ticket });
      return (await fetch(`${daemon.url}/api/login`, { method: 'POST', headers, body })).status;
    };
    expect(await login(await makeLink(daemon, requestId))).toBe(401);
    const made = await fetch(`${daemon.url}/api/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const { ticket } = (await made.json()) as { ticket: string };
    expect((await openLink(daemon, ticket)).status).toBe(401);
    expect((await atLink(daemon, requestId, { cookie: await cookieOf(daemon) })).status).toBe(401);
  });

  it('is worth nothing after a while, opened or not', async () => {
    const [ticket, cookie] = [await makeLink(daemon, requestId), await cookieFor()];
    expect((await atLink(daemon, requestId, { cookie })).status).toBe(200);
    shift += LINK_MS + 1;
    expect((await openLink(daemon, ticket)).status).toBe(401);
    expect((await atLink(daemon, requestId, { cookie })).status).toBe(401);
    expect((await atLink(daemon, requestId, { cookie }, YES)).status).toBe(401);
    expect(await asking.decision).toBeUndefined();
  });

  it('ends with the token that it was made with, also for who waits', async () => {
    const { token, name } = await tokenFor(['approve']);
    const [spare, opened] = [
      await makeLink(daemon, requestId, token),
      await openLink(daemon, await makeLink(daemon, requestId, token)),
    ];
    const { cookie } = opened;
    expect((await atLink(daemon, requestId, { cookie })).status).toBe(200);
    const waiting = fetch(`${daemon.url}/api/answer/${requestId}?wait=true`, { headers: { cookie } });
    const headers = { authorization: `Bearer ${daemon.token}` };
    await fetch(`${daemon.url}/api/tokens/${name}`, { method: 'DELETE', headers });
    expect((await waiting).status).toBe(401);
    expect((await openLink(daemon, spare)).status).toBe(401);
    expect((await atLink(daemon, requestId, { cookie }, YES)).status).toBe(401);
    await expectOpen();
  });

  it('says on record by whose link it was', async () => {
    const { token, name } = await tokenFor(['approve']);
    const { cookie } = await openLink(daemon, await makeLink(daemon, requestId, token));
    const said = await atLink(daemon, requestId, { cookie }, YES);
    expect(said.body).toMatchObject({ outcome: 'allowed', by: `link of ${name}` });
  });

  it('does not outlive a rotation', async () => {
    const own = await startTestDaemon();
    const watcher = await connect(own);
    await watcher.ask({ type: 'subscribe', topics: ['permission.*'] });
    const other = asks(own);
    const request = await theOne(own);
    const ticket = await makeLink(own, request.requestId);
    const { cookie } = await openLink(own, await makeLink(own, request.requestId));
    const headers = { authorization: `Bearer ${own.token}` };
    await fetch(`${own.url}/api/token/rotate`, { method: 'POST', headers });
    expect((await openLink(own, ticket)).status).toBe(401);
    expect((await atLink(own, request.requestId, { cookie }, YES)).status).toBe(401);
    other.abort();
    await own.stop();
  });

  it('is in no log, error or event', async () => {
    const ticket = await makeLink(daemon, requestId);
    await openLink(daemon, ticket);
    const again = await openLink(daemon, ticket);
    const logged = await (await daemon.get('/api/events?limit=1000')).text();
    for (const text of [logged, daemon.logged.join('\n'), JSON.stringify(again)])
      expect(text).not.toContain(ticket);
  });
});

describe('its cookie', () => {
  it('is for no script, no other site and no other path; and with TLS never travels without', async () => {
    const opened = await openLink(daemon, await makeLink(daemon, requestId));
    expect(opened.cookie).toMatch(/^hookline_answer_\d+=[0-9a-f]{64}$/);
    expect(opened.attributes).toBe(
      `HttpOnly; SameSite=Strict; Path=/api/answer/${requestId}; Max-Age=${LINK_MS / 1000}`,
    );
    const far = await startTestDaemon({
      config: { allowedHosts: ['box.example'], allowedOrigins: ['https://box.example'] },
    });
    const watcher = await connect(far);
    await watcher.ask({ type: 'subscribe', topics: ['permission.*'] });
    const other = asks(far);
    const request = await theOne(far);
    const secure = await openLink(far, await makeLink(far, request.requestId), {
      origin: 'https://box.example',
    });
    expect(secure.attributes).toMatch(/; Secure$/);
    other.abort();
    watcher.close();
    await far.stop();
  });

  it('opens no other route, however it is sent', async () => {
    const cookie = await cookieFor();
    const value = cookie.split('=')[1] ?? '';
    const others = ROUTES.filter(
      ({ needs, path }) => !['none', 'ticket', 'secret', 'link'].includes(needs) && path !== '/',
    );
    expect(others.length).toBeGreaterThan(30);
    for (const { method, path: route } of others) {
      const target = `${daemon.url}${route.replace(/:id/g, requestId).replace(/:\w+/g, 'nobody')}`;
      for (const headers of [
        { cookie },
        { cookie: `hookline_${daemon.port}=${value}` },
        { authorization: `Bearer ${value}` },
      ] as Record<string, string>[]) {
        const sends = method === 'POST' || method === 'PUT';
        const answer = await fetch(target, {
          method,
          headers: { ...headers, ...(sends ? { 'content-type': 'application/json' } : {}) },
          ...(sends ? { body: JSON.stringify(YES) } : {}),
        });
        await answer.body?.cancel();
        expect([method, route, answer.status]).toEqual([method, route, 401]);
      }
    }
    await expectOpen();
  });

  it('shows no dashboard, and no stream', async () => {
    const cookie = await cookieFor();
    const page = await (await fetch(`${daemon.url}/`, { headers: { cookie } })).text();
    expect(page).toContain('Log in from your terminal');
    for (const path of ['/ws', '/', '/channel'])
      expect((await handshake(daemon, [`Host: ${daemon.host}`, `Cookie: ${cookie}`], path)).status).toBe(401);
  });

  it('neither sees nor answers another request, of the same session either', async () => {
    const cookie = await cookieFor();
    const next = asks(daemon, { tool_input: { command: 'rm -rf ~' } });
    const other = await until('both wait', async () =>
      (await listed(daemon)).find(one => one.requestId !== requestId),
    );
    expect((await atLink(daemon, other.requestId, { cookie })).status).toBe(401);
    expect((await atLink(daemon, other.requestId, { cookie }, YES)).status).toBe(401);
    // Nor with the one of the other beside it.
    const both = `${await cookieFor(other.requestId)}; ${cookie}`;
    expect((await atLink(daemon, requestId, { cookie: both }, YES)).status).toBe(401);
    expect(await listed(daemon)).toHaveLength(2);
    await answers(daemon, other.requestId, { behavior: 'deny' });
    expect(await next.decision).toMatchObject({ behavior: 'deny' });
    await expectOpen();
  });

  it('answers once: not a second click, not what is asked again after it', async () => {
    const cookie = await cookieFor();
    expect((await atLink(daemon, requestId, { cookie }, YES)).status).toBe(200);
    const next = asks(daemon, { tool_input: { command: `deploy --key ${SECRET}` } });
    const open = await theOne(daemon);
    expect((await atLink(daemon, requestId, { cookie }, YES)).status).toBe(409);
    expect((await listed(daemon)).map(one => one.requestId)).toEqual([open.requestId]);
    next.abort();
  });

  it('is not taken from a page of somebody else, nor a body that a form can send', async () => {
    const cookie = await cookieFor();
    const refused: readonly [Record<string, string>, number][] = [
      [{ origin: 'http://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 401],
      [{ 'sec-fetch-site': 'cross-site' }, 401],
    ];
    for (const [headers, status] of refused)
      expect((await atLink(daemon, requestId, { cookie, ...headers }, YES)).status).toBe(status);
    const form = await fetch(`${daemon.url}/api/answer/${requestId}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'text/plain' },
      body: JSON.stringify(YES),
    });
    expect(form.status).toBe(415);
    const ticket = await makeLink(daemon, requestId);
    expect((await openLink(daemon, ticket, { origin: 'http://evil.example' })).status).toBe(403);
    await expectOpen();
  });

  it('answers nothing that does not fit, and the request stays open', async () => {
    const cookie = await cookieFor();
    for (const answer of [{}, { behavior: 'maybe' }, { behavior: 'allow', answers: { a: 'b' } }, [], 'yes'])
      expect((await atLink(daemon, requestId, { cookie }, answer)).status).toBe(400);
    await expectOpen();
  });

  it('is needed without a token for the rest too', async () => {
    const open = await startTestDaemon({ config: { auth: false } });
    const watcher = await connect(open);
    await watcher.ask({ type: 'subscribe', topics: ['permission.*'] });
    const other = asks(open);
    const request = await theOne(open);
    expect((await askForLink(open, request.requestId, {})).status).toBe(403);
    expect((await atLink(open, request.requestId, {})).status).toBe(401);
    other.abort();
    watcher.close();
    await open.stop();
  });
});

describe('who looks at it', () => {
  it('is told within a second how it ended, and keeps its session waiting', async () => {
    const own = await startTestDaemon();
    const watcher = await connect(own);
    await watcher.ask({ type: 'subscribe', topics: ['permission.*'] });
    const other = asks(own);
    const request = await theOne(own);
    const unwatched = asks(own, { tool_input: { command: 'ls' } });
    await until('both wait', async () => (await listed(own)).length === 2);
    const { cookie } = await openLink(own, await makeLink(own, request.requestId));
    const waiting = fetch(`${own.url}/api/answer/${request.requestId}?wait=true`, { headers: { cookie } });
    // Nobody else is there any more, for longer than those who are gone are waited for: the other one is let go.
    watcher.close();
    expect(await unwatched.decision).toBeUndefined();
    expect((await listed(own)).map(one => one.requestId)).toEqual([request.requestId]);
    const since = performance.now();
    other.abort();
    expect(await (await waiting).json()).toMatchObject({ ended: { outcome: 'answered_elsewhere' } });
    expect(performance.now() - since).toBeLessThan(1000);
    await own.stop();
  });
});
