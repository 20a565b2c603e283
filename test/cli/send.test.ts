// `hookline send` and `hookline inbox`: what they print, what they wait for, and what is said about a slip.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(async () => {
  await daemon.stop();
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function post(target: string, body: object): Promise<unknown> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
}

it('prints the id of a message, and with --json what is known of it', async () => {
  const { stdout, stderr } = await hooklineOk(
    place,
    'send',
    '--to',
    'backend',
    '-m',
    'Amounts are integers.',
  );
  expect([stderr, UUID.test(stdout.trim())]).toEqual(['', true]);
  const file = path.join(place.env['HOME'] ?? '', 'notes.md');
  fs.writeFileSync(file, 'From a file.');
  const other = await hooklineOk(
    place,
    ...['send', '--to', 'backend', '--message-file', file, '-f', file, '--from', 'frontend'],
    ...['--priority', 'high', '--meta', 'ticket=42', '--ttl', '10m', '--key', 'k1', '--json'],
  );
  expect(JSON.parse(other.stdout)).toMatchObject({ state: 'queued', duplicate: false });
  const inbox = await hooklineOk(place, 'inbox', 'backend', '--json');
  expect(JSON.parse(inbox.stdout).messages).toMatchObject([
    {
      ...{ message: 'From a file.', from: 'frontend', via: 'cli', verified: false, priority: 'high' },
      ...{ files: [file], metadata: { ticket: '42' }, key: 'k1' },
    },
    { message: 'Amounts are integers.', from: 'cli', verified: true },
  ]);
  expect((await hooklineOk(place, 'inbox')).stdout).toMatch(/^backend {2}away {2}2 queued .*ago\n$/);
  expect((await hooklineOk(place, 'inbox', 'backend')).stdout.split('\n')[0]).toContain(
    'frontend  high  From a file.',
  );
  const none = await hooklineOk(place, 'inbox', 'nobody');
  expect([none.stdout, none.stderr]).toEqual(['', 'Nothing waits for nobody.\n']);
});

it('waits for what it is told to, and ends with 1 when that does not come', async () => {
  const send = (...wait: string[]) =>
    hookline(place, 'send', '--to', 'patient', '-m', 'hello', '--wait', ...wait);
  const late = await send('delivered', '--timeout', '1s');
  expect(late.code).toBe(1);
  expect(late.stderr).toBe(
    `hookline: message ${late.stdout.trim()} for patient was not delivered in time: it is queued so far\n`,
  );
  await post('/api/inbox/patient/take', {});
  const soon = send('accepted', '--json');
  const taken = (await post('/api/inbox/patient/take', { waitMs: 20_000 })) as { messages: { id: string }[] };
  const { code, stdout } = await soon;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { id: taken.messages[0]?.id, state: 'accepted' }]);
});

it.each([
  [['send', '-m', 'x'], '--to is missing'],
  [
    ['send', '--to', 'a', '-m', 'x', '--wait', 'read'],
    '--wait is "read", but it must be one of accepted, delivered',
  ],
  [['send', '--to', 'a', '-m', 'x', '--ttl', 'soon'], '--ttl is "soon", but it must be such as 30s'],
  [['send', '--to', 'a', '-m', 'x', '--meta', 'x'], '--meta is "x", but it must be such as ticket=42'],
  [['send', '--to', 'a', '-m', 'x', '--message-file', 'y'], 'one of them is enough'],
])('%j is a slip', async (args, words) => {
  const { code, stdout, stderr } = await hookline(place, ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});

it('says what the daemon has against it', async () => {
  const { code, stderr } = await hookline(place, 'send', '--to', 'group:nobody', '-m', 'x');
  expect(code).toBe(1);
  expect(stderr).toContain('nobody is in "group:nobody"; put a name into it first');
});

it('prints the answer to a message, once everybody has answered, and takes it off its inbox', async () => {
  const asked = hookline(
    place,
    ...[
      'send',
      '--to',
      'oracle',
      '-m',
      'Which port?',
      '--from',
      'asker',
      '--wait',
      'answered',
      '--timeout',
      '20s',
    ],
  );
  const taken = (await post('/api/inbox/oracle/take', { waitMs: 10_000 })) as { messages: { id: string }[] };
  const id = String(taken.messages[0]?.id);
  await post(`/api/messages/${id}/ack`, { name: 'oracle' });
  await post('/api/messages', { to: 'asker', from: 'oracle', message: 'not this one' });
  await post('/api/messages', {
    to: 'asker',
    from: 'oracle',
    message: 'Port 3838.\nAs ever.',
    inReplyTo: id,
  });
  expect(await asked).toMatchObject({ code: 0, stdout: 'Port 3838.\nAs ever.\n', stderr: '' });
  const left = await hooklineOk(place, 'inbox', 'asker', '--json');
  expect(JSON.parse(left.stdout).messages).toMatchObject([{ message: 'not this one' }]);
  const missed = await hookline(
    place,
    ...['send', '--to', 'oracle', '-m', 'And now?', '--wait', 'answered', '--timeout', '1s'],
  );
  expect([missed.code, missed.stderr]).toEqual([
    1,
    expect.stringContaining('was not answered in time: it is queued so far'),
  ]);
});
