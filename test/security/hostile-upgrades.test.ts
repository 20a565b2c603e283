// Connections that misbehave at every stage of an upgrade: the daemon stands, answers, and lets go of their sockets.
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect, exchange, upgradeRequest } from '../support/ws.ts';

let daemon: TestDaemon;
const uncaught: unknown[] = [];
const note = (error: unknown): void => {
  uncaught.push(error);
};
beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note);
  daemon = await startTestDaemon();
});
afterAll(() => {
  process.off('uncaughtExceptionMonitor', note);
  expect(uncaught).toEqual([]);
});

const host = (): string => `Host: ${daemon.host}`;
const bearer = (): string => `Authorization: Bearer ${daemon.token}`;
const h2c = (): string => `GET /ws HTTP/1.1\r\n${host()}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
const good = (): string => upgradeRequest([host(), bearer()]);

/** What it looks like when all is well: an answer, and no socket that nobody uses. */
async function standsWith(connections = 0): Promise<void> {
  await until('the daemon is well and counts its clients right', async () => {
    const health = await fetch(`${daemon.url}/health`, { headers: { connection: 'close' } });
    const told = (await health.json()) as { status: string; connections: number };
    return told.status === 'ok' && told.connections === connections;
  });
  await until('the daemon let go of every socket', () => daemon.sockets().length <= connections);
}

/** Connects, writes, and resets the connection at the moment given. */
function reset(bytes: string, when: 'connected' | 'written' | 'answered'): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(daemon.port, '127.0.0.1');
    const go = (): void => {
      socket.resetAndDestroy();
    };
    socket.on('close', () => resolve());
    socket.on('error', error =>
      (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? resolve() : reject(error),
    );
    socket.on('connect', () => {
      if (when === 'connected') return go();
      socket.write(bytes, () => (when === 'written' ? go() : undefined));
    });
    socket.on('data', go);
  });
}

const BYTES: readonly [string, () => string][] = [
  ['h2c', h2c],
  ['half a request', () => good().slice(0, 60)],
  ['a stranger', () => upgradeRequest([host()])],
  ['a foreign origin', () => upgradeRequest([host(), bearer(), 'Origin: http://evil.example'])],
  ['a bad key', () => good().replace('dGhlIHNhbXBsZSBub25jZQ==', 'short')],
  ['a good one', good],
  ['a good one with a frame behind it', () => `${good()}\x81\x80....`],
  ['a good one with rubbish behind it', () => `${good()}${'\xff'.repeat(2000)}`],
];

describe.each(BYTES)('%s', (_name, bytes) => {
  test.each(['connected', 'written', 'answered'] as const)('reset when %s, fifty at once', async when => {
    // Half a request is never answered: there is nothing to wait for.
    const moment = bytes().includes('\r\n\r\n') ? when : 'written';
    await Promise.all(Array.from({ length: 50 }, () => reset(bytes(), moment)));
    await standsWith();
  });
});

describe('fifty at once that never go away by themselves', () => {
  test.each<[string, () => string]>([
    ['h2c', h2c],
    ['strangers', () => upgradeRequest([host()])],
    ['a wrong path', () => upgradeRequest([host(), bearer()], '/nowhere')],
    ['a bad key', () => good().replace('dGhlIHNhbXBsZSBub25jZQ==', 'short')],
    ['an old version', () => good().replace('Version: 13', 'Version: 7')],
    ['a POST', () => good().replace('GET', 'POST')],
  ])('%s: answered, and the socket closed from our side', async (_name, bytes) => {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = net.connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {});
      socket.resume();
      socket.write(bytes());
      return socket;
    });
    await standsWith();
    for (const socket of sockets) socket.destroy();
  });

  test('clients that do not read their refusal', async () => {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = net.connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {});
      socket.pause();
      socket.write(upgradeRequest([host()]));
      return socket;
    });
    await standsWith();
    for (const socket of sockets) socket.destroy();
  });
});

test('a client that half-closes right behind its handshake is let go', async () => {
  const socket = net.connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.resume();
  socket.end(good());
  await standsWith();
  socket.destroy();
});

test('an upgrade asked on a hook call is refused in plain words', async () => {
  const lines = [host(), `Authorization: Bearer ${daemon.hookToken}`, 'Content-Length: 2'];
  const answer = await exchange(
    daemon.port,
    `${h2c().replace('GET /ws', 'POST /hook').trim()}\r\n${lines.slice(1).join('\r\n')}\r\n\r\n{}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 (403|404) /);
});

test.each<[string, () => Buffer | string]>([
  ['garbage bytes', () => Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256))],
  ['a TLS hello', () => Buffer.from('16030100c8010000c40303', 'hex')],
  ['a header of 64 KiB', () => good().replace('\r\n\r\n', `\r\nX-Big: ${'x'.repeat(65_536)}\r\n\r\n`)],
  ['3,000 headers', () => good().replace('\r\n\r\n', `\r\n${'X-Many: 1\r\n'.repeat(3000)}\r\n`)],
  ['a header name with a space', () => good().replace('Upgrade: w', 'Up grade: w')],
  ['a bare line feed smuggled into a header', () => good().replace('Host:', 'X: a\nHost: evil\nY:')],
  [
    'two lengths',
    () => `POST /hook HTTP/1.1\r\n${host()}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
  ],
  [
    'a length and chunks',
    () =>
      `POST /hook HTTP/1.1\r\n${host()}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
])('%s: refused with 4xx and closed', async (_name, bytes) => {
  const answer = await exchange(daemon.port, bytes());
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  await standsWith();
});

test('an upgrade pipelined behind a request that is not answered yet harms nobody else', async () => {
  const first = `GET /api/snapshot HTTP/1.1\r\n${host()}\r\n${bearer()}\r\n\r\n`;
  await exchange(daemon.port, first + good(), text => text.includes('HTTP/1.1 101'));
  await standsWith();
});

test('messages that come in one packet with the handshake are answered', async () => {
  const text = JSON.stringify({ type: 'ping', id: 'early' });
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  const answer = await exchange(daemon.port, Buffer.concat([Buffer.from(good()), frame]), all =>
    all.includes('"pong"'),
  );
  expect(answer.indexOf('"snapshot"')).toBeGreaterThan(0);
  expect(answer.indexOf('"pong"')).toBeGreaterThan(answer.indexOf('"snapshot"'));
  await standsWith();
});

test('through all of it a well-behaved client stays connected', async () => {
  const client = await connect(daemon);
  await Promise.all(BYTES.flatMap(([, bytes]) => [reset(bytes(), 'written'), reset(bytes(), 'connected')]));
  expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  await standsWith(1);
  client.close();
  await standsWith();
});
