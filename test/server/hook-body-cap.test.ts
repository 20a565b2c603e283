// The cap on a hook's body: 16 MiB by default, told by its length or found out by counting, and no memory for more.
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Answer, request } from '../support/ws.ts';

const MIB = 1024 * 1024;

/** A payload of exactly this many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ session_id: 's1', hook_event_name: 'Big', pad: '' });
  return empty.replace('"pad":""', `"pad":"${'x'.repeat(bytes - empty.length)}"`);
}

async function expectTooLarge(answer: Response): Promise<void> {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([413, 'payload_too_large']);
  expect(error.message).toContain('limits.hookBodyBytes');
}

const chunked = (daemon: TestDaemon, pieces: readonly string[]): Promise<Answer> =>
  request(
    daemon.port,
    'POST /hook HTTP/1.1',
    [
      `Host: ${daemon.host}`,
      `Authorization: Bearer ${daemon.hookToken}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ],
    [...pieces, ''].map(piece => `${piece.length.toString(16)}\r\n${piece}\r\n`).join(''),
  );

describe('16 MiB by default', () => {
  test('that much is taken, one byte more is not', async () => {
    const daemon = await startTestDaemon();
    expect((await daemon.post(bodyOf(16 * MIB))).status).toBe(202);
    await expectTooLarge(await daemon.post(bodyOf(16 * MIB + 1)));
    await daemon.stop();
  });
});

describe('1 KiB by configuration', () => {
  test('with a length', async () => {
    const daemon = await startTestDaemon({ limits: { hookBodyBytes: 1024 } });
    expect((await daemon.post(bodyOf(1024))).status).toBe(202);
    await expectTooLarge(await daemon.post(bodyOf(1025)));
    await daemon.stop();
  });

  test('in chunks', async () => {
    const daemon = await startTestDaemon({ limits: { hookBodyBytes: 1024 } });
    const pieces = (bytes: number): string[] => bodyOf(bytes).match(/.{1,100}/gs) ?? [];
    expect((await chunked(daemon, pieces(1024))).status).toBe(202);
    expect(await chunked(daemon, pieces(1025))).toMatchObject({ status: 413, code: 'payload_too_large' });
    await daemon.stop();
  });

  test('a body that never ends is answered while it is still coming, and is not kept', async () => {
    const daemon = await startTestDaemon({ limits: { hookBodyBytes: 1024 } });
    const lines = [
      `Host: ${daemon.host}`,
      `Authorization: Bearer ${daemon.hookToken}`,
      'Content-Type: application/json',
    ];
    const socket = net.connect(daemon.port, '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.write(`POST /hook HTTP/1.1\r\n${lines.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const feeding = setInterval(() => socket.write(chunk), 1);
    await until('the refusal came', () => answer.includes('payload_too_large'));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await until('the daemon closed the connection', () => daemon.sockets().length === 0);
    clearInterval(feeding);
    socket.destroy();
    await daemon.stop();
  });

  test('a length that promises too much is refused before anything is sent', async () => {
    const daemon = await startTestDaemon({ limits: { hookBodyBytes: 1024 } });
    const lines = [
      `Host: ${daemon.host}`,
      `Authorization: Bearer ${daemon.hookToken}`,
      'Content-Type: application/json',
    ];
    const socket = net.connect(daemon.port, '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.write(`POST /hook HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: ${1e15}\r\n\r\n{`);
    await until('the refusal came', () => answer.includes('payload_too_large'));
    await until('the daemon closed the connection', () => daemon.sockets().length === 0);
    socket.destroy();
    await daemon.stop();
  });
});

test('a stranger gets no chance to upload anything', async () => {
  const daemon = await startTestDaemon();
  const answer = await daemon.post(bodyOf(MIB), { authorization: 'Bearer wrong' });
  expect(answer.status).toBe(401);
  await daemon.stop();
});
