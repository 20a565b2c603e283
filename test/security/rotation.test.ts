// `token rotate` while the daemon runs: what was connected is sent away, what was known is worth nothing.
import { expect, test } from 'vitest';
import { rotateTokens } from '../../src/auth/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { connect, handshake } from '../support/ws.ts';

const post = (daemon: TestDaemon, target: string, token: string): Promise<Response> =>
  fetch(`${daemon.url}${target}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

test('connections end with 4401, streams end, old tokens, tickets and cookies die, new ones work', async () => {
  const daemon = await startTestDaemon();
  const old = { token: daemon.token, hookToken: daemon.hookToken };
  const clients = await Promise.all([connect(daemon), connect(daemon)]);
  const stream = await daemon.get('/events');
  const streamed = stream.text();
  const { ticket } = (await (await post(daemon, '/api/ticket', old.token)).json()) as { ticket: string };
  const login = (body: object): Promise<Response> =>
    fetch(`${daemon.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const spare = (await (await post(daemon, '/api/ticket', old.token)).json()) as { ticket: string };
  const cookie = (await login({ ticket: spare.ticket })).headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await fetch(`${daemon.url}/api/sessions`, { headers: { cookie } })).status).toBe(200);

  const rotated = await post(daemon, '/api/token/rotate', old.token);
  expect(rotated.status).toBe(200);
  const said = await rotated.text();

  for (const client of clients) {
    const { code, reason } = await client.closed;
    expect(code).toBe(4401);
    expect(reason).not.toBe('');
  }
  await streamed;
  expect(daemon.token).not.toBe(old.token);
  expect(daemon.hookToken).not.toBe(old.hookToken);
  expect(said).not.toContain(daemon.token);
  expect(said).not.toContain(daemon.hookToken);

  expect(
    (await fetch(`${daemon.url}/api/sessions`, { headers: { authorization: `Bearer ${old.token}` } })).status,
  ).toBe(401);
  expect(
    (
      await daemon.post(
        { session_id: 's', hook_event_name: 'Stop' },
        { authorization: `Bearer ${old.hookToken}` },
      )
    ).status,
  ).toBe(401);
  expect((await handshake(daemon, [`Host: ${daemon.host}`], `/ws?token=${old.token}`)).status).toBe(401);
  expect((await login({ ticket })).status).toBe(401);
  expect((await fetch(`${daemon.url}/api/sessions`, { headers: { cookie } })).status).toBe(401);

  await daemon.hook('Stop');
  (await connect(daemon)).close();
  await daemon.stop();
});

test('only a token that may control can rotate', async () => {
  const daemon = await startTestDaemon();
  expect((await post(daemon, '/api/token/rotate', daemon.hookToken)).status).toBe(403);
  expect((await post(daemon, '/api/token/rotate', 'nonsense')).status).toBe(401);
  await daemon.stop();
});

test('files that were replaced behind the daemon count only after it was told or restarted', async () => {
  const daemon = await startTestDaemon();
  const { token } = daemon;
  rotateTokens(daemon.home);
  expect((await daemon.get('/api/sessions', { authorization: `Bearer ${token}` })).status).toBe(200);
  await daemon.stop();
});
