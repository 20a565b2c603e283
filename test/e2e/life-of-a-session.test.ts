// An interactive session of the real client from its start to its violent end: what no hook tells is told all the same.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { agent, bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { type Frame, openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = {
  grant: [{ tools: [bash('touch granted.txt && sleep 3')] }, { text: 'It is made.' }],
  deny: [{ tools: [bash('touch denied.txt')] }, { text: 'It is made.' }],
  ponder: [{ text: 'Too late.', delayMs: 15_000 }],
  delegate: [{ tools: [agent('errand')] }, { text: 'Sent.' }],
  errand: [{ text: 'Going.', tools: [bash('pwd')] }, { text: 'Run.' }],
  // Commands with side effects of their own: nothing in them is allowed by default.
  forever: [{ tools: [bash('touch forever.txt && sleep 50')] }, { text: 'Never said.' }],
};

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
  async function session(): Promise<Frame | undefined> {
    const answer = await fetch(`${daemon.url}/api/sessions`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const { sessions } = (await answer.json()) as { sessions: Frame[] };
    expect(sessions.length).toBeLessThanOrEqual(1);
    return sessions[0];
  }
  const inState = (state: string): Promise<Frame> =>
    until(
      `it is ${state}`,
      async () => {
        const now = await session();
        return now?.['state'] === state ? now : undefined;
      },
      15_000,
    );
  const told = (type: string): Frame[] => stream.events().filter(event => event.type === type);
  const pidOf = (sessionId: unknown): number => {
    const folder = path.join(world.configDir, 'sessions');
    for (const name of fs.readdirSync(folder).filter(one => /^\d+\.json$/.test(one))) {
      const entry = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Frame & { pid: number };
      if (entry.sessionId === sessionId) return entry.pid;
    }
    throw new Error(`no process has ${sessionId} open`);
  };

  it('is told through permission, refusal, interruption, a subagent, /clear and kill -9', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '', scenarios });
    await hooklineOk(world, 'install');
    await listen();
    terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    await terminal.waitFor(/❯/);
    const first = await inState('idle');
    const known = await stream.waitFor('what the register says', frame => frame.type === 'session.updated');
    expect(known.data).toMatchObject({ pid: pidOf(first.sessionId), entrypoint: 'cli', kind: 'interactive' });

    await terminal.submit('RUN:grant');
    await terminal.waitFor(/Do you want to proceed/);
    await inState('waiting_permission');
    await Promise.all([terminal.pressUntil('Enter', /It is made/), inState('tool_running')]);
    await inState('idle');

    await terminal.submit('RUN:deny');
    await terminal.waitFor(/Do you want to proceed/);
    await inState('waiting_permission');
    await terminal.pressUntil('Escape', /Interrupted/);
    await inState('idle');
    const refused = await stream.waitFor(
      'the refusal',
      frame => frame.type === 'tool.result' && frame.data?.['success'] === false,
    );
    expect(refused.data).toMatchObject({ toolName: 'Bash', interrupted: true, recovered: true });
    expect(
      (await stream.waitFor('the end of the turn', ({ type }) => type === 'turn.failed')).data,
    ).toMatchObject({
      error: 'interrupted',
      recovered: true,
    });

    await terminal.submit('RUN:ponder');
    await inState('working');
    await terminal.press('Escape');
    // Neither a hook nor the transcript tells of this one: the register does.
    await inState('idle');
    await terminal.press('C-u');

    await terminal.submit('RUN:delegate');
    await stream.waitFor('the end of the subagent', ({ type }) => type === 'agent.stopped');
    const errand = told('agent.started')[0]?.agentId;
    const noted = await stream.waitFor('what is noted of it', ({ type }) => type === 'agent.updated');
    expect(noted).toMatchObject({ agentId: errand, data: { description: 'errand' } });
    await inState('idle');

    await terminal.submit('/clear');
    await stream.waitFor('the new session', frame => frame.data?.['startedBy'] === 'clear');
    const second = await inState('idle');
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(told('session.removed')).toMatchObject([
      { sessionId: first.sessionId, data: { reason: 'clear' } },
    ]);

    await terminal.submit('RUN:forever');
    await terminal.waitFor(/Do you want to proceed/);
    await inState('waiting_permission');
    const killedAt = Date.now();
    process.kill(pidOf(second.sessionId), 'SIGKILL');
    const end = await stream.waitFor(
      'the end of the session',
      frame => frame.type === 'session.removed' && frame.sessionId === second.sessionId,
      15_000,
    );
    console.log(`kill -9 was told after ${Date.now() - killedAt} ms`);
    expect(end.data).toMatchObject({ reason: 'process_exited' });
    expect(await session()).toBeUndefined();

    const prompts = told('prompt.submitted').map(event => event.data?.['prompt']);
    expect(prompts.filter(prompt => String(prompt).startsWith('RUN:'))).toEqual([
      'RUN:grant',
      'RUN:deny',
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
    expect(await session()).toMatchObject({ sessionId: start.sessionId, pid: pidOf(start.sessionId) });
    await terminal.submit('/exit');
    await terminal.waitForExit();
    // No hook is installed that would tell its end.
    const end = await stream.waitFor('its end', ({ type }) => type === 'session.removed');
    expect(end.data).toMatchObject({ reason: 'process_exited' });
  });
});
