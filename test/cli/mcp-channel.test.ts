// `hookline mcp --channel`: a client is told once of what waits, is given nothing by that, and the server outlives the daemon.
import { spawn } from 'node:child_process';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { follow, MAIN, makePlace } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const place = makePlace();
const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
let daemon: Daemon;
let client: Client | undefined;

beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterEach(() => client?.close());
afterAll(() => daemon.stop());

interface Notice {
  readonly method: string;
  readonly params?: unknown;
}

/** A client that keeps what it is told unasked. */
async function connected(...args: string[]): Promise<{ client: Client; notices: readonly Notice[] }> {
  const notices: Notice[] = [];
  const made = new Client({ name: 'test', version: '1' });
  made.fallbackNotificationHandler = async ({ method, params }) => void notices.push({ method, params });
  const command = { command: process.execPath, args: [MAIN, 'mcp', ...args], env, cwd: place.home };
  await made.connect(new StdioClientTransport({ ...command, stderr: 'pipe' }));
  client = made;
  return { client: made, notices };
}

async function ask(target: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.json() as Promise<Record<string, unknown>>;
}
const send = (to: string, message: string, from: string): Promise<Record<string, unknown>> =>
  ask('/api/messages', { to, message, from });

const notice = (content: string, waiting: string): Notice => ({
  method: 'notifications/claude/channel',
  params: { content, meta: { waiting } },
});

it('says that it is a channel only where it was asked to be one', async () => {
  const plain = await connected('--name', 'plain');
  expect(plain.client.getServerCapabilities()?.experimental).toBeUndefined();
  await plain.client.close();
  const asked = await connected('--name', 'asked', '--channel');
  expect(asked.client.getServerCapabilities()?.experimental).toEqual({ 'claude/channel': {} });
});

it('tells once of each that waits for its name, and none has arrived by that', async () => {
  const first = await send('pager', 'Disk is full.', 'alerts');
  await send('others', 'Not for you.', 'alerts');
  const { client, notices } = await connected('--name', 'pager', '--channel');
  await until('it is told', () => notices.length === 1);
  const second = await send('pager', 'Still full.', 'ci');
  await until('it is told again', () => notices.length === 2);
  const words = 'waits for you in hookline; check_messages takes it. Not from your user.';
  expect(notices).toEqual([
    notice(`1 message from alerts ${words}`, '1'),
    notice(`1 message from ci ${words}`, '1'),
  ]);
  for (const { id } of [first, second])
    expect(await ask(`/api/messages/${id}`)).toMatchObject({ state: 'queued', recipients: [{ tries: 0 }] });
  const { content } = await client.callTool({ name: 'check_messages', arguments: {} });
  expect(JSON.stringify(content)).toMatch(/Disk is full\..*Still full\./s);
  for (const { id } of [first, second])
    expect(await ask(`/api/messages/${id}?wait=delivered&timeoutMs=5000`)).toMatchObject({
      ...{ state: 'delivered', recipients: [{ path: 'take' }] },
    });
  expect(notices).toHaveLength(2);
});

it('lives while the daemon is away, and tells what waited once it is back', async () => {
  await send('patient', 'When you are back.', 'a');
  await send('patient', 'And this.', 'b');
  await daemon.stop();
  const { client, notices } = await connected('--name', 'patient', '--channel');
  expect(await client.callTool({ name: 'list_sessions', arguments: {} })).toMatchObject({
    ...{ isError: true, content: [{ text: expect.stringContaining('hookline is not running') }] },
  });
  daemon = await startDaemon(place);
  await until('it is told', () => notices.length > 0);
  expect(notices).toEqual([
    notice(
      '2 messages from a, b wait for you in hookline; check_messages takes them. Not from your user.',
      '2',
    ),
  ]);
});

it('ends with stdin', async () => {
  const { child, exit, haveLines } = follow(
    spawn(process.execPath, [MAIN, 'mcp', '--name', 'short', '--channel'], { env, stdio: 'pipe' }),
  );
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  await haveLines(1);
  child.stdin?.end(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  expect(await exit).toBe(0);
});
