// `hookline name`, `names` and `group`: what they print, and what is said about a slip.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
  for (const session_id of ['8dd92b6f-0001', '77aa0000-0002'])
    await fetch(`${daemon.url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ hook_event_name: 'SessionStart', session_id, cwd: '/home/dev/shop' }),
    });
});
afterAll(() => daemon.stop());

it('a session gets a name, by the beginning of its id, and loses it', async () => {
  const given = await hooklineOk(place, 'name', '8dd9', 'backend');
  expect([given.stdout, given.stderr]).toEqual(['', 'backend is 8dd92b6f-0001.\n']);
  const { stdout } = await hooklineOk(place, 'names');
  expect(stdout).toMatch(
    /^backend {2}live {2}8dd92b6f {2}not reached: inbox-socket: no process has registered/,
  );
  const taken = await hookline(place, 'name', '77aa', 'backend');
  expect([taken.code, taken.stderr]).toEqual([
    1,
    expect.stringContaining('take it from it on purpose (--take)'),
  ]);
  const json = await hooklineOk(place, 'name', '77aa', 'backend', '--take', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ name: 'backend', sessionId: '77aa0000-0002', live: true });
  const back = await hooklineOk(place, 'name', '--remove', 'backend');
  expect(back.stderr).toBe("backend is nobody's name now.\n");
  expect((await hooklineOk(place, 'names')).stderr).toMatch(/^No names yet/);
});

it('names are put into groups and out of them', async () => {
  const added = await hooklineOk(place, 'group', 'add', 'web', 'frontend', 'backend');
  expect(added.stderr).toBe('web: backend frontend\n');
  await hooklineOk(place, 'group', 'add', 'all', 'backend');
  expect((await hooklineOk(place, 'group')).stdout).toBe('all  backend\nweb  backend frontend\n');
  expect(JSON.parse((await hooklineOk(place, 'group', 'web', '--json')).stdout)).toEqual({
    groups: { web: ['backend', 'frontend'] },
  });
  const { stdout } = await hooklineOk(place, 'send', '--to', 'group:web', '-m', 'Deploy at noon.', '--json');
  expect(JSON.parse(stdout).recipients.map(({ name }: { name: string }) => name)).toEqual([
    'backend',
    'frontend',
  ]);
  const gone = await hooklineOk(place, 'group', 'remove', 'web', 'frontend', 'backend');
  expect(gone.stderr).toBe('Nobody is in web.\n');
});

it.each([
  [['name', '8dd9'], 2, 'the name is missing'],
  [['name', 'nobody', 'x'], 1, 'no session is "nobody"'],
  [['name', '8dd9', 'no name'], 1, '"no name" is no name: it must be a letter'],
  [['name', '--remove', 'a', 'b'], 2, '--remove takes one name'],
  [['group', 'add', 'web'], 2, 'names'],
  [['group', 'add', 'no group', 'a'], 1, 'groups.0: must be a letter'],
])('%j ends with %i: %s', async (args, code, words) => {
  const ended = await hookline(place, ...args);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(words)]);
});
