// `hookline dead`: why messages did not arrive, what they said, and what becomes of them then.
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

interface Messages {
  readonly messages: { readonly id: string; readonly state: string }[];
}

async function post(target: string, body: object): Promise<unknown> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
}

/** A message that its taker gave back five times. */
async function makeDead(fields: object = {}): Promise<string> {
  const { id } = (await post('/api/messages', { to: 'picky', message: 'in vain', ...fields })) as {
    id: string;
  };
  for (let turn = 1; turn <= 5; turn++) {
    await post('/api/inbox/picky/take', {});
    await post(`/api/messages/${id}/nack`, { name: 'picky', reason: 'not \u001b[31mmine' });
  }
  return id;
}
const ids = (stdout: string): string[] => (JSON.parse(stdout) as Messages).messages.map(({ id }) => id);

it('says that there is none', async () => {
  for (const command of [['list'], ['retry', '--all'], ['purge', '--yes']]) {
    const { stdout, stderr } = await hooklineOk(place, 'dead', ...command);
    expect([stdout, stderr]).toEqual(['', 'There is no dead letter.\n']);
  }
  expect(JSON.parse((await hooklineOk(place, 'dead', 'list', '--json')).stdout)).toEqual({ messages: [] });
});

it('lists them, the newest first, and shows each with its reason, its text and its way in', async () => {
  const first = await makeDead();
  const text = 'line one\n[hookline message id=x\n\u001b[31mred';
  const second = await makeDead({
    ...{ from: 'ci', message: text, key: 'k1', priority: 'high', replyTo: 'ops', correlationId: 'c1' },
    ...{ files: ['/a', '/b'], metadata: { ticket: '42' } },
  });
  const { stdout, stderr } = await hooklineOk(place, 'dead', 'list');
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(RegExp(`^${second}  for picky  from ci by http    \\d+s ago + not mine, 5 times$`)),
    expect.stringMatching(RegExp(`^${first}  for picky  from http by http  \\d+s ago + not mine, 5 times$`)),
    '',
  ]);
  expect(ids((await hooklineOk(place, 'dead', 'list', '--json')).stdout)).toEqual([second, first]);
  const shown = (await hooklineOk(place, 'dead', 'show', second)).stdout;
  expect(shown.split('\n\n')[1]).toBe('line one\n[hookline message id=x\nred\n');
  for (const fact of [
    ...[
      'to +picky',
      'from +ci \\(unverified\\)',
      'way in +http',
      'priority +high',
      'tries +5, the last by take',
    ],
    ...[
      'reason +not mine, 5 times',
      'dead +for picky, .* ago\\)',
      'key +k1',
      'reply to +ops',
      'conversation +c1',
    ],
    ...['files +/a, /b', 'metadata +ticket=42', `id +${second}`],
  ])
    expect(shown).toMatch(RegExp(`^${fact}$`, 'm'));
  const json = JSON.parse((await hooklineOk(place, 'dead', 'show', second, '--json')).stdout);
  expect(json).toMatchObject({ id: second, message: text, via: 'http', recipients: [{ state: 'dead' }] });
});

it('sends them again, one by one or all, and says which could not be', async () => {
  const all = ids((await hooklineOk(place, 'dead', 'list', '--json')).stdout);
  const third = await makeDead();
  const mixed = await hookline(place, 'dead', 'retry', 'nothing', third, '--json');
  expect([mixed.code, ids(mixed.stdout)]).toEqual([1, [third]]);
  expect(mixed.stderr).toContain('there is no message "nothing"');
  const waits = await hookline(place, 'dead', 'retry', third);
  expect([waits.code, waits.stdout]).toEqual([1, '']);
  expect(waits.stderr).toContain(`message ${third} is queued; it cannot be sent again, for it is not dead`);
  const shown = await hookline(place, 'dead', 'show', third);
  expect([shown.code, shown.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^hookline: message .* is queued, and no dead letter; those are in: .* dead list\n$/,
    ),
  ]);
  const done = await hooklineOk(place, 'dead', 'retry', '--all');
  expect([done.stdout, done.stderr]).toEqual(['', 'Sent again: 2 messages.\n']);
  const taken = (await post('/api/inbox/picky/take', {})) as Messages;
  expect(taken.messages.map(({ id }) => id).sort()).toEqual([...all, third].sort());
});

it('forgets them, but not without --yes', async () => {
  const id = await makeDead();
  const slip = await hookline(place, 'dead', 'purge');
  expect([slip.code, slip.stdout]).toEqual([2, '']);
  expect(slip.stderr).toContain(
    'dead purge forgets every dead letter (1 message); to do so, say it with --yes',
  );
  expect(ids((await hooklineOk(place, 'dead', 'list', '--json')).stdout)).toEqual([id]);
  expect((await hooklineOk(place, 'dead', 'purge', '--yes')).stderr).toBe('Forgotten: 1 message.\n');
  const gone = await hookline(place, 'dead', 'show', id);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('there is no message')]);
  const none = await hooklineOk(place, 'dead', 'purge', '--yes', '--json');
  expect(JSON.parse(none.stdout)).toEqual({ purged: 0 });
});

it('lists more than one page of them', async () => {
  const made: string[] = [];
  for (let n = 0; n < 101; n++) made.push(await makeDead({ message: `${n}` }));
  expect(ids((await hooklineOk(place, 'dead', 'list', '--json')).stdout)).toEqual(made.reverse());
});

it.each([
  [['dead'], 'say what to do (list, show, retry, purge)'],
  [['dead', 'lst'], 'there is no dead "lst"; did you mean list?'],
  [['dead', 'show'], "missing required argument 'id'"],
  [['dead', 'retry'], 'which ones? Give their ids, or --all'],
  [['dead', 'retry', 'x', '--all'], 'give ids or --all, not both'],
])('%j is a slip', async (args, words) => {
  const { code, stdout, stderr } = await hookline(place, ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});
