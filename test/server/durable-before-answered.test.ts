// The first promise of all: whoever is answered, or told of an event, can rely on it being in the log.
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { recordDatabase } from '../support/recorded-disk.ts';
import { connect, exchange } from '../support/ws.ts';

let daemon: TestDaemon | undefined;
afterEach(() => daemon?.stop());

/** Bytes that the daemon has written to anybody, or is about to. */
const written = (): number => daemon?.sockets().reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) ?? 0;

test('until an event is committed, the hook is not answered and no client hears of it', async () => {
  let atCommit: number | undefined;
  const disk = recordDatabase(({ writes }) => {
    if (writes.some(write => write.includes('a rare word'))) atCommit = written();
  });
  daemon = await startTestDaemon({
    config: { store: true },
    openStore: (home, now) => openStore(home, now, { open: disk.open }),
  });
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  const before = written();
  const body = JSON.stringify({
    session_id: 's1',
    hook_event_name: 'UserPromptSubmit',
    prompt: 'a rare word',
  });
  const head = [
    'POST /hook HTTP/1.1',
    `Host: ${daemon.host}`,
    `Authorization: Bearer ${daemon.hookToken}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  // On a connection of its own, which nothing else is written to.
  const answer = await exchange(daemon.port, `${head.join('\r\n')}\r\n\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  expect(atCommit).toBe(before);
  await client.waitFor('prompt.submitted');
  client.close();
});
