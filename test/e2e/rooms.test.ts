// A client of a room and a real session of that name: what is written there wakes it, its answer is a reply, and both know what arrived.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { bash, type Scenario } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { enterRoom, type RoomClient } from '../support/room-client.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** What the model says: it answers where the message says that it came from. */
const scenarios: Record<string, Scenario> = { hello: [{ text: 'Hello.' }] };

describe.skipIf(!claude.found || !hasTmux())('a room and a session', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal;
  let client: RoomClient;
  const enter = (): Promise<RoomClient> =>
    enterRoom({ host: new URL(daemon.url).host, token: daemon.token }, { room: 'backend' });

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    terminal = await openTerminal({ world, args: ['--permission-mode', 'acceptEdits', '--name', 'backend'] });
    await terminal.waitFor(/❯/);
    client = await enter();
  });
  afterAll(async () => {
    client?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  /** What sessions are heard by, once one was given something. */
  const ownSocket = (): string => {
    const folder = path.join(world.root, 'cc-socks');
    const name = fs.readdirSync(folder).find(one => one.startsWith('hookline-'));
    return path.join(folder, String(name));
  };
  /** Writes, and waits until the session has it. */
  const say = async (text: string): Promise<unknown> => {
    const from = client.frames.length;
    client.say(text);
    const { message_id: id } = await client.waitFor('receipt', from);
    await client.waitFor(one => one['message_id'] === id && one['state'] === 'delivered', from);
    const states = client.of('receipt').filter(one => one['message_id'] === id);
    expect(states.map(({ state }) => state)).toEqual(['queued', 'accepted', 'delivered']);
    return id;
  };
  const sayBack = (message: string): Scenario => [
    { tools: [{ name: 'ToolSearch', input: { query: 'select:SendMessage', max_results: 1 } }] },
    {
      tools: [{ name: 'SendMessage', input: { to: `uds:${ownSocket()}`, summary: 'an answer', message } }],
    },
    { text: 'Answered.' },
  ];

  it('talk: the message wakes it, its answer is a reply, and each is told what arrived', async () => {
    await until('the session has its name', async () => {
      const { stdout } = await hooklineOk(world, 'names', '--json');
      return stdout.includes('"backend"') && stdout.includes('"live":true');
    });
    await say('RUN:hello');
    scenarios['port'] = sayBack('Port 3838.');
    const asked = await say('RUN:port which one is it?');
    const { message_id: answer } = await client.waitFor('reply');
    expect(client.of('reply')).toMatchObject([{ session_id: 'backend', content: 'Port 3838.' }]);
    await client.waitFor(({ status }) => status === 'tool_use');
    await client.waitFor(
      ({ status }) => status === 'idle',
      client.frames.findLastIndex(({ status }) => status === 'tool_use'),
    );
    const headers = { authorization: `Bearer ${daemon.token}` };
    const told = await fetch(`${daemon.url}/api/messages/${answer}?wait=delivered`, { headers });
    expect(await told.json()).toMatchObject({
      ...{ from: 'backend', to: 'room:backend', inReplyTo: asked, state: 'delivered' },
    });
    await terminal.waitFor(/Message from @hookline/);
  });

  it('ask: what it wants is shown in the room and answered there, or at the terminal, which tells the room', async () => {
    const command = (file: string): string => `node -e "require('fs').writeFileSync('${file}', '')"`;
    scenarios['ask'] = [
      { tools: [bash(command('here.txt'), 'Write here')] },
      { tools: [bash(command('there.txt'), 'Write there')] },
      { text: 'Written.' },
    ];
    await say('RUN:ask');
    const here = await client.waitFor('permission_request');
    const input_preview = JSON.stringify({ command: command('here.txt'), description: 'Write here' });
    expect(here).toMatchObject({ tool_name: 'Bash', description: 'Write here', input_preview });
    await terminal.waitFor(/Do you want to proceed/);
    const from = client.frames.length;
    client.send({ type: 'permission_response', request_id: here['request_id'], allowed: true });
    expect(await client.waitFor('permission_resolved', from)).toMatchObject({
      ...{ request_id: here['request_id'], outcome: 'allowed' },
    });
    const there = await client.waitFor('permission_request', from);
    expect(there).toMatchObject({ description: 'Write there' });
    expect(fs.readdirSync(world.project)).toContain('here.txt');
    await terminal.waitFor(/there\.txt[\s\S]*Do you want to proceed/);
    await terminal.choose(/❯ 1\. Yes/);
    const end = await client.waitFor(one => one['request_id'] === there['request_id'] && 'outcome' in one);
    expect(end).toMatchObject({ type: 'permission_resolved', outcome: 'answered_elsewhere' });
    await terminal.waitFor(/Written\./);
    expect(fs.readdirSync(world.project)).toContain('there.txt');
    expect(client.of('error')).toEqual([]);
  });

  it('and what was said is there after the daemon was killed', async () => {
    await daemon.stop('SIGKILL');
    daemon = await startDaemon(world);
    client = await enter();
    const { messages } = await client.ask({ type: 'fetch_history', session_id: 'backend' }, 'history');
    expect(messages).toMatchObject([
      { role: 'user', content: 'RUN:hello' },
      { role: 'user', content: 'RUN:port which one is it?' },
      { role: 'assistant', content: 'Port 3838.' },
      { role: 'user', content: 'RUN:ask' },
    ]);
  });
});
