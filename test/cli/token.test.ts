// `hookline token create`, `list` and `revoke`, with the daemon running and stopped.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
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

const create = (...args: string[]): ReturnType<typeof hooklineOk> =>
  hooklineOk(place, 'token', 'create', ...args);
const statusFor = async (token: string): Promise<number> =>
  (await fetch(`${daemon.url}/api/sessions`, { headers: { authorization: `Bearer ${token}` } })).status;

it('makes one that sends to whom it was made for, as whom it was made for', async () => {
  const made = await create(
    '--name',
    'ci',
    '--scopes',
    'send',
    '--to',
    'backend',
    '--from',
    'ci',
    '--ttl',
    '30d',
  );
  expect(made.stdout).toMatch(/^hkl_[0-9a-f]{64}\n$/);
  expect(made.stderr).toBe('');
  const token = made.stdout.trim();
  const send = async (to: string): Promise<number> =>
    (
      await fetch(`${daemon.url}/api/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ to, message: 'hello' }),
      })
    ).status;
  expect([await send('backend'), await send('frontend'), await statusFor(token)]).toEqual([202, 403, 403]);
  const { stdout } = await hooklineOk(place, 'token', 'list');
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^NAME +SCOPES +TO +FROM +CREATED +EXPIRES +USED$/);
  expect(rows).toEqual([
    expect.stringMatching(/^ci +send +backend +ci +\d+s ago +in (30d|29d 23h) +\d+s ago$/),
  ]);
  expect(stdout).not.toContain(token.slice(4));
  for (const name of fs.readdirSync(place.hooklineHome))
    if (fs.statSync(path.join(place.hooklineHome, name)).isFile())
      expect(fs.readFileSync(path.join(place.hooklineHome, name), 'latin1')).not.toContain(token);
});

it('prints JSON for scripts, and says of one that reads that it reads everything', async () => {
  const { stdout, stderr } = await create('--name', 'wall', '--scopes', 'read, ingest', '--json');
  expect(JSON.parse(stdout)).toEqual({
    ...{ name: 'wall', scopes: ['read', 'ingest'], createdAt: expect.any(Number) },
    token: expect.stringMatching(/^hkl_/),
  });
  expect(stderr).toContain('reads everything your agents do');
  const { tokens } = JSON.parse((await hooklineOk(place, 'token', 'list', '--json')).stdout);
  expect(tokens).toMatchObject([{ name: 'ci', to: ['backend'] }, { name: 'wall' }]);
  expect(JSON.stringify(tokens)).not.toMatch(/digest|hkl_/);
});

it('revokes it at once, while somebody is connected with it', async () => {
  const token = (await create('--name', 'brief', '--scopes', 'read')).stdout.trim();
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws?token=${token}`);
  await new Promise(resolve => socket.once('message', resolve));
  const closed = new Promise(resolve => socket.once('close', resolve));
  const revoked = await hooklineOk(place, 'token', 'revoke', 'brief');
  expect(revoked).toMatchObject({ stdout: '', stderr: 'The token brief is worth nothing any more.\n' });
  expect(await closed).toBe(4401);
  expect(await statusFor(token)).toBe(401);
  expect(await hookline(place, 'token', 'revoke', 'brief')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no token called "brief"'),
  });
});

it('says what is in the way of a second one of the same name', async () => {
  expect(await hookline(place, 'token', 'create', '--name', 'ci', '--scopes', 'send')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there is a token called ci already; revoke it first'),
  });
});

it('does the same while the daemon is down, and a daemon that starts later knows', async () => {
  const before = (await create('--name', 'before', '--scopes', 'read')).stdout.trim();
  await daemon.stop();
  const during = (await create('--name', 'during', '--scopes', 'read')).stdout.trim();
  await hooklineOk(place, 'token', 'revoke', 'before');
  expect(JSON.parse((await hooklineOk(place, 'token', 'revoke', 'ci', '--json')).stdout)).toEqual({
    revoked: 'ci',
  });
  expect((await hookline(place, 'token', 'revoke', 'ci')).stderr).toContain('there is no token called "ci"');
  const names = (await hooklineOk(place, 'token', 'list')).stdout.trimEnd().split('\n').slice(1);
  expect(names.map(line => line.split(' ')[0])).toEqual(['wall', 'during']);
  daemon = await startDaemon(place);
  expect([await statusFor(before), await statusFor(during)]).toEqual([401, 200]);
});

it('leaves them alone when the user takes new tokens', async () => {
  const token = (await create('--name', 'stays', '--scopes', 'read')).stdout.trim();
  await hooklineOk(place, 'token', 'rotate');
  expect(await statusFor(token)).toBe(200);
});

it('works before the first start, and says so where there is none', async () => {
  const other = makePlace();
  expect(await hooklineOk(other, 'token', 'list')).toMatchObject({
    stdout: '',
    stderr: 'No token was made for anybody.\n',
  });
  expect(fs.existsSync(other.hooklineHome)).toBe(false);
  await hooklineOk(other, 'token', 'create', '--name', 'ci', '--scopes', 'send');
  expect(fs.statSync(path.join(other.hooklineHome, 'tokens.json')).mode & 0o777).toBe(0o600);
  fs.writeFileSync(path.join(other.hooklineHome, 'tokens.json'), '{');
  expect(await hookline(other, 'token', 'list')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('tokens.json is not JSON, so none of the tokens in it is valid; mend it'),
  });
});
