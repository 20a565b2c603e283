// The daemon proves who it is: to a fresh question, on one connection, without giving anything away.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokens, newChallenge, proofOf, rotateTokens } from '../../src/auth/index.ts';
import { connectProven, type Proven, request } from '../../src/cli/proven.ts';
import { makePlace } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());

const ask = (query: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${daemon.url}/api/proof${query}`, init);
const claimOf = (challenge: string, port = daemon.port) => ({
  challenge,
  pid: process.pid,
  address: '127.0.0.1',
  port,
});

describe('the question', () => {
  it('is answered without a token, with what only its holder can work out', async () => {
    const [one, two] = [newChallenge(), newChallenge()];
    const proof = proofOf(daemon.token, claimOf(one));
    expect(await (await ask(`?challenge=${one}`)).json()).toEqual({ proof });
    expect(await (await ask(`?challenge=${two}`)).json()).not.toEqual({ proof });
    expect(proof).not.toBe(proofOf(daemon.hookToken, claimOf(one)));
    expect(proof).not.toBe(proofOf(daemon.token, claimOf(one, daemon.port + 1)));
    expect(proof).not.toBe(proofOf(daemon.token, { ...claimOf(one), pid: process.pid + 1 }));
    expect(proof).not.toBe(proofOf(daemon.token, { ...claimOf(one), address: '127.0.0.2' }));
  });

  it.each([
    '',
    '?challenge=',
    `?challenge=${'a'.repeat(63)}`,
    `?challenge=${'a'.repeat(65)}`,
    `?challenge=${'A'.repeat(64)}`,
    `?challenge=${'g'.repeat(64)}`,
    `?challenge=${'a'.repeat(64)}%0a`,
    `?challenge=${'a'.repeat(64)}&challenge=${'b'.repeat(64)}`,
    `?challenge=${'a'.repeat(64)}&more=1`,
  ])('%j is refused', async query => {
    const answer = await ask(query);
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      'invalid_query',
    ]);
  });

  it('passes the gate like every other, and can only be asked', async () => {
    const query = `?challenge=${newChallenge()}`;
    expect((await ask(query, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask(query, { method: 'POST' })).status).toBe(405);
  });
});

describe('whoever asks', () => {
  const get = async (proven: Proven, { url }: TestDaemon): Promise<number> => {
    const headers = { authorization: `Bearer ${proven.token}` };
    return (await request(proven, new URL('/api/sessions', url), { headers })).status;
  };

  it.each([
    ['127.0.0.1', {}],
    ['every address there is', { host: '0.0.0.0' }],
    ['every address of both families', { host: '::' }],
    ['loopback, without tokens', { auth: false }],
  ])('gets a connection to use when it listens on %s', async (_where, config) => {
    const other = await startTestDaemon({ config });
    const proven = await connectProven(other.home, { url: other.url, pid: process.pid });
    expect(proven.token).toBe(other.token);
    expect(await get(proven, other)).toBe(200);
    await other.stop();
  });

  it('gets none when it is another process, or has another token', async () => {
    const { url, home } = daemon;
    await expect(connectProven(home, { url, pid: process.pid + 1 })).rejects.toMatchObject({
      doubt: 'wrong proof',
    });
    const { hooklineHome } = makePlace();
    loadTokens(hooklineHome);
    await expect(connectProven(hooklineHome, { url, pid: process.pid })).rejects.toMatchObject({
      doubt: 'wrong proof',
    });
    await expect(connectProven(makePlace().hooklineHome, { url, pid: process.pid })).rejects.toMatchObject({
      doubt: 'no token',
    });
  });

  it('has the new token when the tokens are replaced between the question and the answer', async () => {
    const { hooklineHome } = makePlace();
    const { main: old } = loadTokens(hooklineHome);
    const server = http.createServer((asked, response) => {
      const { main } = rotateTokens(hooklineHome);
      const challenge = asked.url?.split('=')[1] ?? '';
      const { localAddress: address = '', localPort: port = 0 } = asked.socket;
      const proof = proofOf(main, { challenge, pid: 1, address, port });
      const body = JSON.stringify({ proof });
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { token, socket } = await connectProven(hooklineHome, { url, pid: 1 });
    expect(token).toBe(loadTokens(hooklineHome).main);
    expect(token).not.toBe(old);
    socket.destroy();
    server.close();
  });
});
