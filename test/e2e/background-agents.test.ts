// Subagents of the real client that work in the background: one asks for a permission, another is stopped by hand, which no hook tells.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { agent, bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = {
  ask: [
    {
      tools: [
        {
          name: 'AskUserQuestion',
          input: {
            questions: [
              {
                question: 'Which colour?',
                header: 'Colour',
                options: [
                  { label: 'Red', description: 'red' },
                  { label: 'Blue', description: 'blue' },
                ],
                multiSelect: false,
              },
            ],
          },
        },
      ],
    },
    { text: 'Asked.' },
  ],
  send: [{ tools: [agent('toucher')] }, { text: 'It is on its way.' }],
  toucher: [{ tools: [bash('touch made-by-agent.txt')] }, { text: 'Touched.' }],
  linger: [{ tools: [agent('sleeper')] }, { text: 'It lingers.' }],
  sleeper: [{ tools: [bash('sleep 20')] }, { text: 'Slept.' }],
  wander: [{ tools: [agent('wanderer')] }, { text: 'It wanders.' }],
  wanderer: [
    { tools: [bash('until [ -e go ]; do sleep 0.2; done')] },
    { tools: [bash('pwd')] },
    { text: 'Wandered.' },
  ],
};

interface State {
  seq: number;
  sessions: Record<string, unknown>[];
  agents: Record<string, unknown>[];
}

describe.skipIf(!claude.found || !hasTmux())('a session with subagents in the background', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal;

  /** The snapshot, once it is as wanted and the stream has told all that made it so. */
  async function state(
    what: string,
    wanted: (session: Record<string, unknown>, agents: State['agents']) => unknown,
  ): Promise<State> {
    let last = '';
    const snapshot = await until(
      what,
      async () => {
        const answer = await fetch(`${daemon.url}/api/snapshot`, {
          headers: { authorization: `Bearer ${daemon.token}` },
        });
        last = await answer.text();
        const now = JSON.parse(last) as State;
        const [session] = now.sessions;
        return session && wanted(session, now.agents) ? now : undefined;
      },
      60_000,
    ).catch(error => {
      throw new Error(`${(error as Error).message}; it is\n${last}`);
    });
    await stream.waitFor(`what makes ${what}`, ({ seq = 0 }) => seq >= snapshot.seq);
    return snapshot;
  }

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
    terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    await terminal.waitFor(/❯/);
  });

  afterAll(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  it('a question is waited for until it is answered', async () => {
    await terminal.submit('RUN:ask');
    await terminal.waitFor(/Which colour/);
    const { sessions } = await state('it asks', session => session['state'] === 'waiting_input');
    expect(sessions[0]).toMatchObject({ currentTool: 'AskUserQuestion', waitingFor: 'Which colour?' });
    await terminal.pressUntil('Enter', /Asked\./);
    const after = await state('it is idle', session => session['state'] === 'idle');
    expect(after.sessions[0]).not.toHaveProperty('waitingFor');
  });

  it('a subagent asks for a permission: it waits, the session is idle, and shows who is waited for', async () => {
    await terminal.submit('RUN:send');
    await terminal.waitFor(/Do you want to proceed/);
    const { sessions, agents } = await state(
      'the subagent asks',
      (session, all) => session['state'] === 'idle' && all[0]?.['state'] === 'waiting_permission',
    );
    const [asking] = agents;
    expect(asking).toMatchObject({ agentType: 'general-purpose', pendingPermission: { toolName: 'Bash' } });
    expect(sessions[0]).toMatchObject({
      pendingPermission: { toolName: 'Bash', what: 'touch made-by-agent.txt', agentId: asking?.['agentId'] },
    });
    await terminal.pressUntil('Enter', /Noted/);
    const after = await state(
      'all is quiet',
      (session, all) => session['state'] === 'idle' && all.length === 0,
    );
    expect(after.sessions[0]).not.toHaveProperty('pendingPermission');
    expect(fs.existsSync(path.join(world.project, 'made-by-agent.txt'))).toBe(true);
  });

  it('one that is stopped by hand is gone, though no hook tells', async () => {
    await terminal.submit('RUN:linger');
    const { agents } = await state('it works while the session is idle', (session, all) => {
      return session['state'] === 'idle' && all[0]?.['state'] === 'tool_running';
    });
    const its = ({ agentId }: Frame): boolean => agentId === agents[0]?.['agentId'];
    await terminal.pressUntil('Down', /x to stop/);
    await terminal.press('x');
    await state('nobody is left', (_session, all) => all.length === 0);
    await stream.waitFor(
      'that it is gone',
      frame => frame.type === 'agent.state_changed' && its(frame) && frame.data?.['state'] === 'offline',
    );
    const stop = await stream.waitFor(
      'its end, by its transcript',
      frame => frame.type === 'agent.stopped' && its(frame),
    );
    expect(stop.data).toMatchObject({ recovered: true });
    await state('the session is idle again', session => session['state'] === 'idle');
  });

  it('one that works when the session is cleared goes on in the new one, and its calls are told once', async () => {
    const from = stream.events().length;
    await terminal.submit('RUN:wander');
    const before = await state('it works while the session is idle', (session, all) => {
      return session['state'] === 'idle' && all[0]?.['state'] === 'tool_running';
    });
    await terminal.submit('/clear');
    const { sessions, agents } = await state('it works in the new session', (session, all) => {
      return session['startedBy'] === 'clear' && all[0]?.['state'] === 'tool_running';
    });
    const [wanderer] = before.agents;
    expect(agents[0]).toMatchObject({
      agentId: wanderer?.['agentId'],
      sessionId: sessions[0]?.['sessionId'],
      startedAt: wanderer?.['startedAt'],
      currentTools: wanderer?.['currentTools'],
    });
    fs.writeFileSync(path.join(world.project, 'go'), '');
    await state('it is done', (_session, all) => all.length === 0);
    const told = () =>
      stream
        .events()
        .slice(from)
        .filter(({ agentId }) => agentId === wanderer?.['agentId']);
    const calls = (type: string): unknown[] =>
      told()
        .filter(event => event.type === type)
        .map(({ data }) => data?.['toolUseId']);
    // A hook that nobody waits for may come after the end of what it tells of.
    await until('both results are told', () => calls('tool.result').length >= 2);
    expect(calls('tool.use')).toHaveLength(2);
    expect(calls('tool.result')).toEqual(calls('tool.use'));
    const its = told();
    expect(its.filter(({ type }) => type === 'agent.stopped')).toHaveLength(1);
    const goesOn = its.findIndex(({ data }) => data?.['continuedFrom'] !== undefined);
    const gone = its.slice(0, goesOn).findLast(({ data }) => data?.['state'] === 'offline');
    console.log(
      `a subagent that goes on was gone for ${Number(its[goesOn]?.timestamp) - Number(gone?.timestamp)} ms`,
    );
  });
});
