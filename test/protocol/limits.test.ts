// Clients that ask for too much: how they are told, how they are closed, and that others do not notice.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect, handshake } from '../support/ws.ts';

let daemon: TestDaemon;
afterEach(() => daemon.stop());
async function start(limits: TestDaemonOptions['limits'] = {}): Promise<Client> {
  daemon = await startTestDaemon({ limits });
  return connect(daemon);
}

describe('frames', () => {
  test('64 KiB is fine, one byte more is 1009', async () => {
    const client = await start();
    const empty = JSON.stringify({ type: 'ping', id: 1, pad: '' }).length;
    const sized = (bytes: number) => JSON.stringify({ type: 'ping', id: 1, pad: 'x'.repeat(bytes - empty) });
    client.send(sized(65_536));
    expect(await client.waitFor('pong')).toMatchObject({ id: 1 });
    client.send(sized(65_537));
    expect((await client.closed).code).toBe(1009);
  });

  test('fragments count together', async () => {
    const client = await start();
    for (let part = 0; part < 5; part++) client.socket.send('x'.repeat(16_384), { fin: part === 4 });
    expect((await client.closed).code).toBe(1009);
  });

  test('a message in a few fragments is one message, in thousands it is an attack', async () => {
    const client = await start();
    const text = JSON.stringify({ type: 'ping', id: 'parts' });
    for (const [at, part] of [text.slice(0, 5), text.slice(5, 9), text.slice(9)].entries())
      client.socket.send(part, { fin: at === 2 });
    expect(await client.waitFor('pong')).toMatchObject({ id: 'parts' });
    for (let part = 0; part < 2000; part++) client.socket.send('', { fin: false });
    expect((await client.closed).code).toBe(1008);
  });

  test('binary is 1003', async () => {
    const client = await start();
    client.socket.send(Buffer.from('{"type":"ping"}'));
    const { code, reason } = await client.closed;
    expect(code).toBe(1003);
    expect(reason).not.toBe('');
  });

  test('text that is not UTF-8 is 1007', async () => {
    const client = await start();
    client.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await client.closed).code).toBe(1007);
  });
});

describe('messages', () => {
  test('100 in 10 s are served, the next hundred are answered rate_limited with their id, then 4429', async () => {
    const client = await start();
    for (let id = 1; id <= 201; id++)
      client.send(id % 2 === 0 ? { type: 'ping', id } : { type: 'get_session_list', id });
    expect(await client.closed).toMatchObject({ code: 4429 });
    const replies = client.frames.slice(1);
    expect(replies.map(reply => reply['id'])).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    expect(replies.slice(0, 100).filter(reply => reply.type === 'error')).toEqual([]);
    for (const reply of replies.slice(100))
      expect(reply).toMatchObject({ type: 'error', code: 'rate_limited' });
  });

  test('the same behind a question that takes a while: a client that reads is not told that it does not', async () => {
    const client = await start();
    await daemon.emit(300, { data: { pad: 'x'.repeat(3000) } });
    // In one packet, so that all of them come before the first answer is ready.
    const { _socket: socket } = client.socket as unknown as { _socket: Socket };
    socket.cork();
    client.send({ type: 'get_session_history', sessionId: 's1', limit: 1000, id: 0 });
    for (let id = 1; id <= 150; id++) client.send({ type: 'ping', id });
    socket.uncork();
    await client.waitFor(frame => frame['id'] === 150);
    const replies = client.frames.slice(1);
    expect(replies.map(reply => reply['id'])).toEqual(Array.from({ length: 151 }, (_, at) => at));
    expect(replies.filter(reply => reply['code'] === 'rate_limited')).toHaveLength(51);
  });

  test('rubbish counts too, and is told to slow down like the rest', async () => {
    const client = await start();
    for (let sent = 0; sent < 150; sent++) client.send('rubbish');
    await until('all were answered', () => client.frames.length === 151);
    expect(client.frames.slice(1).map(reply => reply['code'])).toEqual([
      ...Array.from({ length: 100 }, () => 'invalid_json'),
      ...Array.from({ length: 50 }, () => 'rate_limited'),
    ]);
  });

  test('the window slides: whoever waits is served again', async () => {
    const client = await start({ rateWindowMs: 500 });
    for (let id = 1; id <= 101; id++) client.send({ type: 'ping', id });
    await client.waitFor(frame => frame['code'] === 'rate_limited');
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('each connection has its own', async () => {
    const loud = await start();
    const quiet = await connect(daemon);
    for (let id = 1; id <= 150; id++) loud.send({ type: 'ping', id });
    await loud.waitFor(frame => frame['code'] === 'rate_limited');
    expect(await quiet.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('events still come while messages are refused', async () => {
    const client = await start();
    await client.ask({ type: 'subscribe', topics: ['test.*'] });
    for (let id = 1; id <= 110; id++) client.send({ type: 'ping', id });
    await client.waitFor(frame => frame['code'] === 'rate_limited');
    await daemon.emit(1);
    await client.waitFor('test.tick');
  });
});

describe('connections', () => {
  test('one too many is answered 503 and told why, and there is room again when one leaves', async () => {
    const first = await start({ connections: 2 });
    const second = await connect(daemon);
    const lines = [`Host: ${daemon.host}`, `Authorization: Bearer ${daemon.token}`];
    const third = await handshake(daemon, lines);
    expect([third.status, third.code]).toEqual([503, 'too_many_connections']);
    expect(third.message).toContain('limits.connections');
    expect((await daemon.get('/events')).status).toBe(503);
    expect((await handshake(daemon, [`Host: ${daemon.host}`])).status).toBe(401);
    second.close();
    await until('there is room', async () => (await handshake(daemon, lines)).status === 101);
    expect(await first.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('fifty at once against a limit of ten: ten are let in', async () => {
    await start({ connections: 10 });
    const lines = [`Host: ${daemon.host}`, `Authorization: Bearer ${daemon.token}`];
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => connect(daemon)));
    expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(9);
    expect((await handshake(daemon, lines)).status).toBe(503);
  });
});

describe('a stop', () => {
  test('says 1001 to everybody, ends streams, and refuses newcomers', async () => {
    const clients = [await start(), await connect(daemon)];
    const stream = (await daemon.get('/events')).text();
    await daemon.daemon.stop();
    for (const client of clients) expect((await client.closed).code).toBe(1001);
    await stream;
    await expect(fetch(`${daemon.url}/health`)).rejects.toThrow();
  });

  test('is not held up by a client that does not read or answer', async () => {
    const client = await start();
    await client.ask({ type: 'subscribe', topics: ['**'] });
    client.socket.pause();
    await daemon.emit(100, { data: { pad: 'x'.repeat(60_000) } });
    const before = performance.now();
    await daemon.daemon.stop();
    expect(performance.now() - before).toBeLessThan(8000);
    expect(daemon.sockets().length).toBe(0);
    client.close();
  });
});
