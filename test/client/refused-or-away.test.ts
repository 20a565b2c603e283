// Why a connection does not stand: what is final ends the client, what passes does not, and both are said as they are.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { clientOf } from './support.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { connections: 1 } });
});

/** The reason a client has for waiting. */
async function reasonOf(address: { port: number; token: string }, options: Partial<ConnectOptions>) {
  const client = clientOf(address, options);
  client.on('**', () => {}).done.catch(() => {});
  await until('it waits', () => client.status.state === 'waiting');
  return client.status.reason;
}

describe('a daemon that holds as many connections as it may', () => {
  it('lets a client with its token in the URL wait, and then in', async () => {
    const first = clientOf(daemon);
    await first.getSessions();
    const url = `ws://${daemon.host}/ws?token=${daemon.token}`;
    const second = clientOf(daemon, { url, token: undefined });
    const asked = second.getSessions();
    await until('it tried', () => second.status.failures > 1);
    first.close();
    await expect(asked).resolves.toEqual([]);
    second.close();
  });

  it('is not said to be away', async () => {
    const first = clientOf(daemon);
    await first.getSessions();
    expect(await reasonOf(daemon, {})).toMatch(/^a daemon answers at http:.*limits\.connections/);
    first.close();
  });
});

describe('a URL', () => {
  it('with a wrong token is refused for good', async () => {
    const client = clientOf(daemon, { url: `ws://${daemon.host}/ws?token=wrong`, token: undefined });
    await expect(client.getSessions()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('with a wrong path is said to be one', async () => {
    expect(await reasonOf(daemon, { url: `ws://${daemon.host}/nope` })).toBe(
      `a daemon answers at ${daemon.url}, but there is no WebSocket at /nope; it is at /ws`,
    );
  });

  it('where nobody is is named without the token in it', async () => {
    const url = 'ws://127.0.0.1:1/ws?token=secret';
    expect(await reasonOf(daemon, { url })).toBe('no daemon answers at ws://127.0.0.1:1/ws');
  });
});

describe('an answer', () => {
  let server: http.Server;
  afterEach(() => server.close());

  it.each([
    [503, '{"error":{"code":"draining","message":"the daemon is stopping"}}', '503: the daemon is stopping'],
    [502, '<h1>Bad gateway</h1>', '502'],
  ])('of %i is told as it is', async (status, body, words) => {
    server = http.createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await reasonOf({ port, token: 't' }, {})).toBe(`http://127.0.0.1:${port} answered ${words}`);
  });
});

it('a request that had no answer in time says why', async () => {
  const client = clientOf({ port: 1, token: 't' });
  client.on('**', () => {});
  await until('it waits', () => client.status.state === 'waiting');
  await expect(client.getSessions({ timeoutMs: 5 })).rejects.toMatchObject({
    name: 'TimeoutError',
    code: 'timeout',
    message:
      'the request get_session_list had no answer within 5 ms: no daemon answers at ws://127.0.0.1:1/ws',
  });
});
