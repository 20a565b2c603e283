// The benchmarks' client counts and times every event once, however the network cuts what comes.
import net from 'node:net';
import { expect, it } from 'vitest';
import { Reader } from '../../bench/support/load.ts';
import { until } from '../support/until.ts';

it.each([1, 7, 64, 4096])('in pieces of %i bytes', async size => {
  const event = () =>
    `{"type":"hook","timestamp":1,"data":{"sentAt":"${performance.timeOrigin + performance.now()}"}}`;
  const server = net.createServer(socket => {
    socket.setNoDelay(true).once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n{"type":"snapshot"}');
      void (async () => {
        await told;
        const text = Array.from({ length: 50 }, event).join('..');
        for (let at = 0; at < text.length; at += size) {
          socket.write(text.slice(at, at + size));
          // A piece by itself: what is written at once would be sent as one.
          if (size > 1 || at % 3 === 0) await new Promise(setImmediate);
        }
      })();
    });
  });
  let tell: () => void = () => {};
  const told = new Promise<void>(resolve => {
    tell = resolve;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const reader = new Reader({ port: (server.address() as net.AddressInfo).port, token: '' }, undefined, true);
  await reader.ready;
  tell();
  await reader.received(50);
  await until('all were timed', () => reader.delays.length === 50);
  expect(reader.count).toBe(50);
  expect(reader.delays.every(ms => ms > -1 && ms < 60_000)).toBe(true);
  reader.close();
  server.close();
});
