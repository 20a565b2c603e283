// The automations on the pages, as they stand there, with stand-ins for the programs that make noise.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliPlace, follow, MAIN, makePlace, postHook, type Running } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { code } from '../support/pages.ts';
import { until } from '../support/until.ts';

const automations = ['README.md', 'docs/automation.md']
  .flatMap(name => code(name, 'sh'))
  .filter(block => block.includes('hookline on '))
  .flatMap(block => block.trim().split('\n\n'));
const automation = (words: string): string => automations.find(one => one.includes(words)) ?? '';

let place: CliPlace;
let daemon: Daemon;
let receiver: http.Server;
const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];
const running: Running[] = [];

beforeAll(async () => {
  place = makePlace();
  const bin = path.join(place.home, 'bin');
  const install = (name: string, script: string): void =>
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  install('hookline', `exec ${process.execPath} ${MAIN} "$@"`);
  install('npx', 'exec "$@"');
  // Each writes down how it was called.
  for (const name of ['notify-send', 'paplay'])
    install(name, `printf '%s|' ${name} "$@" >> ${place.home}/calls; echo >> ${place.home}/calls`);
  receiver = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body });
    response.end();
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  daemon = await startDaemon(place);
});
beforeEach(() => {
  received.length = 0;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.end('SIGTERM')));
});
afterAll(async () => {
  receiver.close();
  await daemon.stop();
});

/** Runs an automation as somebody would who pastes it into a shell. */
async function paste(text: string): Promise<Running> {
  const { port } = receiver.address() as AddressInfo;
  const script = text.replaceAll(':8080', `:${port}`).replace(/^(?:npx )?hookline/m, 'exec $&');
  const one = follow(
    spawn('sh', ['-c', script], {
      cwd: place.home,
      env: { ...place.env, HOOKLINE_HOME: place.hooklineHome },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  running.push(one);
  await one.says('connected; ');
  return one;
}

const read = (name: string): string => {
  const file = path.join(place.home, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
};
const failed = (fields: object): Promise<void> =>
  postHook(daemon, 'PostToolUseFailure', { tool_name: 'Bash', is_interrupt: false, ...fields });

describe('the pages', () => {
  it('have the automations', () => {
    expect(automations).toHaveLength(6);
    for (const one of automations) expect(one).toMatch(/^# [A-Z].*\.\n/);
  });

  it('tells when a session waits for permission', async () => {
    await paste(automation('permission.requested'));
    const input = { command: '"; touch owned; echo "' };
    await postHook(daemon, 'PermissionRequest', {
      tool_name: '$(touch owned)`touch owned`',
      tool_input: input,
    });
    await until('it was told whole', () => /^notify-send\|.*\n/m.test(read('calls')));
    expect(read('calls')).toContain(
      'notify-send|Claude asks|$(touch owned)`touch owned` in /home/dev/shop|\n',
    );
    expect(fs.existsSync(path.join(place.home, 'owned'))).toBe(false);
  });

  it('plays a sound at the end of every turn', async () => {
    await paste(automation('turn.completed'));
    for (let n = 0; n < 2; n++) await postHook(daemon, 'Stop', { last_assistant_message: 'done' });
    const line = 'paplay|/usr/share/sounds/freedesktop/stereo/complete.oga|\n';
    await until('it was heard twice', () => read('calls').split(line).length === 3);
  });

  it('keeps the Bash commands that failed, also of the time in which nobody watched', async () => {
    const first = await paste(automation('failures'));
    await failed({ tool_use_id: 'f1', tool_input: { command: 'exit 3' }, error: 'Exit code 3' });
    await failed({
      tool_use_id: 'f2',
      tool_input: { file_path: '/x' },
      tool_name: 'Read',
      error: 'no such file',
    });
    await until('it was noted', () => read('failed.txt') !== '');
    expect(await first.end('SIGINT')).toBe(0);
    await failed({ tool_use_id: 'f3', tool_input: { command: 'make' }, error: 'Exit code 2' });
    await paste(automation('failures'));
    await until('both were noted', () => read('failed.txt').split('\n\n').length > 2);
    expect(read('failed.txt')).toBe('$ exit 3\nExit code 3\n\n$ make\nExit code 2\n\n');
  });

  it('keeps failed tool calls as JSON', async () => {
    const one = await paste(automation('failed.jsonl'));
    await failed({ tool_use_id: 'g1', tool_input: {}, error: 'quick', duration_ms: 5 });
    await failed({ tool_use_id: 'g2', tool_input: {}, error: 'slow', duration_ms: 500 });
    await postHook(daemon, 'PostToolUse', { tool_name: 'Bash', tool_use_id: 'g3', tool_input: {} });
    await failed({ tool_use_id: 'g4', tool_input: {}, error: 'last' });
    const lines = await one.haveLines(3);
    expect(lines.map(line => JSON.parse(line).data.error)).toEqual(['quick', 'slow', 'last']);
    // `tee` writes the file after its output.
    await until('the file has them too', () => read('failed.jsonl') === one.stdout());
  });

  it('posts with curl', async () => {
    await paste(automation('curl'));
    await postHook(daemon, 'Notification', { message: 'look here', notification_type: 'idle_prompt' });
    await until('it was posted', () => received.length > 0);
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      type: 'session.notification',
      data: { message: 'look here' },
    });
  });

  it('posts signed', async () => {
    await paste(automation('--webhook'));
    await postHook(daemon, 'Stop', { last_assistant_message: 'done' });
    await until('it was posted', () => received.length > 0);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toMatchObject({ type: 'turn.completed' });
    const key = Buffer.from(read('secret').trim().slice('whsec_'.length), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(fs.statSync(path.join(place.home, 'secret')).mode & 0o777).toBe(0o600);
  });
});
