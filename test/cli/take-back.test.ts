// `hookline peek`, `purge` and `delete`: what waits is shown whole and left alone, and goes only when that was said on purpose.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(async () => {
  await daemon.stop();
});

async function ask(method: string, target: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}
const send = async (to: string, fields: object = {}): Promise<string> =>
  ((await ask('POST', '/api/messages', { to, message: 'hello', ...fields })) as { id: string }).id;
const stateOf = async (id: string): Promise<string> =>
  ((await ask('GET', `/api/messages/${id}`)) as { state: string }).state;

describe('peek', () => {
  it('shows each message whole, and they wait on', async () => {
    const low = await send('backend', {
      from: 'ci',
      priority: 'low',
      message: undefined,
      type: 'deploy',
      payload: 1,
    });
    const first = await send('backend', { message: 'one\ntwo', files: ['/a'], metadata: { k: 'v' } });
    const { stdout, stderr } = await hooklineOk(place, 'peek', 'backend');
    const reply = `reply: ${commandIn(place)} send --to`;
    expect([stdout, stderr]).toEqual([
      [
        `[hookline message id=${first} from=http via=http]`,
        ...['one', 'two', 'files: /a', 'metadata: k=v', `${reply} http --in-reply-to ${first}`, ''],
        `[hookline message id=${low} from=ci via=http unverified]`,
        ...['deploy: 1', `${reply} ci --in-reply-to ${low}`, ''],
      ].join('\n'),
      '',
    ]);
    const json = JSON.parse((await hooklineOk(place, 'peek', 'backend', '--json')).stdout);
    expect(json.messages).toMatchObject([
      { id: first, state: 'queued', recipients: [{ tries: 0 }] },
      { id: low, state: 'queued' },
    ]);
  });

  it('says that nothing waits', async () => {
    const { stdout, stderr } = await hooklineOk(place, 'peek', 'nobody');
    expect([stdout, stderr]).toEqual(['', 'Nothing waits for nobody.\n']);
  });
});

describe('purge', () => {
  it('does nothing without --yes but say how much it would be; with it each is cancelled, but for what was given', async () => {
    const ids = [await send('full'), await send('full'), await send('full')];
    await ask('POST', '/api/inbox/full/take', { max: 1 });
    const slip = await hookline(place, 'purge', 'full');
    expect([slip.code, slip.stdout]).toEqual([2, '']);
    expect(slip.stderr).toMatch(
      /^hookline: purge takes back what waits for full \(2 messages\); to do so, say it with --yes; see .* purge --help\n$/,
    );
    const states = async (): Promise<string[]> => Promise.all(ids.map(stateOf));
    expect(await states()).toEqual(['accepted', 'queued', 'queued']);
    const done = await hooklineOk(place, 'purge', 'full', '--yes');
    expect([done.stdout, done.stderr]).toEqual([
      '',
      'Taken back: 2 messages for full.\nGiven already, and under way: 1 message.\n',
    ]);
    expect(await states()).toEqual(['accepted', 'cancelled', 'cancelled']);
  });

  it('ends with 0 where nothing waits, and says so', async () => {
    const { stdout, stderr } = await hooklineOk(place, 'purge', 'nobody', '--yes');
    expect([stdout, stderr]).toEqual(['', 'Nothing waits for nobody.\n']);
    const json = await hooklineOk(place, 'purge', 'nobody', '--yes', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ name: 'nobody', purged: 0 });
    expect((await hookline(place, 'purge', 'nobody')).stderr).toContain('(0 messages)');
  });
});

describe('delete', () => {
  it('does nothing without --yes; with it takes back what waits, and the name with its groups', async () => {
    await postHook(daemon, 'SessionStart', { session_id: '8dd92b6f-0001' });
    await hooklineOk(place, 'name', '8dd9', 'frontend');
    await hooklineOk(place, 'group', 'add', 'web', 'frontend');
    const id = await send('frontend');
    const slip = await hookline(place, 'delete', 'frontend');
    expect([slip.code, slip.stdout]).toEqual([2, '']);
    expect(slip.stderr).toContain(
      'delete takes back the name frontend, and what waits for it (1 message); to do so, say it with --yes',
    );
    expect(await stateOf(id)).toBe('queued');
    const { stdout, stderr } = await hooklineOk(place, 'delete', 'frontend', '--yes');
    expect([stdout, stderr]).toEqual([
      '',
      "Taken back: 1 message for frontend.\nfrontend is nobody's name now.\n",
    ]);
    expect(await stateOf(id)).toBe('cancelled');
    expect((await hooklineOk(place, 'group')).stderr).toBe('There is no group yet.\n');
  });

  it('says what it did of the two, and ends with 1 where there was neither', async () => {
    await send('unnamed');
    const messagesOnly = await hooklineOk(place, 'delete', 'unnamed', '--yes');
    expect(messagesOnly.stderr).toBe(
      'Taken back: 1 message for unnamed.\nunnamed is no name that was given to anybody.\n',
    );
    const neither = await hookline(place, 'delete', 'unnamed', '--yes');
    expect([neither.code, neither.stdout, neither.stderr]).toEqual([
      ...[1, '', 'hookline: nothing waits for unnamed, and it is no name that was given to anybody\n'],
    ]);
    const json = await hookline(place, 'delete', 'unnamed', '--yes', '--json');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, { name: 'unnamed', purged: 0, removed: false }]);
    await hooklineOk(place, 'group', 'add', 'web', 'grouped');
    const given = await hooklineOk(place, 'delete', 'grouped', '--yes', '--json');
    expect(JSON.parse(given.stdout)).toEqual({ name: 'grouped', purged: 0, removed: true });
  });

  it('leaves a session the name it has by itself, and says so', async () => {
    await postHook(daemon, 'SessionStart', { session_id: '77aa0000-0002', session_title: 'docs' });
    await hooklineOk(place, 'group', 'add', 'web', 'docs');
    const { stderr } = await hooklineOk(place, 'delete', 'docs', '--yes');
    expect(stderr).toBe('docs was taken back; session 77aa0000-0002 calls itself so.\n');
    const again = await hookline(place, 'delete', 'docs', '--yes');
    expect(again.code).toBe(1);
  });
});

it('what waits for a room is shown and taken back like that of a name, and a room is nobody’s name', async () => {
  const id = await send('room:lobby', { from: 'backend' });
  const { stdout } = await hooklineOk(place, 'peek', 'room:lobby');
  expect(stdout).toMatch(new RegExp(`^\\[hookline message id=${id} from=backend `));
  expect((await hooklineOk(place, 'inbox')).stdout).toMatch(/^room:lobby +room +1 queued/m);
  expect((await hooklineOk(place, 'names')).stdout).not.toContain('room:');
  await hooklineOk(place, 'purge', 'room:lobby', '--yes');
  expect(await stateOf(id)).toBe('cancelled');
});

it.each([
  [['peek', 'group:web'], 'nothing can wait for "group:web"; give one name, such as backend'],
  [['purge', '*', '--yes'], 'nothing can wait for "*"'],
  [['peek', 'room:a b'], 'nothing can wait for "room:a b"'],
  [['delete', 'no name', '--yes'], 'nothing can wait for "no name"'],
  [['peek'], "missing required argument 'name'"],
  [['purge', 'a', '--yse'], "unknown option '--yse' (Did you mean --yes?)"],
])('%j is a slip', async (args, words) => {
  const { code, stdout, stderr } = await hookline(place, ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});

it('without a daemon a forgotten --yes is a slip still, and the rest fails', async () => {
  const away = makePlace();
  for (const command of ['purge', 'delete']) {
    const slip = await hookline(away, command, 'backend');
    expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('say it with --yes')]);
    const rest = await hookline(away, command, 'backend', '--yes');
    expect([rest.code, rest.stderr]).toEqual([1, expect.stringContaining('hookline is not running')]);
  }
});
