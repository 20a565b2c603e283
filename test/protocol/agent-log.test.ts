// The raw transcript of a session, line by line as it is written.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
let file: string;
beforeEach(async () => {
  daemon = await startTestDaemon();
  file = path.join(daemon.home, 's1.jsonl');
  fs.writeFileSync(file, '{"type":"user","before":true}\n');
  await daemon.hook('SessionStart', { source: 'startup', transcript_path: file });
  client = await connect(daemon);
  return () => daemon.stop();
});

const lines = (): unknown[] =>
  client.frames.filter(frame => frame.type === 'agent_log').map(frame => frame['line']);

test('lines written from now on are sent as parsed JSON, in order, and half a line waits for its end', async () => {
  expect(await client.ask({ type: 'subscribe_agent_log', sessionId: 's1' })).toEqual({
    type: 'subscribed_agent_log',
    id: 'ask-1',
    sessionId: 's1',
  });
  fs.appendFileSync(file, '{"n":1}\n{"n":2}\nno json\n{"n"');
  await until('two lines came', () => lines().length === 2);
  fs.appendFileSync(file, ':3}\n');
  await until('the third came', () => lines().length === 3);
  expect(lines()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(client.frames.find(frame => frame.type === 'agent_log')).toEqual({
    type: 'agent_log',
    sessionId: 's1',
    line: { n: 1 },
  });
});

test('a secret in a line is redacted like everywhere else', async () => {
  await client.ask({ type: 'subscribe_agent_log', sessionId: 's1' });
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  fs.appendFileSync(file, `${JSON.stringify({ text: `token ${secret} ${daemon.token}` })}\n`);
  const frame = await client.waitFor('agent_log');
  expect(JSON.stringify(frame)).toContain('[redacted:');
  expect(JSON.stringify(frame)).not.toContain(secret);
  expect(JSON.stringify(frame)).not.toContain(daemon.token);
});

test('unsubscribing one, or all, ends it', async () => {
  await client.ask({ type: 'subscribe_agent_log', sessionId: 's1' });
  expect(await client.ask({ type: 'unsubscribe_agent_log', sessionId: 's1' })).toMatchObject({
    sessionId: 's1',
  });
  fs.appendFileSync(file, '{"n":1}\n');
  expect(await client.ask({ type: 'unsubscribe_agent_log' })).toEqual({
    type: 'unsubscribed_agent_log',
    id: 'ask-3',
  });
  await client.ask({ type: 'subscribe_agent_log', sessionId: 's1' });
  fs.appendFileSync(file, '{"n":2}\n');
  await client.waitFor('agent_log');
  expect(lines()).toEqual([{ n: 2 }]);
});

test('a session nobody knows is not_found, unsubscribing from it is fine', async () => {
  expect(await client.ask({ type: 'subscribe_agent_log', sessionId: 'nobody' })).toMatchObject({
    code: 'not_found',
  });
  expect(await client.ask({ type: 'unsubscribe_agent_log', sessionId: 'nobody' })).toMatchObject({
    type: 'unsubscribed_agent_log',
  });
});

test('nobody else gets lines', async () => {
  const other = await connect(daemon);
  await other.ask({ type: 'subscribe', topics: ['**'] });
  await client.ask({ type: 'subscribe_agent_log', sessionId: 's1' });
  fs.appendFileSync(file, '{"n":1}\n');
  await client.waitFor('agent_log');
  await other.ask({ type: 'ping' });
  expect(other.frames.filter(frame => frame.type === 'agent_log')).toEqual([]);
});
