// A stop while hooks are under way: each is either in the log or told to go away, and none hangs.
import net from 'node:net';
import { expect, test } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect, exchange } from '../support/ws.ts';

const body = JSON.stringify({ session_id: 's1', hook_event_name: 'Stop' });

test('a hook whose body was still coming when the stop began is answered 503', async () => {
  const daemon = await startTestDaemon();
  const socket = net.connect(daemon.port, '127.0.0.1');
  let answer = '';
  socket.on('data', chunk => {
    answer += chunk;
  });
  socket.on('error', () => {});
  const lines = [
    `Host: ${daemon.host}`,
    `Authorization: Bearer ${daemon.hookToken}`,
    'Content-Type: application/json',
  ];
  socket.write(
    `POST /hook HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  await until('the daemon reads it', () => daemon.sockets().some(one => one.bytesRead > 0));
  const stopped = daemon.daemon.stop();
  await until('newcomers are refused', () => exchange(daemon.port, 'x').then(text => text === ''));
  socket.write(body.slice(10));
  await until('the answer came', () => answer.includes('"draining"'));
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  await stopped;
});

test('hooks that pour in: what was accepted was seen, the rest was refused, and the stop is quick', async () => {
  const daemon = await startTestDaemon();
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['prompt.submitted'] });
  const accepted: string[] = [];
  let stopping = false;
  const pouring = Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let n = 0; !stopping; n++) {
        const prompt = `${lane}-${n}`;
        const status = await daemon
          .post({ session_id: 's1', hook_event_name: 'UserPromptSubmit', prompt, prompt_id: prompt })
          .then(answer => answer.status)
          .catch(() => 0);
        if (status === 202) accepted.push(prompt);
        else stopping = true;
      }
    }),
  );
  await until('they pour', () => accepted.length > 100);
  const before = performance.now();
  await daemon.daemon.stop();
  expect(performance.now() - before).toBeLessThan(6000);
  await pouring;
  expect((await client.closed).code).toBe(1001);
  const seen = client.events().map(event => String(event.data?.['prompt']));
  expect(new Set(seen).size).toBe(seen.length);
  // The client was sent away first; only the very last ones may have been accepted after that.
  expect(accepted.filter(prompt => !seen.includes(prompt)).length).toBeLessThan(30);
});
