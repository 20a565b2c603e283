// What an MCP server asks of the user of the real client: left to its terminal, and why.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream } from '../support/stream.ts';

const claude = await findClaude();
const SERVER = path.join(import.meta.dirname, '../support/claude/asking-server.js');
const scenarios = {
  ask: [
    { tools: [{ name: 'ToolSearch', input: { query: 'select:mcp__asking__ask', max_results: 1 } }] },
    { tools: [{ name: 'mcp__asking__ask', input: {} }] },
    { text: 'Over with asking.' },
  ],
};
const DIALOG = /What is your name\?/;

describe.skipIf(!claude.found || !hasTmux())('what an MCP server asks', () => {
  let world: World;
  let daemon: Daemon | undefined;
  let terminal: Terminal | undefined;

  beforeEach(async () => {
    if (claude.found) world = await createWorld({ bin: claude.bin, scenarios });
  });
  afterEach(async () => {
    await terminal?.close();
    await daemon?.stop();
    daemon = undefined;
    await world?.close();
  });

  async function open(): Promise<Terminal> {
    const servers = { mcpServers: { asking: { command: process.execPath, args: [SERVER] } } };
    const args = ['--permission-mode', 'default', '--mcp-config', JSON.stringify(servers)];
    terminal = await openTerminal({ world, args: [...args, '--allowedTools', 'mcp__asking__ask'] });
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:ask');
    return terminal;
  }

  it('is on the screen though somebody listens who may answer, who is told, and told how it ended', async () => {
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['permission.*', 'elicitation.*'] });
    await stream.waitFor('the subscription', ({ type }) => type === 'subscribed');
    const client = await open();
    await client.waitFor(DIALOG);
    const told = await stream.waitFor('it is told', ({ type }) => type === 'elicitation.requested');
    expect(told.data).toMatchObject({ serverName: 'asking', message: 'What is your name?' });
    expect(told.data).not.toHaveProperty('requestId');
    const listed = await fetch(`${daemon.url}/api/approvals`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect(await listed.json()).toEqual({ requests: [] });
    await client.pressUntil('Escape', /Over with asking/);
    const ended = await stream.waitFor('its end', ({ type }) => type === 'elicitation.answered');
    expect(ended.data?.['action']).toBeOneOf(['cancel', 'decline']);
    stream.close();
  });

  it('is not, as long as a hook of it waits: so none may', async () => {
    const [began, over] = ['began', 'over'].map(name => path.join(world.root, name)) as [string, string];
    const command = `touch ${began}; sleep 6; touch ${over}`;
    world.writeSettings({ hooks: { Elicitation: [{ hooks: [{ type: 'command', command, timeout: 60 }] }] } });
    const client = await open();
    await client.waitFor(DIALOG, 60_000);
    expect(fs.existsSync(began) && fs.existsSync(over)).toBe(true);
  });
});
