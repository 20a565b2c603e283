// The browser's way in: a ticket, a cookie, and the pages that must not be able to use it.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Answer, handshake, request } from '../support/ws.ts';

let now = Date.now();
let uptime = 0;
let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ now: () => now, uptime: () => uptime });
});

async function ticket(): Promise<string> {
  const answer = await fetch(`${daemon.url}/api/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  const body = (await answer.json()) as { ticket: string; expiresInSec: number };
  expect(body).toEqual({ ticket: expect.stringMatching(/^[0-9a-f]{64}$/), expiresInSec: 30 });
  return body.ticket;
}

const login = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${daemon.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function cookie(): Promise<string> {
  const answer = await login({ ticket: await ticket() });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const get = (target: string, ...lines: string[]): Promise<Answer> =>
  request(daemon.port, `GET ${target} HTTP/1.1`, [`Host: ${daemon.host}`, ...lines]);

describe('a ticket', () => {
  test('is exchanged for a cookie that no script can read and no other site can send', async () => {
    const answer = await login({ ticket: await ticket() });
    expect(answer.status).toBe(200);
    const [value, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
    expect(attributes).toEqual([
      'HttpOnly',
      'SameSite=Strict',
      'Path=/',
      expect.stringMatching(/^Max-Age=\d+$/),
    ]);
    expect(value).toContain(String(daemon.port));
    expect(value).not.toContain(daemon.token);
    expect(await answer.text()).not.toContain(daemon.token);
  });

  test('works once', async () => {
    const once = await ticket();
    expect((await login({ ticket: once })).status).toBe(200);
    const again = await login({ ticket: once });
    expect(again.status).toBe(401);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(await again.text()).toContain('hookline open');
  });

  test('works for 30 s', async () => {
    const [fresh, stale] = [await ticket(), await ticket()];
    uptime += 29_999;
    expect((await login({ ticket: fresh })).status).toBe(200);
    uptime += 1;
    expect((await login({ ticket: stale })).status).toBe(401);
  });

  test('cannot be had with the hook token, a cookie or nothing', async () => {
    const held = await cookie();
    const tries: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${daemon.hookToken}` },
      { cookie: held },
    ];
    const statuses = await Promise.all(
      tries.map(
        async headers => (await fetch(`${daemon.url}/api/ticket`, { method: 'POST', headers })).status,
      ),
    );
    expect(statuses).toEqual([401, 403, 401]);
  });

  test('that is none is refused in every form', async () => {
    for (const body of [{}, { ticket: 1 }, { ticket: '' }, { ticket: daemon.token }, [], null])
      expect((await login(body)).status, JSON.stringify(body)).toBe(401);
    expect((await login({ ticket: 'x'.repeat(2000) })).status).toBe(413);
    const form = await login({ ticket: await ticket() }, { 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
  });

  test('is not taken from a foreign page', async () => {
    const held = await ticket();
    expect((await login({ ticket: held }, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await login({ ticket: held }, { origin: daemon.url })).status).toBe(200);
  });
});

describe('a message from the page', () => {
  const send = (held: string, fields: object, ...lines: string[]): Promise<Answer> => {
    const body = JSON.stringify({ to: 'backend', message: 'hello', ...fields });
    const head = [`Host: ${daemon.host}`, held === '' ? [] : `Cookie: ${held}`, lines].flat();
    const about = ['Content-Type: application/json', `Content-Length: ${body.length}`];
    return request(daemon.port, 'POST /api/messages HTTP/1.1', [...head, ...about], body);
  };
  const listed = async (): Promise<{ message: string; verified: boolean }[]> => {
    const headers = { authorization: `Bearer ${daemon.token}` };
    const answer = await fetch(`${daemon.url}/api/messages`, { headers });
    return ((await answer.json()) as { messages: { message: string; verified: boolean }[] }).messages;
  };

  test('is certain to be from the dashboard; in any other name it is not', async () => {
    const ours = [`Origin: ${daemon.url}`, 'Sec-Fetch-Site: same-origin'];
    const held = await cookie();
    for (const [from, verified] of [
      ['hookline-dashboard', true],
      ['backend', false],
    ] as const) {
      expect((await send(held, { from, message: from }, ...ours)).status).toBe(202);
      expect((await listed())[0]).toMatchObject({ message: from, from, verified });
    }
    // Whoever has the token may say so, and that is all it is.
    const claimed = await fetch(`${daemon.url}/api/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to: 'backend', message: 'claimed', from: 'hookline-dashboard' }),
    });
    expect(claimed.status).toBe(202);
    expect((await listed())[0]).toMatchObject({ message: 'claimed', verified: false });
  });

  test('never goes out from a page of another origin, in whichever way it asks', async () => {
    const before = await listed();
    const held = await cookie();
    for (const origin of ['http://evil.example', 'http://127.0.0.1:1', 'http://localhost:1', 'null'])
      expect((await send(held, { message: 'evil' }, `Origin: ${origin}`)).status, origin).toBe(403);
    for (const site of ['cross-site', 'same-site'])
      expect((await send(held, { message: 'evil' }, `Sec-Fetch-Site: ${site}`)).status, site).toBe(401);
    expect((await send('', { message: 'evil' }, `Origin: ${daemon.url}`)).status).toBe(401);
    // A form can send no JSON, and text is not taken for it.
    const form = JSON.stringify({ to: 'backend', message: 'evil' });
    const plain = await request(
      daemon.port,
      'POST /api/messages HTTP/1.1',
      [
        `Host: ${daemon.host}`,
        `Cookie: ${held}`,
        'Content-Type: text/plain',
        `Content-Length: ${form.length}`,
      ],
      form,
    );
    expect(plain.status).toBe(415);
    expect(await listed()).toEqual(before);
  });
});

describe('a login that may look', () => {
  const looking = async (): Promise<string> => {
    const made = await fetch(`${daemon.url}/api/ticket?readOnly=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const answer = await login({ ticket: ((await made.json()) as { ticket: string }).ticket });
    expect(await answer.json()).toEqual({ status: 'ok', readOnly: true });
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const page = async (held: string): Promise<string> =>
    (await fetch(`${daemon.url}/`, { headers: { cookie: held } })).text();

  test('reads, and is told so in its page', async () => {
    const held = await looking();
    expect((await get('/api/messages', `Cookie: ${held}`)).status).toBe(200);
    expect((await handshake(daemon, [`Host: ${daemon.host}`, `Cookie: ${held}`])).status).toBe(101);
    expect(await page(held)).toContain('data-may="read"');
    expect(await page(await cookie())).toContain('data-may="read control send approve"');
    expect(await page('')).not.toContain('data-may');
  });

  test('does nothing', async () => {
    const held = await looking();
    for (const [method, target] of [
      ['POST', '/api/messages'],
      ['POST', '/api/messages/release'],
      ['POST', '/api/messages/x/retry'],
      ['DELETE', '/api/messages/x'],
      ['DELETE', '/api/inbox/backend'],
      ['POST', '/api/inbox/backend/take'],
      ['DELETE', '/api/dead'],
      ['PUT', '/api/names/backend'],
    ] as const) {
      const headers = { cookie: held, 'content-type': 'application/json' };
      const answer = await fetch(`${daemon.url}${target}`, {
        ...{ method, headers },
        ...(method === 'DELETE' ? {} : { body: '{}' }),
      });
      expect(answer.status, `${method} ${target}`).toBe(403);
    }
  });

  test('is asked for by true or false, and nothing else', async () => {
    const headers = { authorization: `Bearer ${daemon.token}` };
    const asked = await fetch(`${daemon.url}/api/ticket?readOnly=maybe`, { method: 'POST', headers });
    expect(asked.status).toBe(400);
  });
});

describe('a cookie', () => {
  test('reads, streams and upgrades from our own page', async () => {
    const lines = [`Cookie: theme=dark; ${await cookie()}; x=y`, `Origin: ${daemon.url}`];
    expect((await get('/api/sessions', ...lines, 'Sec-Fetch-Site: same-origin')).status).toBe(200);
    expect((await handshake(daemon, [`Host: ${daemon.host}`, ...lines])).status).toBe(101);
    const stream = await fetch(`${daemon.url}/events`, { headers: { cookie: await cookie() } });
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });

  test('is worth nothing on a page of another origin, also of another port', async () => {
    const held = `Cookie: ${await cookie()}`;
    for (const origin of ['http://evil.example', 'http://127.0.0.1:1', 'http://localhost:1', 'null']) {
      expect((await get('/api/sessions', held, `Origin: ${origin}`)).status, origin).toBe(403);
      expect((await handshake(daemon, [`Host: ${daemon.host}`, held, `Origin: ${origin}`])).status).toBe(403);
    }
  });

  test('is worth nothing when the browser says that another site asks, Origin or not', async () => {
    const held = `Cookie: ${await cookie()}`;
    for (const site of ['cross-site', 'same-site', 'nonsense']) {
      expect((await get('/api/events', held, `Sec-Fetch-Site: ${site}`)).status, site).toBe(401);
      expect((await get('/events', held, `Sec-Fetch-Site: ${site}`)).status, site).toBe(401);
    }
    expect(
      (await get('/api/events', held, 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site')).status,
    ).toBe(401);
    expect((await get('/api/events', held, 'Sec-Fetch-Site: none')).status).toBe(200);
  });

  test('ingests nothing and changes nothing', async () => {
    const held = await cookie();
    const post = (target: string): Promise<Response> =>
      fetch(`${daemon.url}${target}`, {
        method: 'POST',
        headers: { cookie: held, 'content-type': 'application/json' },
        body: '{"session_id":"s","hook_event_name":"Stop"}',
      });
    expect((await post('/hook')).status).toBe(401);
    expect((await post('/api/token/rotate')).status).toBe(401);
  });

  test('is not believed when forged, changed, old or of another daemon', async () => {
    const held = await cookie();
    const [name = '', value = ''] = held.split('=');
    const [expires = '', signature = ''] = value.split('.');
    const forged = [
      `${Number(expires) + 1}.${signature}`,
      `${expires}.${'0'.repeat(64)}`,
      `${expires}`,
      '',
      '.',
      daemon.token,
    ];
    for (const one of forged)
      expect((await get('/api/sessions', `Cookie: ${name}=${one}`)).status, one).toBe(401);
    expect((await get('/api/sessions', `Cookie: hookline_1=${value}`)).status).toBe(401);
    const other = await startTestDaemon();
    const elsewhere = await fetch(`${other.url}/api/sessions`, {
      headers: { cookie: `hookline_${other.port}=${value}` },
    });
    expect(elsewhere.status).toBe(401);
    await other.stop();
    now = Number(expires) - 1;
    expect((await get('/api/sessions', `Cookie: ${held}`)).status).toBe(200);
    now = Number(expires);
    expect((await get('/api/sessions', `Cookie: ${held}`)).status).toBe(401);
  });
});
