// Tokens that were made for others, against a running daemon: each route and each scope, to whom, as whom, and the end of it.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/asyncapi/reference.ts';
import { addGrant, NewGrant, removeGrant } from '../../src/auth/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect, handshake } from '../support/ws.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-reach-'));
let clock = 0;
let daemon: TestDaemon;
const start = async (): Promise<void> => {
  daemon = await startTestDaemon({ config: { home, store: true }, now: () => Date.now() + clock });
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  readonly body: any;
}

async function ask(token: string, method: string, target: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.headers.get('content-type')?.includes('json') !== true) {
    await answer.body?.cancel();
    return { status: answer.status, body: undefined };
  }
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text.split('\n')[0] ?? '') : text };
}

let made = 0;
/** Makes a token over HTTP. */
async function make(fields: object): Promise<{ token: string; name: string }> {
  const asked = { name: `t${++made}`, scopes: ['send'], ...fields };
  const { status, body } = await ask(daemon.token, 'POST', '/api/tokens', asked);
  expect([status, body.name, body.scopes]).toEqual([201, asked.name, asked.scopes]);
  return body;
}
const revoke = (name: string): Promise<Answer> => ask(daemon.token, 'DELETE', `/api/tokens/${name}`);
const send = (token: string, fields: object): Promise<Answer> =>
  ask(token, 'POST', '/api/messages', { to: 'backend', message: 'hello', ...fields });
const stream = (token: string): Promise<Client> =>
  connect(daemon, { headers: { authorization: `Bearer ${token}` } });

describe('each route', () => {
  const SCOPES = ['read', 'send', 'ingest', 'approve'];
  /** All there are that need no token; whoever adds one adds it here, and knows why. */
  const OPEN = [
    // A link to one request has a ticket, and then a cookie, of its own: test/security/answer-links.test.ts.
    ...['GET /', 'GET /answer', 'GET /api/answer/:id', 'GET /api/proof', 'GET /asyncapi.json'],
    ...['GET /channel', 'GET /docs', 'GET /health'],
    ...['POST /api/answer', 'POST /api/answer/:id', 'POST /api/login', 'POST /in/:name'],
  ];
  const guarded = ROUTES.filter(({ method, path }) => !OPEN.includes(`${method} ${path}`));
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    for (const scope of SCOPES) tokens.set(scope, (await make({ scopes: [scope] })).token);
  });

  it('needs a scope, unless it is one of those for everybody', () => {
    const open = ROUTES.filter(({ needs }) => ['none', 'cookie', 'ticket', 'secret', 'link'].includes(needs));
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(OPEN);
    expect(guarded.map(({ needs }) => needs)).toEqual(
      guarded.map(() => expect.toBeOneOf(['read', 'control', 'ingest', 'send', 'approve'])),
    );
  });

  // Last what ends the tokens the others are asked with.
  const inOrder = guarded.toSorted(
    (a, b) => Number(a.path.endsWith('rotate')) - Number(b.path.endsWith('rotate')),
  );
  it.each(inOrder)('$method $path needs $needs', async ({ method, path: route, needs }) => {
    const target = route.replace(/:\w+/g, 'nobody');
    const body = ['POST', 'PUT'].includes(method) ? {} : undefined;
    expect((await ask('', method, target, body)).status).toBe(401);
    expect((await ask(`hkl_${'0'.repeat(64)}`, method, target, body)).status).toBe(401);
    for (const [scope, token] of [...tokens, ['ingest', daemon.hookToken] as const]) {
      const { status, body: said } = await ask(token, method, target, body);
      if (scope === needs) expect(status, scope).not.toBeOneOf([401, 403]);
      else expect([scope, status, said.error.code]).toEqual([scope, 403, 'forbidden_scope']);
    }
    expect((await ask(daemon.token, method, target, body)).status).not.toBeOneOf([401, 403]);
  });

  it('the WebSocket needs read', async () => {
    const statuses = SCOPES.map(async scope => {
      const header = `Authorization: Bearer ${tokens.get(scope)}`;
      return [scope, (await handshake(daemon, [`Host: ${daemon.host}`, header])).status];
    });
    expect(await Promise.all(statuses)).toEqual([
      ['read', 101],
      ...[
        ['send', 403],
        ['ingest', 403],
        ['approve', 403],
      ],
    ]);
  });
});

describe('whom it reaches', () => {
  it('it writes to those, and is told of others that it does not reach them, whether they are there or not', async () => {
    const { token, name } = await make({ to: ['back*', 'group:qa'] });
    expect((await send(token, { to: 'backend' })).status).toBe(202);
    for (const to of ['frontend', 'nobody-at-all', '*', 'group:all', '8dd92b6f-83dd-4922-a1da-0a95c2d86d5a'])
      expect(await send(token, { to })).toEqual({
        status: 403,
        body: {
          error: {
            code: 'forbidden',
            message: `the token ${name} does not reach ${JSON.stringify(to)}; it is for back*, group:qa`,
          },
        },
      });
    // It reaches so far, and there is no such thing yet.
    expect((await send(token, { to: 'group:qa' })).status).toBe(404);
  });

  it('a session is reached by its id as by its name, and by the pattern of other names not', async () => {
    const id = 'b0c1d2e3-0000-4000-8000-000000000000';
    await daemon.hook('SessionStart', { session_id: id, session_title: 'frontend', source: 'startup' });
    const [back, front] = [await make({ to: ['b*'] }), await make({ to: ['frontend'] })];
    expect((await send(back.token, { to: id })).body.error.code).toBe('forbidden');
    expect((await send(front.token, { to: id })).status).toBe(202);
    expect((await send(front.token, { to: 'frontend' })).status).toBe(202);
  });

  it('it takes, acknowledges and gives back only what is for those', async () => {
    const { token } = await make({ to: ['taker'] });
    for (const to of ['taker', 'taker', 'other']) await send(daemon.token, { to });
    expect((await ask(token, 'POST', '/api/inbox/other/take', {})).body.error.code).toBe('forbidden');
    const { messages } = (await ask(token, 'POST', '/api/inbox/taker/take', {})).body;
    expect(messages).toMatchObject([{ to: 'taker' }, { to: 'taker' }]);
    const [one, two] = messages.map(({ id }: { id: string }) => `/api/messages/${id}`);
    for (const what of ['ack', 'nack'])
      expect((await ask(token, 'POST', `${one}/${what}`, { name: 'other' })).body.error.code).toBe(
        'forbidden',
      );
    expect((await ask(token, 'POST', `${one}/ack`, { name: 'taker' })).body.state).toBe('delivered');
    expect((await ask(token, 'POST', `${two}/nack`, { name: 'taker' })).body.state).toBe('queued');
    const { body } = await ask(daemon.token, 'GET', '/api/messages?to=other');
    const foreign = `/api/messages/${body.messages[0].id}`;
    const none = '/api/messages/019a7d2c-0000-7000-8000-000000000000';
    // What is none of its business is told from what is not there by nothing.
    for (const [method, what, fields] of [
      ['POST', '/ack', { name: 'taker' }],
      ['POST', '/nack', { name: 'taker' }],
      ['POST', '/retry', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      const [there, not] = [
        await ask(token, method, `${foreign}${what}`, fields),
        await ask(token, method, `${none}${what}`, fields),
      ];
      expect([there.status, not.status]).toEqual([404, 404]);
      expect(there.body.error.message.replace(foreign.slice(14), '')).toBe(
        not.body.error.message.replace(none.slice(14), ''),
      );
    }
    expect((await ask(daemon.token, 'GET', foreign)).body.state).toBe('queued');
  });

  it('it takes back what it sent, and with a name of its own nothing of others', async () => {
    const { token } = await make({ to: ['desk'], from: 'ci' });
    const [own, other] = [await send(token, { to: 'desk' }), await send(daemon.token, { to: 'desk' })];
    expect((await ask(token, 'DELETE', `/api/messages/${other.body.id}`)).status).toBe(404);
    expect((await ask(token, 'DELETE', `/api/messages/${own.body.id}`)).body.state).toBe('cancelled');
  });

  it('it reads nothing of it without the scope read', async () => {
    const { token } = await make({ to: ['backend'] });
    const { id } = (await send(token, {})).body;
    for (const target of [`/api/messages/${id}`, '/api/messages', '/api/inbox', '/api/inbox/backend'])
      expect((await ask(token, 'GET', target)).body.error.code).toBe('forbidden_scope');
  });
});

describe('as whom it writes', () => {
  const sentBy = async (token: string, fields: object): Promise<unknown> => {
    const { status, body } = await send(token, { to: 'signed', ...fields });
    if (status !== 202) return [status, body.error.code, body.error.message];
    const message = (await ask(daemon.token, 'GET', `/api/messages/${body.id}`)).body;
    return [message.from, message.via, message.verified];
  };

  it('by the name it was made for, which is certain then, and by no other', async () => {
    const { token, name } = await make({ from: 'ci' });
    expect(await sentBy(token, {})).toEqual(['ci', 'http', true]);
    expect(await sentBy(token, { from: 'ci' })).toEqual(['ci', 'http', true]);
    expect(await sentBy(token, { from: 'cd' })).toEqual([
      ...[403, 'forbidden', `the token ${name} writes as ci only; leave "from" out`],
    ]);
  });

  it('without one by any but that of a session that lives; of two of one name too, and in any case of letters', async () => {
    const { token } = await make({});
    const both = ['c1', 'c2'].map(session_id =>
      daemon.hook('SessionStart', { session_id, session_title: 'twin', source: 'startup' }),
    );
    await Promise.all(both);
    expect(await sentBy(token, {})).toEqual(['http', 'http', true]);
    expect(await sentBy(token, { from: 'ci' })).toEqual(['ci', 'http', false]);
    for (const from of ['twin', 'Twin', 'c1'])
      expect(await sentBy(token, { from })).toEqual([
        ...[403, 'forbidden', expect.stringContaining(`a session is called ${from}`)],
      ]);
    // The user may, and one that was made for it.
    expect(await sentBy(daemon.token, { from: 'twin' })).toEqual(['twin', 'http', false]);
    expect(await sentBy((await make({ from: 'twin' })).token, {})).toEqual(['twin', 'http', true]);
  });

  it('by no way in that is a part of the daemon', async () => {
    const { token } = await make({});
    const vias = ['cli', 'mcp', 'amqp', 'webhook', 'fifo', 'nonsense'].map(async via => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'hookline-via': via,
      };
      const body = JSON.stringify({ to: 'signed', message: 'x' });
      const answer = await fetch(`${daemon.url}/api/messages`, { method: 'POST', headers, body });
      const { id } = (await answer.json()) as { id: string };
      return (await ask(daemon.token, 'GET', `/api/messages/${id}`)).body.via;
    });
    expect(await Promise.all(vias)).toEqual(['cli', 'mcp', 'http', 'http', 'http', 'http']);
  });
});

describe('the end of it', () => {
  it('revoked: its connections end with 4401, its streams end, what it waits for and asks is answered 401', async () => {
    const [{ token, name }, other] = [
      await make({ scopes: ['read', 'send'] }),
      await make({ scopes: ['read'] }),
    ];
    const [client, stays, mine] = await Promise.all([
      stream(token),
      stream(other.token),
      stream(daemon.token),
    ]);
    const headers = { authorization: `Bearer ${token}` };
    const streamed = (await fetch(`${daemon.url}/events`, { headers })).text();
    const { id } = (await send(daemon.token, { to: 'nobody-takes-it' })).body;
    const waiting = [
      ask(token, 'POST', '/api/inbox/nobody/take', { waitMs: 30_000 }),
      ask(token, 'GET', `/api/messages/${id}?wait=delivered`),
    ];
    // Once they wait: the daemon has taken what was sent before this on other connections.
    await until('both wait', () => daemon.sockets().length >= 6);
    await client.ask({ type: 'ping' });

    expect(await revoke(name)).toEqual({ status: 200, body: { revoked: name } });
    expect(await client.closed).toEqual({ code: 4401, reason: 'the token is not valid any more' });
    await streamed;
    const revokedAt = performance.now();
    for (const answer of waiting) expect((await answer).status).toBe(401);
    expect(performance.now() - revokedAt, 'they waited on').toBeLessThan(15_000);
    expect((await ask(token, 'GET', '/api/sessions')).status).toBe(401);
    expect((await handshake(daemon, [`Host: ${daemon.host}`], `/ws?token=${token}`)).status).toBe(401);
    expect((await revoke(name)).status).toBe(404);
    for (const one of [stays, mine]) {
      expect(await one.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
      one.close();
    }
  });

  it('revoked while its request is on the way: what comes of that is not done', async () => {
    const { token, name } = await make({});
    const body = JSON.stringify({ to: 'slow', message: 'hello' });
    const socket = net.connect(daemon.port, '127.0.0.1');
    const answered = new Promise<string>(resolve => socket.once('data', data => resolve(String(data))));
    const lines = [
      ...['POST /api/messages HTTP/1.1', `Host: ${daemon.host}`, `Authorization: Bearer ${token}`],
      ...['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close'],
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
    await until('it came so far', async () => {
      const { tokens } = (await ask(daemon.token, 'GET', '/api/tokens')).body;
      return tokens.find((one: { name: string }) => one.name === name)?.lastUsedAt !== undefined;
    });
    await revoke(name);
    socket.write(body.slice(10));
    expect(await answered).toMatch(/^HTTP\/1\.1 401 /);
    expect((await ask(daemon.token, 'GET', '/api/messages?to=slow')).body.messages).toEqual([]);
    socket.destroy();
  });

  it('revoked while it reads the whole log: it does not get to the end', async () => {
    const { token, name } = await make({ scopes: ['read'] });
    await daemon.emit(400, { data: { pad: 'x'.repeat(60_000) } });
    const { body } = await fetch(`${daemon.url}/api/db/export`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await revoke(name);
    const readAll = async (): Promise<void> => {
      while ((await reader?.read())?.done === false);
    };
    await expect(readAll()).rejects.toThrow();
    expect(daemon.logged.filter(line => line.includes('export'))).toEqual([]);
  });

  it('its time is up: the same', async () => {
    const { token } = await make({ scopes: ['read'], ttlMs: 3600_000 });
    const client = await stream(token);
    clock += 3600_000;
    expect((await ask(token, 'GET', '/api/sessions')).status).toBe(401);
    expect((await client.closed).code).toBe(4401);
  });

  it('taken out of the file by hand: the same, within a moment', async () => {
    const { token, name } = await make({ scopes: ['read'] });
    const client = await stream(token);
    removeGrant(home, name);
    expect((await client.closed).code).toBe(4401);
    expect((await ask(token, 'GET', '/api/sessions')).status).toBe(401);
  });

  it('a damaged file: none of them is valid, the daemon says so and goes on', async () => {
    const { token } = await make({ scopes: ['read'] });
    const file = path.join(home, 'tokens.json');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.slice(0, -20));
    await until('it is known', async () => (await ask(token, 'GET', '/api/sessions')).status === 401);
    expect((await ask('', 'GET', '/health')).body.status).toBe('degraded');
    expect(daemon.logged.filter(line => line.includes('tokens.json is not JSON'))).toHaveLength(1);
    expect(await ask(daemon.token, 'POST', '/api/tokens', { name: 'x', scopes: ['read'] })).toMatchObject({
      status: 503,
      body: { error: { code: 'not_durable', message: expect.stringContaining('mend it, or delete it') } },
    });
    fs.writeFileSync(file, text);
    await until('it is valid again', async () => (await ask(token, 'GET', '/api/sessions')).status === 200);
    expect((await ask('', 'GET', '/health')).body.status).toBe('ok');
  });

  it('a restart changes nothing, but for what was made and revoked while the daemon was down', async () => {
    const [stays, goes] = [await make({ scopes: ['read'] }), await make({ scopes: ['read'] })];
    await daemon.daemon.stop();
    removeGrant(home, goes.name);
    const late = addGrant(home, NewGrant.parse({ name: 'late', scopes: ['read'] }), Date.now());
    await start();
    const statuses = [stays, goes, late].map(
      async ({ token }) => (await ask(token, 'GET', '/api/sessions')).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 401, 200]);
  });

  it('new tokens of the user leave those of others as they are', async () => {
    const { token } = await make({ scopes: ['read'] });
    const [client, mine] = [await stream(token), await stream(daemon.token)];
    expect((await ask(daemon.token, 'POST', '/api/token/rotate')).status).toBe(200);
    expect((await mine.closed).code).toBe(4401);
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    expect((await ask(token, 'GET', '/api/sessions')).status).toBe(200);
    client.close();
  });
});

describe('who makes one', () => {
  it('is told the token once, and nobody is told again', async () => {
    const { token, name } = await make({ to: ['a', 'b'], from: 'ci', ttlMs: 60_000 });
    const { body } = await ask(daemon.token, 'GET', '/api/tokens');
    const listed = body.tokens.find((one: { name: string }) => one.name === name);
    expect(listed).toEqual({
      ...{ name, scopes: ['send'], to: ['a', 'b'], from: 'ci' },
      ...{ createdAt: expect.any(Number), expiresAt: listed.createdAt + 60_000 },
    });
    expect(JSON.stringify(body)).not.toContain(token.slice(4));
    expect((await ask(daemon.token, 'POST', '/api/tokens', { name, scopes: ['read'] })).status).toBe(409);
  });

  it.each([
    ['with control', { scopes: ['control'] }, 'scopes.0: must be of read, send, ingest, approve; control is'],
    ['without a name', { name: undefined }, 'name: '],
    ['that narrows what it cannot do', { scopes: ['read'], to: ['a'] }, 'need the scope send'],
    ['with a field nobody knows', { scope: 'read' }, 'scope'],
  ])('makes none %s', async (_, fields, words) => {
    const asked = { name: 'wrong', scopes: ['read'], ...fields };
    const { status, body } = await ask(daemon.token, 'POST', '/api/tokens', asked);
    expect([status, body.error.code]).toEqual([400, 'invalid_message']);
    expect(body.error.message).toContain(words);
  });

  it('is never a page: its cookie opens none of these routes', async () => {
    const { ticket } = (await ask(daemon.token, 'POST', '/api/ticket')).body;
    const login = await fetch(`${daemon.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ticket }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const status = async (target: string, method = 'GET'): Promise<number> =>
      (await fetch(`${daemon.url}${target}`, { method, headers: { cookie } })).status;
    expect(await status('/api/sessions')).toBe(200);
    expect([await status('/api/tokens'), await status('/api/tokens', 'POST')]).toEqual([401, 401]);
    expect(await status('/api/tokens/x', 'DELETE')).toBe(401);
  });
});

it('takes the main token to make one where none is asked for, as it outlives that', async () => {
  const open = await startTestDaemon({ config: { auth: false } });
  const status = async (authorization: string): Promise<number> =>
    (
      await fetch(`${open.url}/api/tokens`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'ci', scopes: ['read'] }),
      })
    ).status;
  expect((await fetch(`${open.url}/api/sessions`)).status).toBe(200);
  expect([await status(''), await status(`Bearer ${open.token}`)]).toEqual([401, 201]);
  await open.stop();
});

it('stands in no event, error or log line, also where nothing is redacted', async () => {
  const open = await startTestDaemon({ config: { redact: false } });
  const answer = await fetch(`${open.url}/api/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${open.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ci', scopes: ['read'] }),
  });
  const { token } = (await answer.json()) as { token: string };
  await open.hook('PostToolUse', { tool_use_id: 't', tool_name: 'Bash', tool_response: `TOKEN=${token};` });
  const headers = { authorization: `Bearer ${token}` };
  const texts = ['/api/events?limit=1000', `/api/nothing/${token}`, `/api/events?limit=${token}`].map(
    async target => (await fetch(`${open.url}${target}`, { headers })).text(),
  );
  const seen = [...(await Promise.all(texts)), ...open.logged].join('\n');
  expect(seen).toContain('TOKEN=[redacted:hookline-token:');
  expect(seen).not.toContain(token);
  await open.stop();
});
