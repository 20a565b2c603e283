// `hookline release`: lets go what is held for a loop, one message or all of them, and says what it did.
import { beforeAll, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { hookline, hooklineOk, type Place } from '../support/hookline.ts';

let place: Place;
let daemon: TestDaemon;
let uptime = 0;
const held: string[] = [];

beforeAll(async () => {
  daemon = await startTestDaemon({ uptime: () => uptime + performance.now() });
  place = { ...makePlace(), hooklineHome: daemon.home };
  for (const name of ['backend', 'frontend'])
    await daemon.hook('SessionStart', { session_id: `id-${name}`, session_title: name, source: 'startup' });
  for (let n = 0; n < 23; n++) {
    // No faster than they may.
    uptime += 1000;
    const { id, state } = await send(n);
    expect(state).toBe(n < 20 ? 'queued' : 'held');
    if (n >= 20) held.push(id);
  }
});

async function send(n: number): Promise<{ id: string; state: string }> {
  const [from, to] = n % 2 === 0 ? ['backend', 'frontend'] : ['frontend', 'backend'];
  const answer = await fetch(`${daemon.url}/api/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ from, to, message: `text ${n}` }),
  });
  return (await answer.json()) as { id: string; state: string };
}

it('releases those it is told to, or all', async () => {
  const inboxes = (await hooklineOk(place, 'inbox')).stdout;
  expect(inboxes).toMatch(/^backend +live +10 queued +1 held/m);
  const [one = '', two = ''] = held;
  const first = await hooklineOk(place, 'release', one);
  expect([first.stdout, first.stderr]).toEqual(['', 'Released: 1.\n']);
  const again = await hookline(place, 'release', one);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(`message ${one} is queued; it cannot be released, for it is not held`);
  expect((await hooklineOk(place, 'release', two, '--json')).stdout).toBe('{"released":1}\n');
  expect((await hooklineOk(place, 'release', '--all')).stderr).toBe('Released: 1.\n');
  expect((await hooklineOk(place, 'release', '--all')).stderr).toBe('No message is held for a loop.\n');
});

it.each([[[]], [['--all', 'some-id']]])('wants to know which (%j)', async args => {
  const { code, stderr } = await hookline(place, 'release', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain('name the messages to release by their ids, or give --all for all of them');
});
