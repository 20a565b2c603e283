// The ways in on the page of messages, as they stand there.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN, makePlace } from '../support/cli.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { code } from '../support/pages.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const PAGE = 'docs/messages.md';
const block = (language: string, words: string): string =>
  code(PAGE, language).find(one => one.includes(words)) ?? '';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  const script = `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`;
  fs.writeFileSync(path.join(place.home, 'bin/hookline'), script, { mode: 0o755 });
  fs.mkdirSync(place.hooklineHome);
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), block('json', '"unix"'));
  daemon = await startDaemon(place);
});
afterAll(() => daemon.stop());

const paste = (text: string) =>
  run('sh', ['-ec', text], { env: { ...place.env, HOOKLINE_HOME: place.hooklineHome }, timeout: 60_000 });
// biome-ignore lint/suspicious/noExplicitAny: whatever the command says
const inboxOf = async (name: string): Promise<any[]> =>
  JSON.parse((await hooklineOk(place, 'inbox', name, '--json')).stdout).messages;

it('webhooks are added, listed and removed, and the template does what the page says', async () => {
  const { stdout, stderr } = await paste(block('sh', 'hookline in add'));
  expect(stderr).toBe('The webhook github was removed.\n');
  expect(stdout.match(/^url {5}\S+\/in\/(?:github|alerts)$/gm)).toHaveLength(2);
  const secret = /in\/alerts\nsecret {2}(\S+)/.exec(stdout)?.[1] ?? '';
  const body = {
    status: 'firing',
    alerts: [{ labels: { alertname: 'DiskFull', instance: 'a' } }, { labels: { alertname: 'Slow' } }],
  };
  const target = `${daemon.url}/in/alerts?secret=${encodeURIComponent(secret)}`;
  expect((await fetch(target, { method: 'POST', body: JSON.stringify(body) })).status).toBe(202);
  expect(await inboxOf('ops')).toMatchObject([
    { message: 'firing: DiskFull, Slow on a', priority: 'high', from: 'alerts' },
  ]);
});

it('a line that is written into the FIFO is a message', async () => {
  await paste(block('sh', 'hookline.fifo'));
  await until('it came', async () => (await inboxOf('backend')).length > 0);
  expect(await inboxOf('backend')).toMatchObject([
    { message: 'The build is green.', from: 'ci', via: 'fifo', priority: 'low' },
  ]);
  expect(fs.statSync(path.join(place.home, 'hookline.sock')).isSocket()).toBe(true);
});
