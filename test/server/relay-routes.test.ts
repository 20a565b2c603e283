// What relays have, at the daemon: events for a name, and pushes for the clients of relays.
import { beforeAll, describe, expect, it } from 'vitest';
import { addGrant, NewGrant } from '../../src/auth/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { request } from '../support/ws.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  readonly body: any;
}
async function post(target: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${daemon.url}${target}`, { method: 'POST', body, headers });
  return { status: answer.status, body: await answer.json() };
}
const bearer = (token = daemon.token): Record<string, string> => ({ authorization: `Bearer ${token}` });
const event = (body: unknown, query = ''): Promise<Answer> =>
  post(`/api/event${query}`, JSON.stringify(body), bearer());
// biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
const waiting = async (name: string): Promise<any[]> => {
  const answer = await daemon.get(`/api/inbox/${name}`);
  return ((await answer.json()) as { messages: object[] }).messages;
};
const pushed = async (): Promise<object[]> => {
  const answer = await daemon.get('/api/events?topics=relay.pushed');
  return ((await answer.json()) as { events: { data: object }[] }).events.map(({ data }) => data);
};

describe('an event', () => {
  it('is a message for whom it is for, whatever type its body has', async () => {
    const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense', ''];
    for (const type of types) {
      const body = JSON.stringify({ type: 'build', payload: { by: type } });
      const { status, body: said } = await post('/api/event?to=ci', body, {
        ...bearer(),
        'content-type': type,
      });
      expect([status, said]).toEqual([202, { ok: true, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    }
    expect(await waiting('ci')).toMatchObject(
      types.map(by => ({ type: 'build', payload: { by }, from: 'http', via: 'http', to: 'ci' })),
    );
  });

  it('is for bridge when nobody says, needs no payload, and what else is in it is left out', async () => {
    expect((await event({ type: 'ping', to: 'elsewhere', message: 'no' })).status).toBe(202);
    expect(await waiting('bridge')).toMatchObject([{ type: 'ping', payload: null, to: 'bridge' }]);
  });

  it('the token may be in the address', async () => {
    expect((await post(`/api/event?to=b&token=${daemon.token}`, '{"type":"x"}')).status).toBe(202);
    expect((await post(`/api/event?to=b&token=${daemon.hookToken}`, '{"type":"x"}')).status).toBe(403);
    expect((await post('/api/event?to=b', '{"type":"x"}')).status).toBe(401);
  });

  it.each([
    ['', 'the body is not JSON'],
    ['nonsense', 'the body is not JSON'],
    ['null', 'an object with a "type"'],
    ['[]', 'an object with a "type"'],
    ['"type"', 'an object with a "type"'],
    ['{}', 'an object with a "type"'],
    ['{"type":7}', 'an object with a "type"'],
    ['{"type":""}', 'an object with a "type"'],
    [`{"type":"${'x'.repeat(257)}"}`, 'a text of 1 to 256 characters'],
    [`{"type":"x","payload":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'nested more than 256 levels'],
  ])('%# is refused as clients of this door expect it', async (body, words) => {
    for (const target of ['/api/event', '/api/push']) {
      const { status, body: said } = await post(target, body, bearer());
      expect([status, said]).toEqual([400, { error: expect.stringContaining(words) }]);
    }
  });

  it('too much of it is refused, and so is what nobody can be meant by', async () => {
    const { status, body } = await event({ type: 'x', payload: 'y'.repeat(70_000) });
    expect([status, body]).toEqual([413, { error: expect.stringContaining('put it into a file') }]);
    expect((await event({ type: 'x' }, '?to=group:nobody')).status).toBe(404);
    expect((await event({ type: 'x' }, '?to=')).body.error).toContain('the query is not right');
    expect((await event({ type: 'x' }, '?too=b')).body.error).toContain('unknown parameter');
  });

  it('what a refusal quotes shows no secret', async () => {
    const { body } = await post('/api/event', daemon.token, bearer());
    expect(JSON.stringify(body)).not.toContain(daemon.token.slice(0, 20));
  });

  it('a page of another origin, and another host, get nowhere; nor does the cookie of our own page', async () => {
    const token = `Authorization: Bearer ${daemon.token}`;
    const raw = async (...lines: string[]): Promise<number> => {
      const all = [...lines, 'Content-Length: 12'];
      return (await request(daemon.port, 'POST /api/event?to=nobody HTTP/1.1', all, '{"type":"x"}')).status;
    };
    const host = `Host: ${daemon.host}`;
    expect(await raw(host, token, 'Origin: http://evil.example')).toBe(403);
    expect(await raw(host, token, 'Origin: null')).toBe(403);
    expect(await raw('Host: evil.example', token)).toBe(421);
    const ticket = await fetch(`${daemon.url}/api/ticket`, { method: 'POST', headers: bearer() });
    const login = await fetch(`${daemon.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await ticket.json()),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await raw(host, `Cookie: ${cookie}`)).toBe(401);
    expect(await raw(host, token)).toBe(202);
    expect(await waiting('nobody')).toHaveLength(1);
  });
});

describe('a push', () => {
  it('is an event that relays follow, for all of them or those of a name, without its secrets', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const push = (body: object, query = ''): Promise<Answer> =>
      post(`/api/push${query}`, JSON.stringify(body), bearer());
    expect(await push({ type: 'status', payload: { text: `with ${secret}` } })).toEqual({
      ...{ status: 200, body: { ok: true } },
    });
    await push({ type: 'done' }, '?to=ci');
    expect(await pushed()).toEqual([
      { type: 'status', payload: { text: expect.stringMatching(/^with \[redacted:/) } },
      { type: 'done', to: 'ci' },
    ]);
  });
});

describe('a token that was made for somebody', () => {
  it('reaches as far as it was made for', async () => {
    const { token } = addGrant(
      daemon.home,
      NewGrant.parse({ name: 'ci', scopes: ['send'], to: ['deploys'], from: 'ci' }),
      Date.now(),
    );
    await expect
      .poll(async () => (await post('/api/event?to=deploys', '{"type":"x"}', bearer(token))).status)
      .toBe(202);
    expect(await waiting('deploys')).toMatchObject([{ from: 'ci', verified: true }]);
    for (const target of ['/api/event', '/api/event?to=backend', '/api/push', '/api/push?to=backend'])
      expect(await post(target, '{"type":"x"}', bearer(token)), target).toEqual({
        ...{ status: 403, body: { error: expect.stringContaining('the token ci does not reach') } },
      });
    expect((await post('/api/push?to=deploys', '{"type":"x"}', bearer(token))).status).toBe(200);
  });
});
