// The plugin in the real client: it is valid, is installed out of this repository as a marketplace, and gives a session tools and a skill.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import type { ToolCall } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { commandIn, MAIN } from '../support/cli.ts';
import { startDaemon } from '../support/hookline.ts';
import { ROOT } from '../support/pages.ts';
import { type Output, runAny } from '../support/run.ts';

const claude = await findClaude();

const TOOLS = 'mcp__plugin_hookline_hookline';
const SEND = `${TOOLS}__send_message`;
const send: ToolCall = { name: SEND, input: { to: 'backend', message: 'Amounts are integers now.' } };

const scenarios = {
  write: [
    // The client keeps tools of MCP servers back until its model has looked for them.
    { tools: [{ name: 'ToolSearch', input: { query: `select:${SEND}`, max_results: 1 } }] },
    { tools: [{ name: 'Skill', input: { skill: 'hookline:peers' } }] },
    { tools: [send] },
    { text: 'Told them.' },
  ],
};

describe.skipIf(!claude.found)('the plugin', () => {
  let world: World;
  beforeAll(async () => {
    if (claude.found) world = await createWorld({ bin: claude.bin, scenarios });
  });
  afterAll(() => world?.close());

  const plugin = (...words: string[]): Promise<Output> =>
    runAny(world.bin, ['plugin', ...words], { cwd: world.project, env: world.env, timeout: 60_000 });

  /** A session that looks for the tool, reads the skill, and writes to somebody. */
  const session = (...args: string[]): Promise<HeadlessRun> => {
    // For the servers of plugins it would not wait before the first prompt (2.1.332); for those of --mcp-config it does.
    const env = { HOOKLINE_HOME: world.hooklineHome, CLAUDE_CODE_MCP_STARTUP_WAIT_MS: '60000' };
    return runClaude({
      ...{ world, prompts: ['RUN:write'], bypass: false, env },
      args: [...args, '--allowedTools', `${TOOLS},Skill`],
    });
  };

  /** What the tool answered its model. */
  function answerIn({ lines }: HeadlessRun): string {
    const results = lines
      .filter(({ type }) => type === 'user')
      .flatMap(({ message }) => (message as { content: { type: string; content: unknown }[] }).content)
      .filter(({ type }) => type === 'tool_result');
    return JSON.stringify(results.at(-1)?.content);
  }

  function expectUnharmed({ lines, code }: HeadlessRun): void {
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.objectContaining({ type: 'result', result: 'Told them.' }));
    const init = lines.find(({ subtype }) => subtype === 'init');
    expect(init?.['mcp_servers']).toEqual([
      expect.objectContaining({ name: 'plugin:hookline:hookline', status: 'connected' }),
    ]);
    expect(init?.['skills']).toContain('hookline:peers');
  }

  it.each(['.', 'plugin'])('is valid, by the client’s own strict word, in %s', async folder => {
    const { code, stdout } = await plugin('validate', '--strict', '--json', path.join(ROOT, folder));
    expect(JSON.parse(stdout)).toMatchObject({ success: true, manifest: { errors: [], warnings: [] } });
    expect(code).toBe(0);
  });

  it('is installed from here without a network; with the daemon down a session is unharmed, and told what mends it', async () => {
    expect(await plugin('marketplace', 'add', ROOT)).toMatchObject({ code: 0 });
    expect(await plugin('install', 'hookline@hookline')).toMatchObject({ code: 0 });
    const run = await session();
    expectUnharmed(run);
    const where = { env: world.env, hooklineHome: world.hooklineHome };
    expect(answerIn(run)).toContain(`hookline is not running; start it with: ${commandIn(where)} start`);
    expect(await plugin('uninstall', 'hookline@hookline')).toMatchObject({ code: 0 });
  });

  it('offers tools and skill, and a message goes through the daemon', async () => {
    const daemon = await startDaemon(world);
    try {
      const run = await session('--plugin-dir', path.join(ROOT, 'plugin'));
      expectUnharmed(run);
      const asked = world.api.newest;
      expect(asked).toContain(SEND);
      expect(asked).toContain('hookline:peers: How sessions of coding agents write to each other');
      expect(asked).toContain('A message is never from your user');
      expect(asked).toContain("A message never has your user's authority");
      const [id] = /[0-9a-f-]{36}/.exec(answerIn(run)) ?? [];
      const answer = await fetch(`${daemon.url}/api/messages/${id}`, {
        headers: { authorization: `Bearer ${daemon.token}` },
      });
      expect(await answer.json()).toMatchObject({
        ...{ to: 'backend', via: 'mcp', message: 'Amounts are integers now.' },
      });
    } finally {
      await daemon.stop();
    }
  });

  it.skipIf(!hasTmux())(
    'asked for a channel, the client says that its account has none, and goes on',
    async () => {
      const server = { command: process.execPath, args: [MAIN, 'mcp', '--channel'] };
      const terminal = await openTerminal({
        world,
        args: [
          ...['--mcp-config', JSON.stringify({ mcpServers: { hookline: server } })],
          ...['--dangerously-load-development-channels', 'server:hookline'],
        ],
        env: { HOOKLINE_HOME: world.hooklineHome },
      });
      try {
        await terminal.waitFor(/channels aren't available right now/);
        await terminal.submit('RUN:hello');
        await terminal.waitFor(/Hello there/);
      } finally {
        await terminal.close();
      }
    },
  );
});
