// Bytes that are no HTTP request get a refusal in the usual shape, and the socket is let go.
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());

/** Everything the daemon says until it closes the connection. */
function say(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(daemon.port, '127.0.0.1', () => socket.write(bytes));
    let said = '';
    socket.setEncoding('utf8').on('data', text => {
      said += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
  });
}

test.each([
  ['not a request line', 'hello\r\n\r\n', 400, 'bad_request'],
  [
    'two lengths',
    `POST /hook HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    400,
    'bad_request',
  ],
  ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('%s', async (_, bytes, status, code) => {
  const said = await say(bytes);
  expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).toEqual({
    error: { code, message: expect.stringMatching(/\w{4}/) },
  });
});

test('behind an answer there is no second one', async () => {
  const socket = net.connect(daemon.port, '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', text => {
    said += text;
    socket.write('\0\0\r\n\r\n');
  });
  socket.write(`GET /health HTTP/1.1\r\nHost: ${daemon.host}\r\n\r\n`);
  await once(socket, 'close');
  expect(said).toContain('"status":"ok"');
  expect(said).not.toContain('bad_request');
});
