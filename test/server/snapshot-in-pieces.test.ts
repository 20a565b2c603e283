// A snapshot goes out in pieces that nobody joins: over every door it is the same, whatever is in it and however slowly it is read.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Client, connect } from '../support/ws.ts';

interface Snapshot {
  readonly seq: number;
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
}

let daemon: TestDaemon;
const clients: Client[] = [];
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await daemon.stop();
});

async function client(): Promise<Client> {
  const one = await connect(daemon);
  clients.push(one);
  return one;
}

/** What a snapshot says, asked for in each of the ways there are; they agree. */
async function snapshot(): Promise<Snapshot> {
  const http = await daemon.get('/api/snapshot');
  const text = await http.text();
  expect(Number(http.headers.get('content-length'))).toBe(Buffer.byteLength(text));
  const { id: _id, ...asked } = await (await client()).ask({ type: 'get_snapshot' });
  const [first] = (await client()).frames;
  for (const one of [asked, first]) expect(one).toEqual(JSON.parse(text));
  return JSON.parse(text) as Snapshot;
}

const begin = (sessionId: string, agents: readonly string[]): Promise<void> =>
  agents.reduce(
    (before, agentId) =>
      before.then(() =>
        daemon.hook('SubagentStart', { session_id: sessionId, agent_id: agentId, agent_type: 'Explore' }),
      ),
    daemon.hook('SessionStart', { session_id: sessionId, source: 'startup' }),
  );

const ids = ({ sessions, agents }: Snapshot): unknown => [
  sessions.map(({ sessionId }) => sessionId),
  agents.map(({ agentId }) => agentId),
];

test('no session, sessions without subagents before, between and after those with, and none again', async () => {
  expect(ids(await snapshot())).toEqual([[], []]);
  for (const [session, agents] of [
    ['s1', []],
    ['s2', ['a1', 'a2']],
    ['s3', []],
    ['s4', ['a3']],
    ['s5', []],
  ] as const) {
    await begin(session, agents);
    await snapshot();
  }
  expect(ids(await snapshot())).toEqual([
    ['s1', 's2', 's3', 's4', 's5'],
    ['a1', 'a2', 'a3'],
  ]);
  await daemon.hook('SubagentStop', { session_id: 's2', agent_id: 'a1', agent_type: 'Explore' });
  expect(ids(await snapshot())).toEqual([
    ['s1', 's2', 's3', 's4', 's5'],
    ['a2', 'a3'],
  ]);
  for (const session of ['s1', 's2', 's3', 's4', 's5'])
    await daemon.hook('SessionEnd', { session_id: session, reason: 'other' });
  expect(ids(await snapshot())).toEqual([[], []]);
});

test('text in any script, changed and unchanged', async () => {
  await begin('π', ['α', 'β']);
  await daemon.hook('UserPromptSubmit', { session_id: 'π', prompt: 'Γιατί; 😀 "\\', prompt_id: 'p' });
  const use = { session_id: 'π', agent_id: 'β', tool_name: 'Bash', tool_use_id: 't' };
  for (const command of ['echo ναι', 'echo 是'])
    await daemon.hook('PreToolUse', { ...use, tool_use_id: command, tool_input: { command } });
  const { sessions, agents } = await snapshot();
  expect(sessions).toMatchObject([{ sessionId: 'π', currentPrompt: { text: 'Γιατί; 😀 "\\' } }]);
  expect(agents).toMatchObject([
    { agentId: 'α', currentTools: [] },
    { agentId: 'β', currentTools: [{ what: 'echo ναι' }, { what: 'echo 是' }] },
  ]);
});

test('many subagents of which some have changed since, now these and now those', async () => {
  const crew = Array.from({ length: 14 }, (_, n) => `c${n}`);
  await begin('crew', crew);
  for (const [step, first] of [
    [1, 13],
    [5, 0],
    [2, 1],
    [3, 0],
    [1, 0],
  ] as const) {
    for (let n = first; n < crew.length; n += step) {
      const call = { tool_name: 'Bash', tool_use_id: `${step}-${first}-${n}`, tool_input: { command: 'ls' } };
      await daemon.hook('PreToolUse', { session_id: 'crew', agent_id: crew[n], ...call });
    }
    const { seq, sessions, agents } = await snapshot();
    // Put together anew, from the log.
    await daemon.hook('Notification', { session_id: 'crew', message: 'next' });
    const then = (await (await daemon.get(`/api/snapshot?at=${seq}`)).json()) as Snapshot;
    expect([then.sessions, then.agents]).toEqual([sessions, agents]);
  }
});

test('one that is read late is as it was when it was asked for', async () => {
  const crowd = Array.from({ length: 12 }, (_, n) => `crowd-${n}`);
  for (const session of crowd) await begin(session, [`a-${session}`, `b-${session}`]);
  const slow = await client();
  slow.socket.pause();
  for (let round = 0; round < 60; round++) slow.send({ type: 'get_snapshot', id: round });
  for (const session of crowd)
    await daemon.hook('UserPromptSubmit', { session_id: session, prompt: 'ω', prompt_id: 'p' });
  slow.socket.resume();
  await slow.waitFor(frame => frame['id'] === 59);
  const bySeq = new Map(slow.frames.filter(one => one.type === 'snapshot').map(one => [one.seq, one]));
  for (const [seq, shown] of bySeq) {
    const then = (await (await daemon.get(`/api/snapshot?at=${seq}`)).json()) as Snapshot;
    expect([shown['sessions'], shown['agents']]).toEqual([then.sessions, then.agents]);
  }
});
