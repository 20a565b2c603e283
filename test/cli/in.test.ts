// `hookline in`: a webhook is made, tried with the command it prints, listed, exchanged and removed; slips are told.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandIn, makePlace } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { run } from '../support/run.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(() => daemon.stop());

const home = place.home;
const has = (command: string): boolean =>
  ['/usr/bin', '/bin'].some(folder => fs.existsSync(path.join(folder, command)));

async function inboxOf(name: string): Promise<unknown> {
  return JSON.parse((await hooklineOk(place, 'inbox', name, '--json')).stdout).messages;
}
/** What a line of `in add` says. */
const said = (stdout: string, what: string): string =>
  stdout
    .split('\n')
    .find(line => line.startsWith(what))
    ?.slice(what.length)
    .trim() ?? '';

it('is made with a secret, and prints a command that works as it stands', async () => {
  const { stdout, stderr } = await hooklineOk(place, 'in', 'add', 'ci', '--to', 'backend');
  expect(stderr).toBe('');
  expect(said(stdout, 'url')).toBe(`${daemon.url}/in/ci`);
  expect(said(stdout, 'secret')).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  if (!has('curl')) return;
  const answer = await run('sh', ['-c', `${said(stdout, 'try it')} -sS`], { env: place.env });
  expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true });
  expect(await inboxOf('backend')).toMatchObject([
    { from: 'ci', via: 'webhook', verified: false, payload: { text: 'hello' } },
  ]);
});

it('takes a secret of your own from a file or stdin, and says all of it as JSON', async () => {
  const file = path.join(home, 'secret');
  fs.writeFileSync(file, 'a-secret-of-my-own\n', { mode: 0o600 });
  const { stdout } = await hooklineOk(
    place,
    ...['in', 'add', 'alerts', '--to', 'ops', '--template', '{{a}}', '--secret-file', file],
    ...['--priority', 'high', '--ttl', '10m', '--json'],
  );
  expect(JSON.parse(stdout)).toEqual({
    ...{ name: 'alerts', to: 'ops', template: '{{a}}', secret: 'a-secret-of-my-own', priority: 'high' },
    ...{ ttlMs: 600_000, createdAt: expect.any(Number), url: `${daemon.url}/in/alerts` },
  });
  const answer = await fetch(`${daemon.url}/in/alerts?secret=a-secret-of-my-own`, {
    method: 'POST',
    body: '{"a":"fire"}',
  });
  expect(answer.status).toBe(202);
  expect(await inboxOf('ops')).toMatchObject([{ message: 'fire', priority: 'high' }]);
});

it('is listed without its secret', async () => {
  const { stdout } = await hooklineOk(place, 'in', 'list');
  expect(stdout).toBe(
    `alerts  to ops      ${daemon.url}/in/alerts  high, for 10m, {{a}}\nci      to backend  ${daemon.url}/in/ci\n`,
  );
  const json = (await hooklineOk(place, 'in', 'list', '--json')).stdout;
  expect(JSON.parse(json)).toMatchObject({
    webhooks: [
      { name: 'alerts', to: 'ops', ttlMs: 600_000, url: `${daemon.url}/in/alerts` },
      { name: 'ci', to: 'backend' },
    ],
  });
  for (const text of [stdout, json]) expect(text).not.toMatch(/secret|whsec/);
});

it('is there once; another one takes its place only where that is said, and the old secret is worth nothing then', async () => {
  const post = async (secret: string): Promise<number> =>
    (await fetch(`${daemon.url}/in/once?secret=${encodeURIComponent(secret)}`, { method: 'POST', body: 'x' }))
      .status;
  const add = (...more: string[]) => hookline(place, 'in', 'add', 'once', '--to', 'a', ...more);
  const first = said((await add()).stdout, 'secret');
  expect(await post(first)).toBe(202);
  const refused = await add();
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('there is a webhook once already; add --replace');
  expect(await post(first)).toBe(202);
  const second = said((await add('--replace')).stdout, 'secret');
  expect([await post(first), await post(second)]).toEqual([401, 202]);
  const removed = await hooklineOk(place, 'in', 'remove', 'once');
  expect([removed.stdout, removed.stderr]).toEqual(['', 'The webhook once was removed.\n']);
  expect(await post(second)).toBe(404);
});

it('is kept, and made, while no daemon runs; it is said that none does', async () => {
  await daemon.stop();
  const { stdout, stderr } = await hooklineOk(place, 'in', 'add', 'later', '--to', 'b', '--json');
  expect(stderr).toBe(`hookline is not running; start it with: ${commandIn(place)} start\n`);
  const { secret } = JSON.parse(stdout) as { secret: string };
  daemon = await startDaemon(place);
  const target = `${daemon.url}/in/later?secret=${encodeURIComponent(secret)}`;
  expect((await fetch(target, { method: 'POST', body: 'x' })).status).toBe(202);
});

it('of which there is none is told', async () => {
  const { code, stderr } = await hookline(place, 'in', 'remove', 'alert');
  expect([code, stderr]).toEqual([1, 'hookline: there is no webhook "alert"; did you mean alerts?\n']);
  const other = makePlace();
  const none = await hooklineOk(other, 'in', 'list');
  expect([none.stdout, none.stderr]).toEqual([
    '',
    `There is no webhook; add one with: ${commandIn(other)} in add NAME --to ADDRESS\n`,
  ]);
  expect((await hookline(other, 'in', 'remove', 'x')).stderr).toContain('there is none at all');
});

it('whose file is broken is named, and can be removed', async () => {
  const file = path.join(place.hooklineHome, 'webhooks', 'broken.json');
  fs.writeFileSync(file, '{"secret": "whsec_hidden"');
  const { code, stderr } = await hookline(place, 'in', 'list');
  expect([code, stderr]).toEqual([
    1,
    `hookline: ${file} does not hold a webhook; remove it, and add the webhook anew\n`,
  ]);
  await hooklineOk(place, 'in', 'remove', 'broken');
  expect(fs.existsSync(file)).toBe(false);
});

it('is listed before the files of the configuration, and what is read at brokers', async () => {
  const other = makePlace();
  fs.mkdirSync(other.hooklineHome);
  const input = { unix: path.join(other.home, 'a.sock'), to: 'backend', priority: 'low' };
  const read = { mqtt: 'mqtt://ci:pa55w0rd@127.0.0.1:1/plant/+/alarm', to: 'ops', template: '{{text}}' };
  fs.writeFileSync(path.join(other.hooklineHome, 'config.json'), JSON.stringify({ in: [input, read] }));
  expect((await hooklineOk(other, 'in', 'list')).stdout.split('\n')).toEqual([
    `unix  to backend  ${input.unix}  low`,
    expect.stringMatching(/^mqtt {2}to ops {6}plant\/\+\/alarm@mqtt +\{\{text\}\}$/),
    '',
  ]);
  const { stdout } = await hooklineOk(other, 'in', 'list', '--json');
  expect(JSON.parse(stdout)).toEqual({
    webhooks: [],
    files: [input],
    brokers: [{ kind: 'mqtt', place: 'plant/+/alarm@mqtt', to: 'ops', template: '{{text}}' }],
  });
  const running = await startDaemon(other);
  expect(fs.statSync(input.unix).mode & 0o777).toBe(0o600);
  expect(await running.stop()).toBe(0);
  expect(fs.existsSync(input.unix)).toBe(false);
});

const SECRET = 'too short';
it.each<[string[], string]>([
  [[], 'say what to do (add, list, remove, or --fifo PATH or --unix PATH)'],
  [['ad'], 'there is no in "ad"; did you mean add?'],
  [['add', 'x'], '--to is missing'],
  [['add', '1x', '--to', 'a'], 'the name must be a letter, then up to 63 letters'],
  [['add', '../x', '--to', 'a'], 'the name must be a letter'],
  [['add', 'x', '--to', 'a b'], '--to must be a name, or the id of a session'],
  [
    ['add', 'x', '--to', 'a', '--secret', SECRET],
    '--secret must be "whsec_" and 24 to 64 bytes in base64, or',
  ],
  [['add', 'x', '--to', 'a', '--secret', 'whsec_AAAA'], '--secret must be "whsec_"'],
  [['add', 'x', '--to', 'a', '--secret', SECRET, '--secret-file', 'y'], 'one of them is enough'],
  [['add', 'x', '--to', 'a', '--priority', 'urgent'], '--priority is "urgent", but it must be one of high'],
  [['add', 'x', '--to', 'a', '--ttl', 'soon'], '--ttl is "soon", but it must be such as 30s'],
  [['add', 'x', '--to', 'a', '--ttl', '0.1s'], '--ttl, in milliseconds, '],
  [['add', 'x', '--to', 'a', '--template', 'a {{'], '--template has a "{{" that no path'],
  [['add', 'x', '--to', 'a', '--template', '{{ }}'], '--template has a "{{"'],
  [['add', 'x', '--to', 'a', '--template', 'x'.repeat(8193)], '--template is longer than 8192 characters'],
  [['list', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
])('%j is a slip', async (args, words) => {
  const { code, stdout, stderr } = await hookline(place, 'in', ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain(SECRET);
  expect(stderr.trimEnd()).not.toContain('\n');
});
