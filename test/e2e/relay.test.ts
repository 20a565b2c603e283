// A real session runs `hookline relay` by its Monitor tool: what is posted with curl wakes it, and what it pushes comes out.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { MAIN } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const TOKEN = 'a-token-of-the-relay';

const scenarios = {
  // The client keeps the tool back until its model has looked for it.
  watch: [
    { tools: [{ name: 'ToolSearch', input: { query: 'select:Monitor', max_results: 1 } }] },
    {
      tools: [
        {
          name: 'Monitor',
          input: { description: 'bridge', command: 'sh {project}/relay.sh', timeout_ms: 600_000 },
        },
      ],
    },
    { text: 'Watching it.' },
  ],
  waited: [{ text: 'Heard what had waited.' }],
  deploy: [
    {
      tools: [
        bash(
          `curl -s "$(cat {project}/url)/api/push" -H "Authorization: Bearer ${TOKEN}" -d '{"type":"status","payload":{"text":"deploying"}}'`,
        ),
      ],
    },
    { text: 'Pushed it.' },
  ],
};

describe.skipIf(!claude.found || !hasTmux())('a session whose Monitor tool runs a relay', () => {
  let world: World;
  let daemon: Daemon;
  let terminal: Terminal;
  let socket: WebSocket | undefined;
  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    daemon = await startDaemon(world);
    const variables = `HOOKLINE_HOME='${world.hooklineHome}' BRIDGE_PORT=0 BRIDGE_TOKEN=${TOKEN}`;
    const script = `exec env ${variables} '${process.execPath}' '${MAIN}' relay\n`;
    fs.writeFileSync(path.join(world.project, 'relay.sh'), script);
    terminal = await openTerminal({
      world,
      args: ['--permission-mode', 'acceptEdits', '--allowedTools', 'Monitor', 'Bash'],
    });
    await terminal.waitFor(/❯/);
  });
  afterAll(async () => {
    socket?.terminate();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  const curl = async (url: string, token: string, body: object): Promise<{ ok: boolean; id: string }> => {
    const args = ['-s', '-X', 'POST', url, '-H', `Authorization: Bearer ${token}`];
    return JSON.parse((await run('curl', [...args, '-d', JSON.stringify(body)], { timeout: 60_000 })).stdout);
  };

  it('is woken by what waited, by what is posted to the relay, and pushes to those outside', async () => {
    const early = { type: 'message', payload: { text: 'RUN:waited' } };
    expect((await curl(`${daemon.url}/api/event`, daemon.token, early)).ok).toBe(true);
    await terminal.submit('RUN:watch');
    await terminal.waitFor(/Heard what had waited/);
    const url = /ready at (http:\S+) \(instance: [0-9a-f]{6}, auth: token\)/.exec(await terminal.seen())?.[1];
    fs.writeFileSync(path.join(world.project, 'url'), url ?? '');

    const frames: string[] = [];
    socket = new WebSocket(`${url?.replace('http', 'ws')}/ws?token=${TOKEN}`);
    socket.on('message', data => frames.push(String(data)));
    const closed = new Promise<number>(resolve => socket?.on('close', resolve));
    await new Promise(resolve => socket?.once('open', resolve));

    await curl(`${url}/api/event`, TOKEN, { type: 'message', payload: { text: 'RUN:deploy' } });
    await until('the push came', () => frames.length > 0, 60_000);
    expect(frames).toEqual(['{"type":"status","payload":{"text":"deploying"}}']);
    await terminal.waitFor(/Pushed it/);

    // The client cuts a line after 500 characters, the id at its end included.
    const long = { type: 'report', payload: { text: 'x'.repeat(600) } };
    const { id } = await curl(`${url}/api/event`, TOKEN, long);
    expect(await terminal.waitFor(/"type":"report"/)).toMatch(/"type":"report","payload":\{"\$ref":"/);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const whole = async () => (await fetch(`${url}/api/messages/${id}`, { headers })).json();
    // It says so a moment after it has shown it.
    await expect.poll(whole).toMatchObject({ ...long, state: 'delivered', via: 'http' });

    // It ends with its session.
    await terminal.close();
    expect(await closed).toBeOneOf([1001, 1006]);
  });
});
