// An interactive session of the real client from its start to its violent end: what no hook tells is told all the same.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AgentSnapshot, SessionState, UsageTotals } from '../../src/protocol/index.ts';
import { findClaude } from '../support/claude/client.ts';
import { registeredOf } from '../support/claude/registered.ts';
import { agent, bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** What a call of the script below runs: it goes on until the test lets it. */
const held = (name: string): string => `./hold.sh ${name}`;
const HOLD = '#!/bin/sh\nfor i in $(seq 600); do [ -f "$1.go" ] && exit 0; sleep 0.1; done; exit 1\n';
const scenarios = {
  tool: [{ tools: [bash(held('tool'))] }, { text: 'It ran.' }],
  grant: [{ tools: [bash(`touch granted.txt && ${held('grant')}`)] }, { text: 'It is made.' }],
  deny: [{ tools: [bash('touch denied.txt')] }, { text: 'It is made.' }],
  escape: [{ tools: [bash('touch escaped.txt')] }, { text: 'It is made.' }],
  ponder: [{ text: 'Too late.', delayMs: 60_000 }],
  delegate: [{ tools: [agent('errand')] }, { text: 'Sent.' }],
  errand: [{ text: 'Going.', tools: [bash(held('errand'))] }, { text: 'Run.' }],
  // Commands with side effects of their own: nothing in them is allowed by default.
  forever: [{ tools: [bash('touch forever.txt && sleep 50')] }, { text: 'Never said.' }],
};

/** What the scripted model says a message cost, so many times. */
const messages = (count: number) => ({
  input: 100 * count,
  output: 20 * count,
  cacheRead: 1000 * count,
  cacheCreation: 50 * count,
});

/** One who works, as a snapshot shows it: what has to be right at every step. */
interface Shown {
  state: string;
  currentTool?: string | undefined;
  /** What may not run yet. */
  pending?: string | undefined;
  /** `<what> <outcome>` */
  last: readonly string[];
  counts: Readonly<Record<string, number>>;
  usage: UsageTotals;
}

function shown({ state, currentTool, pendingPermission, lastTools, counts, usage }: SessionState): Shown {
  // What that may cost is told elsewhere.
  const { costEstimateUsd: _, ...tokens } = usage;
  const last = lastTools.map(({ what, outcome }) => `${what} ${outcome}`);
  return { state, currentTool, pending: pendingPermission?.what, last, counts, usage: tokens };
}

/** The screen once no dialog is on it. */
const NO_DIALOG = /^(?![\s\S]*Do you want to proceed)/;
const isRefusal = ({ type, data }: Frame): boolean => type === 'tool.result' && data?.['success'] === false;
const isFailure = ({ type }: Frame): boolean => type === 'turn.failed';

describe.skipIf(!claude.found || !hasTmux())('a session of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal;
  afterEach(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  async function listen(): Promise<void> {
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'], since: { epoch: stream.frames[0]?.['epoch'], seq: 0 } });
    await stream.waitFor('the subscription', frame => frame.type === 'subscribed');
  }
  let asked = 0;
  /** The state, read from the socket. */
  async function look(): Promise<{ sessions: SessionState[]; agents: AgentSnapshot[] }> {
    const id = ++asked;
    stream.send({ type: 'get_snapshot', id });
    const { sessions, agents } = await stream.waitFor('a snapshot', frame => frame['id'] === id);
    return { sessions: sessions as SessionState[], agents: agents as AgentSnapshot[] };
  }
  const session = async (): Promise<SessionState | undefined> => {
    const { sessions } = await look();
    expect(sessions.length).toBeLessThanOrEqual(1);
    return sessions[0];
  };
  /** Waits until the one session there is, and its subagents, are all of this, and nothing else. */
  const see = (expected: Shown, agents: readonly object[] = []): Promise<SessionState> =>
    vi.waitFor(
      async () => {
        const now = await look();
        expect(now.sessions.map(shown)).toEqual([expected]);
        expect(now.agents).toMatchObject(agents);
        return now.sessions[0] as SessionState;
      },
      { timeout: 60_000, interval: 100 },
    );
  const letGo = (name: string): void => fs.writeFileSync(path.join(world.project, `${name}.go`), '');
  const told = (type: string): Frame[] => stream.events().filter(event => event.type === type);
  const pidOf = (sessionId: unknown): Promise<number> =>
    until('its process is in the register', () => registeredOf(world.configDir, sessionId)?.pid);

  it('is told through a tool, permission, refusal, interruption, a subagent, /clear and kill -9', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '', scenarios });
    fs.writeFileSync(path.join(world.project, 'hold.sh'), HOLD, { mode: 0o755 });
    await hooklineOk(world, 'install');
    await listen();
    terminal = await openTerminal({
      world,
      args: ['--permission-mode', 'default', '--allowedTools', 'Bash(./hold.sh:*)'],
    });
    await terminal.waitFor(/❯/);
    const nothing = { prompts: 0, turns: 0, tools: 0, failures: 0 };
    const first = await see({ state: 'idle', last: [], counts: nothing, usage: messages(0) });
    const known = await stream.waitFor('what the register says', frame => frame.type === 'session.updated');
    expect(known.data).toMatchObject({
      pid: await pidOf(first.sessionId),
      entrypoint: 'cli',
      kind: 'interactive',
    });

    await terminal.submit('RUN:tool');
    const running = { prompts: 1, turns: 0, tools: 1, failures: 0 };
    await see({ state: 'tool_running', currentTool: 'Bash', last: [], counts: running, usage: messages(1) });
    letGo('tool');
    await terminal.waitFor(/It ran/);
    const last = [`${held('tool')} ok`];
    await see({ state: 'idle', last, counts: { ...running, turns: 1 }, usage: messages(2) });

    await terminal.submit('RUN:grant');
    await terminal.waitFor(/Do you want to proceed/);
    const command = `touch granted.txt && ${held('grant')}`;
    const granting = { prompts: 2, turns: 1, tools: 2, failures: 0 };
    const asking = { currentTool: 'Bash', last, counts: granting, usage: messages(3) };
    await see({ state: 'waiting_permission', pending: command, ...asking });
    await terminal.pressUntil('Enter', NO_DIALOG);
    await see({ state: 'tool_running', ...asking });
    letGo('grant');
    await terminal.waitFor(/It is made/);
    last.push(`${command} ok`);
    await see({ state: 'idle', last, counts: { ...granting, turns: 2 }, usage: messages(4) });

    await terminal.submit('RUN:deny');
    const dialog = await terminal.waitFor(/Do you want to proceed[\s\S]*\d\. No/);
    const denying = { prompts: 3, turns: 2, tools: 3, failures: 0 };
    await see({
      ...{ state: 'waiting_permission', currentTool: 'Bash', pending: 'touch denied.txt' },
      ...{ last, counts: denying, usage: messages(5) },
    });
    await terminal.pressUntil(/(\d)\. No/.exec(dialog)?.[1] ?? '', /Interrupted/);
    const refused = await stream.waitFor('the refusal', isRefusal);
    expect(refused.data).toMatchObject({ toolName: 'Bash', interrupted: true, recovered: true });
    expect((await stream.waitFor('the end of the turn', isFailure)).data).toMatchObject({
      error: 'interrupted',
      recovered: true,
    });
    last.push('touch denied.txt interrupted');
    // The call and the turn that ends with it are one.
    const denied = { ...denying, failures: 1 };
    await see({ state: 'idle', last, counts: denied, usage: messages(5) });
    await terminal.press('C-u');

    await terminal.submit('RUN:escape');
    await terminal.waitFor(/Do you want to proceed(?![\s\S]*Interrupted)/);
    const escaping = { ...denied, prompts: 4, tools: 4 };
    await see({
      ...{ state: 'waiting_permission', currentTool: 'Bash', pending: 'touch escaped.txt' },
      ...{ last, counts: escaping, usage: messages(6) },
    });
    await terminal.pressUntil('Escape', NO_DIALOG);
    last.push('touch escaped.txt interrupted');
    const escaped = { ...escaping, failures: 2 };
    await see({ state: 'idle', last, counts: escaped, usage: messages(6) });

    await terminal.submit('RUN:ponder');
    const pondering = { ...escaped, prompts: 5 };
    await see({ state: 'working', last, counts: pondering, usage: messages(6) });
    await terminal.press('Escape');
    // Neither a hook nor the transcript tells of this one: the register does.
    await see({ state: 'idle', last, counts: pondering, usage: messages(6) });
    await terminal.press('C-u');

    await terminal.submit('RUN:delegate');
    await terminal.waitFor(/Sent\./);
    last.push('errand ok');
    const errand = { agentType: 'general-purpose', description: 'errand' };
    const sent = { ...pondering, prompts: 6, turns: 3, tools: 6 };
    await see({ state: 'idle', last, counts: sent, usage: messages(9) }, [
      {
        ...{ ...errand, state: 'tool_running', currentTool: 'Bash', lastTools: [] },
        ...{ counts: { tools: 1, failures: 0 }, usage: messages(1) },
      },
    ]);
    letGo('errand');
    const stopped = await stream.waitFor('the end of the subagent', ({ type }) => type === 'agent.stopped');
    expect(stopped.agentId).toBe(told('agent.started')[0]?.agentId);
    // Its report wakes the session, which has a word to say about it.
    const woken = { ...sent, prompts: 7, turns: 4 };
    await see({ state: 'idle', last, counts: woken, usage: messages(11) });

    await terminal.submit('/clear');
    await stream.waitFor('the new session', frame => frame.data?.['startedBy'] === 'clear');
    const second = await see({ state: 'idle', last: [], counts: nothing, usage: messages(0) });
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(told('session.removed')).toMatchObject([
      { sessionId: first.sessionId, data: { reason: 'clear' } },
    ]);

    await terminal.submit('RUN:forever');
    await terminal.waitFor(/Do you want to proceed/);
    await see({
      ...{ state: 'waiting_permission', currentTool: 'Bash', pending: 'touch forever.txt && sleep 50' },
      ...{ last: [], counts: { ...nothing, prompts: 1, tools: 1 }, usage: messages(1) },
    });
    const killedAt = Date.now();
    process.kill(await pidOf(second.sessionId), 'SIGKILL');
    const end = await stream.waitFor(
      'the end of the session',
      frame => frame.type === 'session.removed' && frame.sessionId === second.sessionId,
      60_000,
    );
    console.log(`kill -9 was told after ${Date.now() - killedAt} ms`);
    expect(end.data).toMatchObject({ reason: 'process_exited' });
    expect(await look()).toEqual({ sessions: [], agents: [] });

    const prompts = told('prompt.submitted').map(event => event.data?.['prompt']);
    expect(prompts.filter(prompt => String(prompt).startsWith('RUN:'))).toEqual([
      'RUN:tool',
      'RUN:grant',
      'RUN:deny',
      'RUN:escape',
      'RUN:ponder',
      'RUN:delegate',
      'RUN:forever',
    ]);
    const ids = (type: string): unknown[] => told(type).map(event => event.data?.['toolUseId']);
    expect(ids('tool.use').toSorted()).toEqual(world.api.toolCalls.map(({ id }) => id).toSorted());
    expect(new Set(ids('tool.result')).size).toBe(ids('tool.result').length);
    expect(told('session.discovered')).toHaveLength(2);
  });

  it('is found and caught up when it began before there was a hookline, and ends when it does', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '', scenarios });
    terminal = await openTerminal({ world });
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:again');
    await terminal.waitFor(/Done again/);
    const before = Date.now();
    await listen();
    const start = await stream.waitFor('the session', ({ type }) => type === 'session.discovered');
    console.log(`a session that lives was found after ${Date.now() - before} ms`);
    expect(start.data).toMatchObject({ startedBy: 'found', cwd: world.project, recovered: true });
    await stream.waitFor('its turn', ({ type }) => type === 'turn.completed');
    expect(told('prompt.submitted')).toMatchObject([{ data: { prompt: 'RUN:again', recovered: true } }]);
    expect(told('tool.result')).toHaveLength(2);
    for (const { data, timestamp } of told('tool.use')) {
      expect(data?.['recovered']).toBe(true);
      expect(timestamp).toBeLessThan(before);
    }
    await terminal.submit('RUN:simple');
    await stream.waitFor('what it does now', ({ data }) => data?.['lastMessage'] === 'All done.');
    expect(await session()).toMatchObject({ sessionId: start.sessionId, pid: await pidOf(start.sessionId) });
    await terminal.submit('/exit');
    await terminal.waitForExit();
    // No hook is installed that would tell its end.
    const end = await stream.waitFor('its end', ({ type }) => type === 'session.removed');
    expect(end.data).toMatchObject({ reason: 'process_exited' });
  });
});
