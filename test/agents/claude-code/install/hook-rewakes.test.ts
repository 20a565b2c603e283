// The hook that waits in the background: it ends with 2 and what it was told, or with nothing; and never later than its client.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hookFile } from '../../../../src/agents/claude-code/install/index.ts';
import { isStalled, spoolFolder, writeEndpoint } from '../../../../src/hook-endpoint/index.ts';
import { isAlive } from '../../../../src/process-probe.ts';
import { until } from '../../../support/until.ts';
import { daemon, here, hookIn, hungDaemon, TOKEN } from './hook-runs.ts';

/** As the client sends it; the session is all that is sent on. */
const PAYLOAD = JSON.stringify({
  ...{ session_id: '8dd92b6f-1', transcript_path: '/t', hook_event_name: 'UserPromptSubmit' },
  prompt: 'what is "session_id":"no"?'.repeat(4000),
});
const TEXT = `\n[hookline message id=1]\né "q" \\ %s \u2028 $(d) ${'ü'.repeat(4000)}\n`;

type Answer = (response: http.ServerResponse) => void;
const say =
  (status: number, body = ''): Answer =>
  response => {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, { 'content-type': 'text/plain', 'content-length': length }).end(body);
  };
/** One after the other, and the last again and again. */
const inTurn = (...answers: Answer[]): Answer => {
  const left = [...answers];
  return response => (left.length > 1 ? left.shift() : left[0])?.(response);
};

/** They end in one of two ways to send: bash's own, and curl. */
const ways = here.filter(([name]) => name === 'dash' || name === 'curl alone');

describe.each(ways)('%s', (name, { argv, path: programs }) => {
  async function hook(answer: Answer | 'hangs', entrypoint = 'cli') {
    const env = { CLAUDE_CODE_ENTRYPOINT: entrypoint };
    const installed = await hookIn(argv, programs && [...programs, 'sleep'], env);
    const { url, calls } = answer === 'hangs' ? await hungDaemon() : await daemon(answer);
    await writeEndpoint(installed.home, { pid: process.pid, url, hookToken: TOKEN });
    return { ...installed, calls, wait: () => installed.call(PAYLOAD, ['rewake']) };
  }
  /** Nothing is kept, and others are not told to skip. */
  const leavesNothing = async (home: string): Promise<boolean> =>
    !fs.existsSync(spoolFolder(home)) && !(await isStalled(home));

  test('prints what it is told, to the letter, and ends with 2', async () => {
    const { calls, wait, home } = await hook(inTurn(say(204), say(204), say(200, TEXT)));
    expect(await wait()).toMatchObject({ code: 2, output: TEXT });
    expect(calls).toHaveLength(3);
    const waiter = expect.stringMatching(new RegExp(`^[1-9]\\d* ${process.pid}$`));
    for (const call of calls)
      expect(call).toMatchObject({
        ...{ url: '/hook', prints: 'rewake', authorization: `Bearer ${TOKEN}`, waiter },
        body: '{"session_id":"8dd92b6f-1"}',
      });
    expect(new Set(calls.map(call => 'waiter' in call && call.waiter)).size).toBe(1);
    expect(await leavesNothing(home)).toBe(true);
  });

  test.each([
    ['that it need not wait', 410],
    ['by an older daemon that it took an event', 202],
    ['that there is no such thing', 404],
  ])('ends with nothing when it is told %s', async (_, status) => {
    const { calls, wait } = await hook(say(status, 'no'));
    expect(await wait()).toMatchObject({ code: 0, output: '' });
    expect(calls).toHaveLength(1);
  });

  test.each(['sdk-cli', ''])('does not wait where there is no terminal (%j)', async entrypoint => {
    const { calls, wait } = await hook(say(200, TEXT), entrypoint);
    expect(await wait()).toMatchObject({ code: 0, output: '' });
    expect(calls).toHaveLength(0);
  });

  test('does not wait for a daemon that is not there', async () => {
    const { home, wait } = await hook(say(200, TEXT));
    await writeEndpoint(home, { pid: 2 ** 22 - 1, url: 'http://127.0.0.1:9/hook', hookToken: TOKEN });
    expect(await wait()).toMatchObject({ code: 0, output: '' });
    expect(await leavesNothing(home)).toBe(true);
  });

  test('asks the next daemon when one has ended, after a moment; an answer that was cut off is none', async () => {
    const cutOff: Answer = response => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
      response.write('\nhalf', () => response.destroy());
    };
    const { home, calls, wait } = await hook(cutOff);
    const waiting = wait();
    await until('it has asked', () => calls.length > 0);
    const next = await daemon(say(200, TEXT));
    await writeEndpoint(home, { pid: process.pid, url: next.url, hookToken: TOKEN });
    expect(await waiting).toMatchObject({ code: 2, output: TEXT });
  });

  /** A client that has started the hook, and the hook. */
  async function clientOf(home: string, env: Readonly<Record<string, string>>) {
    const payload = path.join(home, 'payload');
    fs.writeFileSync(payload, PAYLOAD);
    const script = 'payload=$1; shift; "$@" rewake <"$payload" & echo $!; wait';
    const client = spawn('/bin/sh', ['-c', script, 'client', payload, ...argv, hookFile(home)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void client.kill('SIGKILL'));
    let said = '';
    client.stdout.on('data', chunk => (said += chunk));
    const pid = await until('it says who waits', () => Number(said.trim()));
    return { client, pid };
  }

  test('ends when its client was killed, whether the daemon says so or hangs', async () => {
    // curl waits for an answer, and a daemon gives one within half a second then.
    const { home, env, calls } = await hook(
      name === 'curl alone' ? response => void setTimeout(() => say(204)(response), 500) : 'hangs',
    );
    const { client, pid } = await clientOf(home, env);
    await until('it waits', () => calls.length > 0);
    expect(isAlive(pid)).toBe(true);
    client.kill('SIGKILL');
    await until('it is gone', () => !isAlive(pid));
    expect(await leavesNothing(home)).toBe(true);
  });

  test('ends when it was uninstalled together with all that is hookline’s', async () => {
    const { home, env, calls } = await hook(response => void setTimeout(() => say(204)(response), 200));
    const { pid } = await clientOf(home, env);
    await until('it waits', () => calls.length > 0);
    fs.rmSync(hookFile(home));
    await until('it is gone', () => !isAlive(pid));
  });
});
