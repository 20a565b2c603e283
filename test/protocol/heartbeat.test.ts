// The heartbeat: pings, the patience with who does not answer them, and the peace of who does.
import { afterEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

let daemon: TestDaemon;
afterEach(() => daemon.stop());

test('a client that answers its pings is never closed, however idle', async () => {
  daemon = await startTestDaemon({
    limits: { pingEveryMs: 100, pongTimeoutMs: 400, positionEveryMs: 600_000 },
  });
  const client = await connect(daemon);
  let pings = 0;
  client.socket.on('ping', () => {
    pings++;
  });
  await until('it was pinged four times', () => pings >= 4);
  expect(client.frames).toHaveLength(1);
  expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
});

test('one that answers none is closed with 4410, although it talks', async () => {
  daemon = await startTestDaemon({ limits: { pingEveryMs: 100, pongTimeoutMs: 400 } });
  const client = await connect(daemon, { autoPong: false });
  const chatter = setInterval(() => client.send({ type: 'ping' }), 200);
  const { code, reason } = await client.closed;
  clearInterval(chatter);
  expect(code).toBe(4410);
  expect(reason).not.toBe('');
});

test('one that vanished without a word is forgotten', async () => {
  daemon = await startTestDaemon({ limits: { pingEveryMs: 100, pongTimeoutMs: 400 } });
  const client = await connect(daemon);
  // Neither reads nor writes nor closes, like a machine that lost its network.
  client.socket.pause();
  await until('its socket is gone', () => daemon.sockets().every(socket => socket.destroyed));
  client.close();
});

test('a client may ping too', async () => {
  daemon = await startTestDaemon();
  const client = await connect(daemon);
  const answer = new Promise(resolve => client.socket.once('pong', data => resolve(String(data))));
  client.socket.ping('are you there');
  expect(await answer).toBe('are you there');
});

test('pings by the thousand from a client that does not read are not answered into memory', async () => {
  daemon = await startTestDaemon();
  const client = await connect(daemon);
  client.socket.pause();
  const [socket] = daemon.sockets();
  let most = 0;
  // More than two kernels buffer between them; ws ends the connection when too many pongs wait.
  for (let round = 0; round < 200 && !socket?.destroyed; round++) {
    for (let sent = 0; sent < 1000; sent++) client.socket.ping('x'.repeat(125));
    await new Promise(resolve => setImmediate(resolve));
    most = Math.max(most, socket?.writableLength ?? 0);
  }
  expect(most).toBeLessThan(64 * 1024);
  client.close();
});
