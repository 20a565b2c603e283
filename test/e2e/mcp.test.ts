// The model of a real session writes to another one over `hookline mcp`, and reads what waits for it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import type { Step, ToolCall } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { MAIN } from '../support/cli.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';

const claude = await findClaude();

/** The client keeps tools of MCP servers back until its model has looked for them. */
const lookFor = (...names: string[]): Step => ({
  tools: [
    {
      name: 'ToolSearch',
      input: { query: `select:${names.map(name => `mcp__hookline__${name}`).join(',')}`, max_results: 9 },
    },
  ],
});
const mcp = (name: string, input: Record<string, unknown> = {}): ToolCall => ({
  name: `mcp__hookline__${name}`,
  input,
});

const scenarios = {
  greet: [{ text: 'Good morning to you too.' }],
  write: [
    lookFor('send_message', 'list_sessions', 'set_summary', 'check_messages'),
    { tools: [mcp('set_summary', { summary: 'Moves amounts to integers' })] },
    { tools: [mcp('list_sessions', { scope: 'repo' })] },
    { tools: [mcp('send_message', { to: 'backend', message: 'RUN:greet, amounts are integers now' })] },
    { tools: [mcp('check_messages')] },
    { text: 'Told them.' },
  ],
  again: [
    lookFor('set_summary', 'send_message'),
    { tools: [mcp('set_summary', { summary: 'Begins anew' })] },
    { tools: [mcp('send_message', { to: 'archive', message: 'Cleared.' })] },
    { text: 'Said so.' },
  ],
};

describe.skipIf(!claude.found || !hasTmux())('a session with the tools of hookline', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal;
  let peer = '';
  let run: HeadlessRun;
  let waiting = '';

  /** As `--mcp-config` takes it. */
  const configOf = (command: string, ...args: string[]): string => {
    const server = { command, args, env: { HOOKLINE_HOME: world.hooklineHome } };
    return JSON.stringify({ mcpServers: { hookline: server } });
  };

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
    // Behind a shell, as behind npx.
    const shelled = configOf('sh', '-c', `'${process.execPath}' '${MAIN}' mcp; true`);
    terminal = await openTerminal({
      world,
      args: [
        ...['--permission-mode', 'acceptEdits', '--mcp-config', shelled],
        ...['--allowedTools', 'mcp__hookline'],
      ],
    });
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:greet');
    await terminal.waitFor(/Good morning to you too/);
    await terminal.submit('/rename backend');
    ({ sessionId: peer = '' } = await stream.waitFor(
      'the name',
      ({ type, data }) => type === 'session.updated' && data?.['name'] === 'backend',
    ));
    const sent = await hooklineOk(world, 'send', '--to', 'scribe', '-m', 'Note it down.');
    waiting = sent.stdout.trim();
    run = await runClaude({
      ...{ world, prompts: ['RUN:write'], bypass: false },
      args: [
        ...['--mcp-config', configOf(process.execPath, MAIN, 'mcp', '--name', 'scribe')],
        ...['--allowedTools', 'mcp__hookline'],
      ],
    });
  });
  afterAll(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  /** What a tool answered its model, as the hooks of the session tell it. */
  const answerOf = async (name: string): Promise<string> => {
    const { data } = await stream.waitFor(
      `the answer of ${name}`,
      ({ type, sessionId, data }) =>
        type === 'tool.result' && sessionId === run.sessionId && data?.['toolName'] === mcp(name).name,
    );
    const [first] = (data?.['response'] ?? []) as { text: string }[];
    return first?.text ?? '';
  };

  const delivered = async (id: string): Promise<unknown> => {
    const answer = await fetch(`${daemon.url}/api/messages/${id}?wait=delivered&timeoutMs=30000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return answer.json();
  };

  it('has the server connected', () => {
    const init = run.lines.find(({ subtype }) => subtype === 'init');
    expect(init?.['mcp_servers']).toContainEqual(
      expect.objectContaining({ name: 'hookline', status: 'connected' }),
    );
    expect(init?.['slash_commands']).toContain('mcp__hookline__peers');
    expect(run.code).toBe(0);
  });

  it('sends a message that wakes another session', async () => {
    const answer = await answerOf('send_message');
    expect(answer).toMatch(/^queued \(id: [0-9a-f-]{36}, to: backend, state: queued\)$/);
    expect(await delivered(answer.slice('queued (id: '.length).slice(0, 36))).toMatchObject({
      ...{ state: 'delivered', from: 'scribe', via: 'mcp', message: 'RUN:greet, amounts are integers now' },
      recipients: [{ name: 'backend', sessionId: peer, path: 'inbox-socket' }],
    });
    expect(await terminal.waitFor(/Message from/)).toContain('from=scribe via=mcp unverified]');
  });

  it('sees who is there, and which of them it is', async () => {
    const listed = await answerOf('list_sessions');
    expect(listed).toContain(`backend (id ${peer}) `);
    expect(listed).toMatch(
      new RegExp(`\\(id ${run.sessionId}\\) .*: Moves amounts to integers \\[this is you\\]$`, 'm'),
    );
  });

  it('has what waited for its name: it came by itself once the name was its own, or was taken', async () => {
    const message = (await delivered(waiting)) as { recipients: { path: string }[] };
    expect(message).toMatchObject({ state: 'delivered', recipients: [{ name: 'scribe', tries: 1 }] });
    const isTaken = message.recipients[0]?.path === 'take';
    expect(await answerOf('check_messages')).toContain(
      isTaken ? `[hookline message id=${waiting} from=cli via=cli]\nNote it down.\n` : '(no messages)',
    );
  });

  it('goes by the session that its process has now, also after /clear', async () => {
    await terminal.submit('/clear');
    await stream.waitFor(
      'the end',
      ({ type, sessionId }) => type === 'session.removed' && sessionId === peer,
    );
    await terminal.submit('RUN:again');
    await terminal.waitFor(/Said so/);
    const { sessionId } = await stream.waitFor(
      'the summary',
      ({ type, data }) => type === 'session.updated' && data?.['summary'] === 'Begins anew',
    );
    expect(sessionId).not.toBe(peer);
    const { data } = await stream.waitFor(
      'the message',
      ({ type, data }) => type === 'inbox.queued' && data?.['to'] === 'archive',
    );
    expect(data).toMatchObject({ from: expect.stringMatching(`^(backend|${sessionId})$`), via: 'mcp' });
  });
});
