// A browser that was let in to look, against a running daemon: it reads what there is, and can do nothing.
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/asyncapi/reference.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let cookie: string;

beforeAll(async () => {
  daemon = await startTestDaemon({});
  const made = await ask('POST', '/api/ticket?readOnly=true', { authorization: `Bearer ${daemon.token}` });
  const { ticket } = (await made.json()) as { ticket: string };
  const login = await ask(
    'POST',
    '/api/login',
    { 'content-type': 'application/json' },
    JSON.stringify({ ticket }),
  );
  expect(login.status).toBe(200);
  cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
});

const ask = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Response> =>
  fetch(daemon.url + path, { method, headers, ...(body === undefined ? {} : { body }) });

const guarded = ROUTES.filter(({ needs }) => !['none', 'ticket', 'secret'].includes(needs));

it.each(guarded)('$method $path needs $needs', async ({ method, path, needs }) => {
  const target = path.replace(/:\w+/g, 'nobody');
  const hasBody = ['POST', 'PUT'].includes(method);
  const headers = { cookie, ...(hasBody ? { 'content-type': 'application/json' } : {}) };
  const { status } = await ask(method, target, headers, hasBody ? '{}' : undefined);
  if (needs === 'read' || needs === 'cookie') expect(status).not.toBeOneOf([401, 403]);
  else expect(status).toBeOneOf([401, 403]);
});

it('sees the page itself, and not how to log in', async () => {
  const page = async (headers: Record<string, string>): Promise<string> =>
    (await ask('GET', '/', headers)).text();
  expect(await page({ cookie })).not.toBe(await page({}));
});

it.each(['?readOnly=yes', '?readOnly=', '?readonly=true'])(
  'is not asked for by halves: %s makes no ticket',
  async query => {
    const { status } = await ask('POST', `/api/ticket${query}`, { authorization: `Bearer ${daemon.token}` });
    expect(status).toBe(400);
  },
);

describe('on the WebSocket', () => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(daemon, { headers: { cookie, origin: daemon.url } });
  });

  it('follows what happens', async () => {
    await client.ask({ type: 'subscribe', topics: ['tool.*'] });
    const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
    const hook = { session_id: 's1', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_use_id: 't1' };
    await ask('POST', '/hook', headers, JSON.stringify(hook));
    expect(await client.waitFor('tool.use')).toMatchObject({ sessionId: 's1' });
  });

  it('sends nothing', async () => {
    const answer = await client.ask({ type: 'send_message', to: 'backend', message: 'hello' });
    expect(answer).toMatchObject({ type: 'error', code: 'forbidden' });
    const read = await ask('GET', '/api/messages', { cookie });
    expect(await read.json()).toEqual({ messages: [], hasMore: false });
  });
});
