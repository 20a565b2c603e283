// The client of a newcomer works as it stands: counts sessions, names tools, and after a cut misses nothing.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { type Daemon, startDaemon } from '../support/hookline.ts';

const example = path.join(import.meta.dirname, 'example-client.js');
const env = { ...process.env } as Record<string, string>; // the guard's throw-away homes
const place = { env, hooklineHome: path.join(String(env['HOME']), 'example') };

/** Runs the example in a page-like world of its own. Every line it logs lands in `said`. */
function runExample(url: string): { said: string[]; sockets: WebSocket[]; end(): void } {
  const said: string[] = [];
  const sockets: WebSocket[] = [];
  let ended = false;
  class Tracked extends WebSocket {
    constructor(address: string) {
      super(address);
      sockets.push(this);
    }
  }
  const context = {
    HOOKLINE_URL: url,
    WebSocket: Tracked,
    console: { log: (line: string) => said.push(line) },
    setTimeout: (callback: () => void, ms: number) => setTimeout(() => ended || callback(), ms),
  };
  vm.runInNewContext(fs.readFileSync(example, 'utf8'), context, { filename: example });
  return {
    said,
    sockets,
    end() {
      ended = true;
      for (const socket of sockets) socket.terminate();
    },
  };
}

describe('the example client', () => {
  let daemon: Daemon;
  let client: ReturnType<typeof runExample>;

  async function hook(event: string, fields: Record<string, unknown> = {}): Promise<void> {
    const response = await fetch(`${daemon.url}/hook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${daemon.token}` },
      body: JSON.stringify({
        session_id: 'a-session',
        transcript_path: '/nowhere/a-session.jsonl',
        cwd: '/nowhere',
        hook_event_name: event,
        ...fields,
      }),
    });
    expect(response.status).toBe(202);
  }
  const call = (id: string, tool: string): Promise<void> =>
    hook('PreToolUse', { tool_name: tool, tool_input: {}, tool_use_id: id });
  const said = (lines: readonly string[]): Promise<void> =>
    vi.waitFor(() => expect(client.said).toEqual(lines), { timeout: 60_000, interval: 20 });

  beforeAll(async () => {
    daemon = await startDaemon(place);
    client = runExample(`${daemon.url.replace('http', 'ws')}/ws?token=${daemon.token}`);
  });
  afterAll(async () => {
    client?.end();
    await daemon?.stop();
  });

  it('sees the sessions, then every tool as it is used', async () => {
    await said(['0 sessions']);
    await hook('SessionStart', { source: 'startup' });
    await call('toolu_1', 'Bash');
    await said(['0 sessions', 'session a-session', 'using Bash']);
  });

  it('comes back after a cut and gets what it missed, once and in order', async () => {
    const before = [...client.said];
    client.sockets[0]?.terminate();
    await call('toolu_2', 'Read');
    await call('toolu_3', 'Write');
    await said([...before, '1 sessions', 'using Read', 'using Write']);
    await call('toolu_4', 'Edit');
    await said([...before, '1 sessions', 'using Read', 'using Write', 'using Edit']);
  });
});
