// Whatever happens, a token is in no answer, no log line, no error and no event.
import { expect, test } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';
import { connect, exchange, handshake, upgradeRequest } from '../support/ws.ts';

test('good, bad and broken requests leave no trace of a token', async () => {
  const daemon = await startTestDaemon();
  const { token, hookToken, host, port } = daemon;
  const seen: string[] = [];
  const ask = async (target: string, init: RequestInit = {}): Promise<void> => {
    const answer = await fetch(`${daemon.url}${target}`, { signal: AbortSignal.timeout(5000), ...init });
    seen.push(JSON.stringify([...answer.headers]), target.startsWith('/events') ? '' : await answer.text());
    if (target.startsWith('/events')) await answer.body?.cancel();
  };
  for (const one of [token, hookToken]) {
    const headers = { authorization: `Bearer ${one}` };
    for (const target of [
      '/health',
      '/metrics',
      '/api/snapshot',
      '/api/events',
      '/events',
      '/nowhere',
      '/',
      '/docs',
    ])
      await ask(`${target}?token=${one}`, { headers });
    await ask(`/nowhere/${one}`);
    await ask(`/api/events?${one}=1`, { headers: { authorization: `Bearer ${token}` } });
    await ask(`/api/events?limit=nonsense&token=${one}`, { headers });
    await ask('/hook', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: 'no',
    });
    await ask('/api/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"ticket":"x"}',
    });
    for (const line of [
      `Origin: http://${one}`,
      `Sec-WebSocket-Protocol: hookline.v1, bearer.${one}`,
      'Upgrade: h2c',
    ]) {
      seen.push(
        (await handshake(daemon, [`Host: ${host}`, line], `/ws?token=${one}`)).text.split('\r\n\r\n')[0] ??
          '',
      );
    }
    seen.push(await exchange(port, upgradeRequest([`Host: ${one}`])));
    seen.push(await exchange(port, `GET /${one} HTTP/9.9\r\n\r\n`));
  }
  const client = await connect(daemon, { path: `/ws?token=${token}`, headers: {} });
  await client.ask({ type: 'subscribe', topics: ['**'] });
  // A session that prints its environment: the daemon's own token would be in the payload.
  await daemon.hook('PostToolUse', {
    tool_use_id: 't',
    tool_name: 'Bash',
    tool_response: `Bearer ${token} ${hookToken}`,
  });
  await client.waitFor('tool.result');
  client.send('{not json');
  await client.waitFor('error');
  for (const asked of [{ type: token }, { type: 'subscribe', topics: [`${token}!`] }])
    expect(await client.ask(asked)).toMatchObject({
      type: 'error',
      message: expect.stringContaining('[redacted:'),
    });
  const unknown = await client.ask({ type: 'get_session_history', sessionId: token });
  expect(unknown['message']).toContain('[redacted:');
  client.close();
  const history = await daemon.get('/api/events?limit=1000');
  seen.push(
    await history.text(),
    JSON.stringify(client.frames),
    ...daemon.logged,
    process.title,
    ...process.argv,
  );
  for (const text of seen) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(hookToken);
  }
  await daemon.stop();
});
