// Names over HTTP: given, taken, kept over restarts, and followed when a session is cleared.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let root: string;
let daemon: TestDaemon;
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-names-'));
  await start();
});
afterEach(async () => {
  await daemon.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(names: readonly object[] = []): Promise<void> {
  const home = path.join(root, 'home');
  daemon = await startTestDaemon({ config: { home, store: true, names: names as never } });
}

const begin = (sessionId: string, cwd = '/home/dev/api', more: object = {}): Promise<unknown> =>
  daemon.hook('SessionStart', { session_id: sessionId, cwd, source: 'startup', ...more });

async function ask(
  method: string,
  target: string,
  body?: object,
): Promise<[number, Record<string, unknown>]> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}
const put = (name: string, body: object) => ask('PUT', `/api/names/${encodeURIComponent(name)}`, body);

it('a name is given, kept over a restart, and taken back', async () => {
  await begin('s1');
  expect(await put('backend', { sessionId: 's1', groups: ['web'] })).toEqual([
    200,
    {
      ...{ name: 'backend', sessionId: 's1', live: true, groups: ['web'], by: 'given' },
      ways: [
        { path: 'inbox-socket', whyNot: expect.stringContaining('no process has registered') },
        { path: 'wrap', whyNot: expect.stringContaining('has not wrapped') },
        { path: 'rewake', whyNot: expect.stringContaining('no hook of it waits') },
        { path: 'hook-output', whyNot: expect.stringContaining('none of its hooks has asked') },
      ],
    },
  ]);
  await daemon.stop();
  await start();
  expect(await ask('GET', '/api/names')).toMatchObject([
    200,
    { names: [{ name: 'backend', sessionId: 's1', live: true, groups: ['web'] }] },
  ]);
  const [, sent] = await ask('POST', '/api/messages', { to: 'group:web', message: 'hello' });
  expect(sent).toMatchObject({ recipients: [{ name: 'backend', state: 'queued' }] });
  expect(await ask('DELETE', '/api/names/backend')).toMatchObject([200, { name: 'backend', live: false }]);
  expect(await ask('DELETE', '/api/names/backend')).toMatchObject([404, { error: { code: 'not_found' } }]);
  // What waits for it waits on, and so the name lives.
  expect(await ask('GET', '/api/names')).toMatchObject([200, { names: [{ name: 'backend', live: false }] }]);
  expect(fs.statSync(path.join(root, 'home/names.json')).mode & 0o777).toBe(0o600);
});

it('what is wrong is said, and changes nothing', async () => {
  await begin('s1');
  await begin('s2');
  await put('backend', { sessionId: 's1' });
  const wrong: [string, object, number, string][] = [
    ['backend', { sessionId: 's2' }, 409, 'conflict'],
    ['back_end', { sessionId: 's2', groups: [7] }, 400, 'invalid_message'],
    ['backend', { sessionId: 's2', extra: 1 }, 400, 'invalid_message'],
    ['no name', { sessionId: 's2' }, 400, 'invalid_message'],
    ['other', { sessionId: 'nobody' }, 404, 'not_found'],
  ];
  for (const [name, body, status, code] of wrong)
    expect(await put(name, body), name).toMatchObject([status, { error: { code } }]);
  expect(await ask('GET', '/api/names')).toMatchObject([
    200,
    { names: [{ name: 'backend', sessionId: 's1' }] },
  ]);
  expect(await put('backend', { sessionId: 's2', take: true })).toMatchObject([200, { sessionId: 's2' }]);
});

it('what a session is called by its environment, its agent, or where it was started, is a name at once', async () => {
  await daemon.stop();
  await start([{ project: 'api', name: 'server' }]);
  await begin('s1', '/home/dev/api');
  await begin('s2', '/home/dev/web', { session_title: 'shopfront' });
  expect(await ask('GET', '/api/names')).toMatchObject([
    200,
    {
      names: [
        { name: 'server', sessionId: 's1', by: 'rule' },
        { name: 'shopfront', sessionId: 's2', by: 'agent' },
      ],
    },
  ]);
  const [, sent] = await ask('POST', '/api/messages', { to: '*', message: 'hello' });
  expect(sent).toMatchObject({ recipients: [{ name: 'server' }, { name: 'shopfront' }] });
});

it('a file of names that hookline did not write ends the start, and is left as it is', async () => {
  await daemon.stop();
  const file = path.join(root, 'home/names.json');
  fs.writeFileSync(file, '{"names": 7}');
  await expect(start()).rejects.toThrow(`${file} is not what hookline wrote there; mend it, or move it away`);
  expect(fs.readFileSync(file, 'utf8')).toBe('{"names": 7}');
  fs.rmSync(file);
  await start();
  await until('it is up', async () => (await ask('GET', '/api/names'))[0] === 200);
});
