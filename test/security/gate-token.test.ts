// Tokens and scopes: every place a token may come from, every place it may not, and what a stranger learns.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Answer, connect, handshake, request } from '../support/ws.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});

const host = (): string => `Host: ${daemon.host}`;
const get = (target: string, ...lines: string[]): Promise<Answer> =>
  request(daemon.port, `GET ${target} HTTP/1.1`, [host(), ...lines]);
const upgrade = (target: string, ...lines: string[]): Promise<Answer> =>
  handshake(daemon, [host(), ...lines], target);

const READ_ROUTES = [
  '/api/sessions',
  '/api/snapshot',
  '/api/usage',
  '/api/events',
  '/api/db',
  '/api/db/sessions',
  '/api/db/export',
  '/events',
  '/metrics',
];

describe('the header', () => {
  test.each(READ_ROUTES)('%s wants a token, also from loopback, and one that may read', async target => {
    const none = await get(target);
    expect([none.status, none.code]).toEqual([401, 'unauthorized']);
    expect(none.text).toMatch(/^www-authenticate: Bearer/im);
    expect((await get(target, `Authorization: Bearer ${'0'.repeat(64)}`)).status).toBe(401);
    const ingestOnly = await get(target, `Authorization: Bearer ${daemon.hookToken}`);
    expect([ingestOnly.status, ingestOnly.code]).toEqual([403, 'forbidden_scope']);
  });

  test('the hook token opens /hook and nothing else, the main token everything', async () => {
    const payload = { session_id: 's1', hook_event_name: 'Stop' };
    expect((await daemon.post(payload)).status).toBe(202);
    expect((await daemon.post(payload, { authorization: `Bearer ${daemon.token}` })).status).toBe(202);
    expect((await daemon.post(payload, { authorization: '' })).status).toBe(401);
    for (const target of ['/api/ticket', '/api/token/rotate']) {
      const hook = await request(daemon.port, `POST ${target} HTTP/1.1`, [
        host(),
        `Authorization: Bearer ${daemon.hookToken}`,
      ]);
      expect([hook.status, hook.code], target).toEqual([403, 'forbidden_scope']);
    }
  });

  test('odd forms are no token', async () => {
    const { token } = daemon;
    const good = [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token}  `];
    for (const value of good)
      expect((await get('/api/sessions', `Authorization: ${value}`)).status, value).toBe(200);
    const odd = [
      '',
      'Bearer',
      token,
      `Token ${token}`,
      `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
      `Bearer ${token} extra`,
      `Bearer ${token},`,
      `Bearer "${token}"`,
      `Bearer ${token.toUpperCase()}`,
      `Bearer ${token.slice(0, 63)}`,
      `Bearer ${token}${token}`,
    ];
    for (const value of odd) {
      const answer = await get('/api/sessions', `Authorization: ${value}`);
      expect(answer.status, JSON.stringify(value)).toBe(401);
    }
  });

  test('two Authorization headers are refused, whichever is right', async () => {
    const right = `Authorization: Bearer ${daemon.token}`;
    const wrong = 'Authorization: Bearer nonsense';
    expect((await get('/api/sessions', right, wrong)).status).toBe(401);
    expect((await get('/api/sessions', wrong, right)).status).toBe(401);
  });

  test('a header that is wrong is not made good by another place', async () => {
    expect((await upgrade(`/ws?token=${daemon.token}`, 'Authorization: Bearer wrong')).status).toBe(401);
  });
});

describe('the query', () => {
  test('works for the streams', async () => {
    expect((await upgrade(`/ws?token=${daemon.token}`)).status).toBe(101);
    expect((await upgrade(`/?token=${daemon.token}`)).status).toBe(101);
    const stream = await fetch(`${daemon.url}/events?token=${daemon.token}`);
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });

  test('works nowhere else', async () => {
    for (const target of ['/api/sessions', '/api/snapshot', '/api/usage', '/api/events', '/metrics'])
      expect((await get(`${target}?token=${daemon.token}`)).status, target).toBe(401);
    const hook = await request(daemon.port, `POST /hook?token=${daemon.hookToken} HTTP/1.1`, [host()]);
    expect(hook.status).toBe(401);
  });

  test('is refused when wrong or of too little scope', async () => {
    expect((await upgrade('/ws?token=')).status).toBe(401);
    expect((await upgrade('/ws?token=nonsense')).status).toBe(401);
    expect((await upgrade(`/ws?token=${daemon.hookToken}`)).status).toBe(403);
    expect((await get(`/events?token=${daemon.hookToken}`)).status).toBe(403);
  });
});

describe('the subprotocol', () => {
  test('carries the token, and only hookline.v1 is echoed', async () => {
    for (const offer of [`hookline.v1, bearer.${daemon.token}`, `bearer.${daemon.token},hookline.v1`]) {
      const answer = await upgrade('/ws', `Sec-WebSocket-Protocol: ${offer}`);
      expect(answer.status).toBe(101);
      expect(answer.text).toMatch(/^sec-websocket-protocol: hookline\.v1\r?$/im);
      expect(answer.text).not.toContain('bearer');
    }
    const client = await connect(daemon, {
      headers: {},
      protocols: ['hookline.v1', `bearer.${daemon.token}`],
    });
    expect(client.socket.protocol).toBe('hookline.v1');
    client.close();
  });

  test('may be offered without a token beside another credential, or not at all', async () => {
    const header = `Authorization: Bearer ${daemon.token}`;
    const offered = await upgrade('/ws', header, 'Sec-WebSocket-Protocol: hookline.v1');
    expect(offered.text).toMatch(/^sec-websocket-protocol: hookline\.v1\r?$/im);
    const silent = await upgrade('/ws', header);
    expect(silent.status).toBe(101);
    expect(silent.text).not.toMatch(/sec-websocket-protocol/i);
  });

  test('is refused when wrong, of too little scope, or without hookline.v1', async () => {
    expect((await upgrade('/ws', 'Sec-WebSocket-Protocol: hookline.v1, bearer.nonsense')).status).toBe(401);
    expect((await upgrade('/ws', `Sec-WebSocket-Protocol: bearer.${daemon.token}`)).status).toBe(401);
    const hook = await upgrade('/ws', `Sec-WebSocket-Protocol: hookline.v1, bearer.${daemon.hookToken}`);
    expect(hook.status).toBe(403);
  });

  test('does not carry a token to the SSE stream', async () => {
    expect((await get('/events', `Sec-WebSocket-Protocol: hookline.v1, bearer.${daemon.token}`)).status).toBe(
      401,
    );
  });
});

test('an upgrade of a stranger learns nothing but that a token is wanted', async () => {
  for (const target of ['/ws', '/', '/nowhere', '/hook'])
    expect([target, (await upgrade(target)).status]).toEqual([target, 401]);
  const h2c = await request(daemon.port, 'GET /ws HTTP/1.1', [host(), 'Upgrade: h2c', 'Connection: Upgrade']);
  expect(h2c.status).toBe(401);
});

test('without a token there are /health, the API document and the docs, and nothing else', async () => {
  for (const target of ['/health', '/asyncapi.json']) expect((await get(target)).status).toBe(200);
  const health = (await (await fetch(`${daemon.url}/health`)).json()) as Record<string, unknown>;
  expect(health).toEqual({
    status: 'ok',
    version: expect.any(String),
    uptimeSec: expect.any(Number),
    epoch: daemon.daemon.epoch,
    seq: expect.any(Number),
    sessions: 1,
    connections: expect.any(Number),
  });
});

test('--no-auth drops the token and keeps Host and Origin', async () => {
  const open = await startTestDaemon({ config: { auth: false } });
  expect((await fetch(`${open.url}/api/sessions`)).status).toBe(200);
  expect((await handshake(open, [`Host: ${open.host}`])).status).toBe(101);
  expect((await handshake(open, [`Host: ${open.host}`, 'Origin: http://evil.example'])).status).toBe(403);
  expect((await request(open.port, 'GET /api/sessions HTTP/1.1', ['Host: evil.example'])).status).toBe(421);
  await open.stop();
});

test('--no-auth on an address others can reach is refused', async () => {
  await expect(startTestDaemon({ config: { auth: false, host: '0.0.0.0' } })).rejects.toThrow(/loopback/);
});
