// `hookline relay` against a real daemon: what is printed, when, how often, and who may come in.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { relaySettings } from '../../src/cli/relay/settings.ts';
import { type CliPlace, makePlace, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { request } from '../support/ws.ts';

interface Relay extends Running {
  readonly url: string;
  readonly port: number;
  readonly instance: string;
}
interface Event {
  readonly instance: string;
  readonly type: string;
  readonly payload: unknown;
  readonly id: string;
}
interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the relay says
  readonly body: any;
}

const place = makePlace();
let daemon: Daemon;
let token: string;
beforeAll(async () => {
  daemon = await startDaemon(place);
  token = daemon.token;
});
afterAll(() => daemon.stop());

const READY =
  /^\[bridge\] ready at (http:\/\/127\.0\.0\.1:(\d+)) \(instance: ([0-9a-f]{6}), auth: (token|none)\)$/;

async function startRelay(
  where: CliPlace,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Relay> {
  const running = runCli(where, ['relay', ...args], { BRIDGE_PORT: '0', ...env });
  const [ready = ''] = await running.haveLines(1);
  expect(ready).toMatch(READY);
  const [, url = '', port, instance = ''] = READY.exec(ready) ?? [];
  return { ...running, url, port: Number(port), instance };
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const authorization = `Bearer ${token}`;
  const answer = await fetch(url, { method: 'POST', headers: { authorization, ...headers }, body: text });
  return { status: answer.status, body: await answer.json() };
}
async function event(relay: { url: string }, body: unknown): Promise<string> {
  const { status, body: said } = await post(`${relay.url}/api/event`, body);
  expect([status, said]).toEqual([202, { ok: true, id: expect.any(String) }]);
  return said.id;
}
/** What it printed, but for its first line. */
const printed = (relay: Running, prefix = 'MSG::'): Event[] =>
  relay
    .lines()
    .slice(1)
    .map(line => {
      expect(line.startsWith(prefix)).toBe(true);
      return JSON.parse(line.slice(prefix.length));
    });
const idsOf = (relay: Running): string[] => printed(relay).map(({ id }) => id);
async function isDelivered(id: string, where: { url: string; token: string } = daemon): Promise<void> {
  const headers = { authorization: `Bearer ${where.token}` };
  const answer = await fetch(`${where.url}/api/messages/${id}?wait=delivered&timeoutMs=20000`, { headers });
  expect(await answer.json()).toMatchObject({
    id,
    state: 'delivered',
    via: 'http',
    recipients: [{ path: 'take' }],
  });
}

interface Client {
  readonly frames: string[];
  readonly closed: Promise<number>;
}
async function connect(url: string): Promise<Client> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const frames: string[] = [];
  socket.on('message', data => frames.push(String(data)));
  const closed = new Promise<number>(resolve => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { frames, closed };
}

describe('events', () => {
  it('are printed once and in order, what waited first, and are delivered then', async () => {
    const early = [];
    for (const payload of [1, 2])
      early.push((await post(`${daemon.url}/api/event`, { type: 'early', payload })).body.id);
    const relay = await startRelay(place);
    const late = [];
    for (const payload of [3, { deep: [null, 'ü"\n\u2028</event>'] }])
      late.push(await event(relay, { type: 'late', payload }));
    late.push(await event(relay, { type: 'bare' }));
    await hooklineOk(place, 'send', '--to', 'bridge', '--from', 'ci', '-m', 'The build is green.');
    await relay.haveLines(7);
    const { instance } = relay;
    expect(printed(relay)).toEqual([
      { instance, type: 'early', payload: 1, id: early[0] },
      { instance, type: 'early', payload: 2, id: early[1] },
      { instance, type: 'late', payload: 3, id: late[0] },
      { instance, type: 'late', payload: { deep: [null, 'ü"\n\u2028</event>'] }, id: late[1] },
      { instance, type: 'bare', payload: null, id: late[2] },
      {
        instance,
        type: 'message',
        payload: { text: 'The build is green.', from: 'ci' },
        id: expect.any(String),
      },
    ]);
    for (const id of [...early, ...late]) await isDelivered(id);
    expect(await relay.end('SIGTERM')).toBe(0);
    expect(relay.stderr()).toBe('');
    expect(relay.lines()).toHaveLength(7);
  });

  it('of a name are shared by its relays: each is printed by one of them', async () => {
    const relays = [
      await startRelay(place, ['--name', 'shared']),
      await startRelay(place, ['--name', 'shared']),
    ];
    const ids: string[] = [];
    for (let n = 0; n < 16; n++) ids.push(await event(relays[n % 2] as Relay, { type: 'n', payload: n }));
    await until('all are printed', () => relays.flatMap(idsOf).length === 16);
    for (const id of ids) await isDelivered(id);
    expect(relays.flatMap(idsOf).sort()).toEqual(ids);
    for (const relay of relays) {
      expect(idsOf(relay)).toEqual(idsOf(relay).toSorted());
      await relay.end();
    }
  });

  it('too long for a line are named in it, and can be fetched at the relay', async () => {
    const relay = await startRelay(place, ['--name', 'long'], { BRIDGE_PREFIX: '>> ' });
    const payload = { text: 'x'.repeat(17_000) };
    const id = await event(relay, { type: 'log', payload });
    await event(relay, { type: 'log', payload: 'y'.repeat(16_000) });
    await relay.haveLines(3);
    const [first, second] = printed(relay, '>> ');
    expect(first).toEqual({ instance: relay.instance, type: 'log', payload: { $ref: id }, id });
    expect(second?.payload).toBe('y'.repeat(16_000));
    const fetched = async (url: string): Promise<Response> =>
      fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await fetched(`${relay.url}/api/messages/${id}`)).json()).toMatchObject({
      id,
      type: 'log',
      payload,
    });
    // What is for others is not told here.
    const other = (await post(`${daemon.url}/api/event?to=others`, { type: 'x' })).body.id;
    for (const none of [other, 'nonsense', '..%2f..%2fhealth'])
      expect((await fetched(`${relay.url}/api/messages/${none}`)).status).toBe(404);
    await relay.end();
  });

  it('come five a second, and are delayed, not dropped', async () => {
    const relay = await startRelay(place, ['--name', 'fast']);
    const began = performance.now();
    const ids = await Promise.all(
      Array.from({ length: 18 }, (_, n) => event(relay, { type: 'n', payload: n })),
    );
    await relay.haveLines(19);
    expect(idsOf(relay)).toEqual(ids.toSorted());
    // With the first line they are nineteen: the last of them is printed in the fourth second.
    expect(performance.now() - began).toBeGreaterThan(2_000);
    await relay.end();
  });

  it('wait on when nobody reads them any more, and the relay ends', async () => {
    const relay = await startRelay(place, ['--name', 'unread']);
    const id = await event(relay, { type: 'read' });
    await relay.haveLines(2);
    await isDelivered(id);
    relay.child.stdout?.destroy();
    expect(await relay.exit).toBe(0);
    const next = (await post(`${daemon.url}/api/event?to=unread`, { type: 'waits' })).body.id;
    const another = await startRelay(place, ['--name', 'unread']);
    await another.haveLines(2);
    expect(idsOf(another)).toEqual([next]);
    await another.end();
  });
});

/** What a daemon handed out right before it was killed, and nobody got, is handed out again when its lease of 30 s is out. */
const LEASE_OUT_MS = 45_000;

describe('a daemon that is away', () => {
  it('keeps nothing, which is said; what it had is printed once, also when it is killed in between', async () => {
    const away = makePlace();
    const relay = await startRelay(away);
    await relay.says('hookline is not running');
    // It made the token that the daemon will have.
    token = fs.readFileSync(path.join(away.hooklineHome, 'token'), 'utf8').trim();
    try {
      const refused = await post(`${relay.url}/api/event`, { type: 'lost' });
      expect(refused).toEqual({
        status: 503,
        body: {
          error: expect.stringMatching(/hookline is not running; start it with: .*; the event was not kept/),
        },
      });
      const ids: string[] = [];
      for (let life = 0; life < 3; life++) {
        const its = await startDaemon(away);
        for (let n = 0; n < 3; n++) ids.push(await event(relay, { type: 'n', payload: `${life}.${n}` }));
        if (life === 1) await relay.haveLines(1 + ids.length, LEASE_OUT_MS);
        await its.stop('SIGKILL');
      }
      const its = await startDaemon(away);
      await relay.haveLines(1 + ids.length, LEASE_OUT_MS);
      for (const id of ids) await isDelivered(id, its);
      // What a daemon had handed out when it was killed comes once its lease is out, after others.
      expect(idsOf(relay).toSorted()).toEqual(ids);
      expect(relay.stderr()).toContain('connected again');
      await relay.end();
      await its.stop();
    } finally {
      token = daemon.token;
    }
  });
});

describe('pushes', () => {
  it('go to every client as they are, those at the daemon to the clients of all relays, or of those of a name', async () => {
    const [one, two] = [
      await startRelay(place, ['--name', 'one']),
      await startRelay(place, ['--name', 'two']),
    ];
    const [a, b, c] = [
      await connect(`${one.url}/ws?token=${token}`),
      await connect(`${one.url}/ws?token=${token}`),
      await connect(`${two.url}/ws?token=${token}`),
    ];
    const body = ' { "payload" : {"text":"ü…"}, "type":"status", "more":1 } ';
    expect(await post(`${one.url}/api/push`, body, { 'content-type': 'text/plain' })).toEqual({
      ...{ status: 200, body: { ok: true } },
    });
    await post(`${one.url}/api/push`, { type: 'done' });
    await until('both have both', () => a.frames.length === 2 && b.frames.length === 2);
    expect(a.frames).toEqual(['{"type":"status","payload":{"text":"ü…"}}', '{"type":"done"}']);
    expect(b.frames).toEqual(a.frames);

    // They follow the daemon as soon as they are connected to it.
    await until('a push at the daemon comes to both', async () => {
      await post(`${daemon.url}/api/push`, { type: 'all' });
      return a.frames.includes('{"type":"all"}') && c.frames.includes('{"type":"all"}');
    });
    await post(`${daemon.url}/api/push?to=one`, { type: 'mine' });
    await post(`${daemon.url}/api/push`, { type: 'end', payload: [] });
    await until('the last came', () =>
      [a, c].every(({ frames }) => frames.at(-1) === '{"type":"end","payload":[]}'),
    );
    expect(a.frames).toContain('{"type":"mine"}');
    expect(c.frames).not.toContain('{"type":"mine"}');
    await Promise.all([one.end(), two.end()]);
    expect(await a.closed).toBe(1001);
  });
});

describe('who may come in', () => {
  const page = path.join(place.home, 'page.html');
  let relay: Relay;
  beforeAll(async () => {
    fs.writeFileSync(page, '<p>Mine.</p>');
    relay = await startRelay(place, ['--name', 'door'], { BRIDGE_TOKEN: 'its-own', BRIDGE_CLIENT: page });
  });
  afterAll(() => relay.end());

  const raw = (
    first: string,
    lines: string[],
    host = `127.0.0.1:${relay.port}`,
  ): Promise<{ status: number }> =>
    request(
      relay.port,
      `${first} HTTP/1.1`,
      [`Host: ${host}`, 'Content-Length: 12', ...lines],
      '{"type":"x"}',
    );
  const OWN = 'Authorization: Bearer its-own';
  const EVERYWHERE = ['POST /api/event', 'POST /api/push', 'GET /', 'GET /api/messages/x', 'GET /ws'];

  it.each(EVERYWHERE)('%s needs the token, a Host that is ours, and no foreign Origin', async first => {
    const ways: [number, string[], string?][] = [
      [401, []],
      [401, ['Authorization: Bearer wrong']],
      [401, [`Authorization: Bearer ${daemon.token}`]],
      [401, ['Cookie: hookline=its-own']],
      [403, [OWN, 'Origin: http://evil.example']],
      [403, [OWN, 'Origin: null']],
      [403, [OWN, `Origin: http://127.0.0.1:${daemon.port}`]],
      [421, [OWN], `evil.example:${relay.port}`],
      [421, [OWN], `127.0.0.1:${daemon.port}`],
    ];
    for (const [status, lines, host] of ways)
      expect([lines, (await raw(first, lines, host)).status]).toEqual([lines, status]);
  });

  it('the WebSocket too', async () => {
    const upgrade = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: aaaaaaaaaaaaaaaaaaaaaa==',
    ];
    const shake = async (path: string, lines: string[]): Promise<number> =>
      (
        await request(relay.port, `GET ${path} HTTP/1.1`, [
          `Host: 127.0.0.1:${relay.port}`,
          ...upgrade,
          ...lines,
        ])
      ).status;
    expect(await shake('/ws', [])).toBe(401);
    expect(await shake('/ws?token=wrong', [])).toBe(401);
    expect(await shake('/ws?token=its-own', ['Origin: http://evil.example'])).toBe(403);
    expect(await shake('/elsewhere?token=its-own', [])).toBe(404);
    const { frames } = await connect(`${relay.url}/ws?token=its-own`);
    await fetch(`${relay.url}/api/push?token=its-own`, { method: 'POST', body: '{"type":"x"}' });
    await until('it came', () => frames.length === 1);
  });

  it('with it, all of it works, by header or address, and what is wrong is told as {"error": text}', async () => {
    const ask = async (first: string, body?: string, type = 'text/plain'): Promise<Answer> => {
      const [method = '', target] = first.split(' ');
      const answer = await fetch(`${relay.url}${target}`, {
        method,
        headers: { authorization: 'Bearer its-own', 'content-type': type },
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
    };
    expect(await ask('GET /')).toEqual({ status: 200, body: '<p>Mine.</p>' });
    expect(
      (await ask('POST /api/event?token=its-own', '{"type":"x"}', 'application/x-www-form-urlencoded'))
        .status,
    ).toBe(202);
    const wrong: [number, string, string?][] = [
      [400, 'POST /api/event', ''],
      [400, 'POST /api/event', '{"type":1}'],
      [400, 'POST /api/push', '[1,2]'],
      [400, 'POST /api/push', `{"type":"x","payload":${'['.repeat(9_000)}${']'.repeat(9_000)}}`],
      [413, 'POST /api/event', JSON.stringify({ type: 'x', payload: 'y'.repeat(70_000) })],
      [413, 'POST /api/push', JSON.stringify({ type: 'x', payload: 'y'.repeat(1_100_000) })],
      [405, 'GET /api/event'],
      [405, 'POST /', '{}'],
      [404, 'GET /elsewhere'],
      [426, 'GET /ws'],
    ];
    for (const [status, first, body] of wrong)
      expect([first, await ask(first, body)]).toEqual([
        first,
        { status, body: { error: expect.any(String) } },
      ]);
  });

  it('no token is in what it says or in its command line', async () => {
    const line = fs.readFileSync(`/proc/${relay.child.pid}/cmdline`, 'utf8');
    expect(`${relay.stdout()}${relay.stderr()}${line}`).not.toContain('its-own');
  });

  it('everybody of this machine with --open, but no page of elsewhere', async () => {
    const open = await startRelay(place, ['--open', '--name', 'open']);
    expect(open.lines()[0]).toContain('auth: none');
    expect((await post(`${open.url}/api/event`, { type: 'x' }, { authorization: '' })).status).toBe(202);
    expect(
      (await post(`${open.url}/api/event`, { type: 'x' }, { origin: 'http://evil.example' })).status,
    ).toBe(403);
    await open.end();
  });

  it('a token that was replaced opens nothing any more, and ends who came in with it', async () => {
    const other = makePlace();
    const its = await startDaemon(other);
    const own = await startRelay(other);
    const { closed } = await connect(`${own.url}/ws?token=${its.token}`);
    await hooklineOk(other, 'token', 'rotate');
    expect(await closed).toBe(4401);
    expect(
      (await post(`${own.url}/api/push`, { type: 'x' }, { authorization: `Bearer ${its.token}` })).status,
    ).toBe(401);
    const fresh = fs.readFileSync(path.join(other.hooklineHome, 'token'), 'utf8').trim();
    expect(
      (await post(`${own.url}/api/event`, { type: 'x' }, { authorization: `Bearer ${fresh}` })).status,
    ).toBe(202);
    await own.haveLines(2);
    await own.end();
    await its.stop();
  });
});

describe('ports', () => {
  it('are tried from 7820 on, and one that was asked for and is taken is told', async () => {
    const one = runCli(place, ['relay', '--name', 'ports']);
    const two = runCli(place, ['relay', '--name', 'ports']);
    const ports = [];
    for (const relay of [one, two]) ports.push(Number(READY.exec((await relay.haveLines(1))[0] ?? '')?.[2]));
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(port >= 7820 && port <= 7840).toBe(true);
    const taken = runCli(place, ['relay'], { BRIDGE_PORT: String(ports[0]) });
    expect(await taken.exit).toBe(1);
    expect(taken.stdout()).toBe('');
    expect(taken.stderr()).toContain(
      `port ${ports[0]} on 127.0.0.1 is in use; choose another one with BRIDGE_PORT`,
    );
    await Promise.all([one.end(), two.end()]);
  });
});

describe('a slip', () => {
  it.each<[boolean, Record<string, string>, string]>([
    [true, { BRIDGE_HOST: '0.0.0.0' }, '--open is for loopback only'],
    [true, { BRIDGE_HOST: 'example.com' }, '--open is for loopback only'],
    [true, { BRIDGE_TOKEN: 'secret' }, 'leave one of them out'],
    [false, { BRIDGE_TOKEN: 'sec ret' }, 'BRIDGE_TOKEN has blanks'],
    [false, { BRIDGE_PORT: '7x' }, 'BRIDGE_PORT is "7x"'],
    [false, { BRIDGE_PORT: '70000' }, 'BRIDGE_PORT is "70000"'],
    [false, { BRIDGE_PREFIX: 'two\nlines' }, 'BRIDGE_PREFIX is'],
    [false, { BRIDGE_CLIENT: '/nowhere/page.html' }, 'there is no file /nowhere/page.html'],
  ])('open %j with %j is told', (open, env, words) => {
    expect(() => relaySettings(env, { open, home: '/nowhere' })).toThrow(words);
    expect(() => relaySettings(env, { open, home: '/nowhere' })).not.toThrow('sec ret');
  });

  it('ends the command with 2, before anything is printed', async () => {
    const others = { ...place, env: { ...place.env, BRIDGE_HOST: '0.0.0.0' } };
    for (const [where, args, words] of [
      [others, ['--open'], '--open is for loopback only, and others can reach "0.0.0.0"'],
      [place, ['--name', 'group:all'], '--name is "group:all"'],
    ] as const) {
      const { code, stdout, stderr } = await hookline(where, 'relay', ...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(words);
    }
  });

  it('empty variables are none', () => {
    const env = { BRIDGE_HOST: '', BRIDGE_PORT: '', BRIDGE_TOKEN: '', BRIDGE_PREFIX: '', BRIDGE_CLIENT: '' };
    const { ports, ...rest } = relaySettings(env, { open: false, home: '/h' });
    expect(rest).toEqual({ prefix: 'MSG::', host: '127.0.0.1', keys: { home: '/h' }, page: undefined });
    expect([ports[0], ports.at(-1), ports.length]).toEqual([7820, 7840, 21]);
    expect(relaySettings({ BRIDGE_PORT: '0' }, { open: true, home: '/h' }).ports).toEqual([0]);
  });
});
