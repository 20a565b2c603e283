// Agents that a workflow starts: as Claude Code 2.1.332 writes them, each is told, counted once, and known again after a restart.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

const sessionId = '5e551047-2222-4222-8333-444444444444';

let root: string;
let daemon: TestDaemon;
let lines: number;
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-workflow-'));
  lines = 0;
  await start();
});
afterEach(async () => {
  await daemon.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const config = { home: path.join(root, 'home'), claudeDir: path.join(root, 'claude'), store: true };
  daemon = await startTestDaemon({ config });
}

const main = (): string => path.join(root, 'claude/projects/-w', `${sessionId}.jsonl`);
const agentFile = (agentId: string, run = 'wf_1'): string =>
  path.join(main().replace('.jsonl', ''), 'subagents/workflows', run, `agent-${agentId}.jsonl`);

function write(file: string, ...written: readonly object[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (const line of written) {
    const own = { uuid: `u${++lines}`, sessionId, cwd: '/w', timestamp: new Date().toISOString() };
    fs.appendFileSync(file, `${JSON.stringify({ ...own, ...line })}\n`);
  }
}

const says = (id: string, text: string): object => ({
  type: 'assistant',
  message: {
    id,
    role: 'assistant',
    model: 'm',
    stop_reason: 'end_turn',
    content: [{ type: 'text', text }],
    usage: { input_tokens: 10, output_tokens: 5 },
  },
});

/** An agent with all it does, as it stands in its folder in the end. */
function work(agentId: string, run?: string): void {
  const file = agentFile(agentId, run);
  const inside = { agentId, isSidechain: true };
  const task = { type: 'user', parentUuid: null, message: { role: 'user', content: `task of ${agentId}` } };
  write(file, { ...inside, ...task }, { ...inside, ...says(`m-${agentId}-${run}`, `done by ${agentId}`) });
  const meta = { agentType: 'workflow-subagent', description: `part ${agentId}`, inWorkflowRun: true };
  fs.writeFileSync(file.replace('.jsonl', '.meta.json'), JSON.stringify(meta));
  write(path.join(path.dirname(file), 'journal.jsonl'), { type: 'started', agentId });
}

const session = (fields: object): Record<string, unknown> => ({
  session_id: sessionId,
  transcript_path: main(),
  ...fields,
});

async function begin(): Promise<void> {
  write(main(), says('m-main', 'It flows.'));
  await daemon.hook('SessionStart', session({ source: 'startup' }));
}

async function events(): Promise<Frame[]> {
  const answer = await daemon.get(`/api/events?limit=1000&sessionId=${sessionId}`);
  return ((await answer.json()) as { events: Frame[] }).events;
}
const told = async (type: string): Promise<Frame[]> => (await events()).filter(event => event.type === type);
const untilDone = (...agentIds: readonly string[]): Promise<unknown> =>
  until(`the ends of ${agentIds} are told`, async () => {
    const stopped = (await told('agent.stopped')).map(({ agentId }) => agentId);
    return agentIds.every(agentId => stopped.includes(agentId));
  });

interface Tokens {
  input: number;
  output: number;
}
async function usage(): Promise<{ totals: Tokens; agents?: Record<string, Tokens> }> {
  return (await (await daemon.get(`/api/usage?sessionId=${sessionId}`)).json()) as Awaited<
    ReturnType<typeof usage>
  >;
}

it('are told from their start to their end though no hook told of them, with what is noted about them', async () => {
  await begin();
  work('a1');
  work('a2');
  await untilDone('a1', 'a2');
  const one = (await events()).filter(({ agentId }) => agentId === 'a1');
  expect(one.filter(event => event['source'] === 'claude-code').map(({ type }) => type)).toEqual([
    'agent.started',
    'message.user',
    'message.assistant',
    'agent.updated',
    'agent.stopped',
  ]);
  const note = one.find(({ type }) => type === 'agent.updated');
  expect(note?.data).toEqual({ agentType: 'workflow-subagent', description: 'part a1' });
});

it("each API message counts once, in the session's totals and its agent's, and the client's own account changes nothing", async () => {
  await begin();
  for (const agentId of ['a1', 'a2', 'a3']) work(agentId);
  await until('all of it is counted', async () => (await usage()).totals.output === 20);
  expect((await usage()).agents).toMatchObject({ a1: { output: 5 }, a2: { output: 5 }, a3: { output: 5 } });
  const modelUsage = { m: { inputTokens: 41, outputTokens: 20, costUSD: 0.5 } };
  write(main(), { type: 'cost-state', totalCostUSD: 0.5, modelUsage });
  await until('the account is told', async () => (await usage()).totals.input === 41);
  // One whose file is found only after the account that includes it.
  const late = new Date(Date.now() - 60_000).toISOString();
  write(agentFile('a4'), { ...says('m-a4', 'done by a4'), timestamp: late });
  await until('it is told', async () => (await usage()).agents?.['a4']?.output === 5);
  expect((await usage()).totals).toMatchObject({ input: 41, output: 20, costUsd: 0.5 });
});

it('what they did while the daemon was away is told after it, once, and what was told before is not told again', async () => {
  await begin();
  work('a1');
  await untilDone('a1');
  await daemon.stop();
  work('a2');
  write(agentFile('a1'), { agentId: 'a1', isSidechain: true, ...says('m-more', 'and more') });
  await start();
  await untilDone('a2');
  await until('the rest of a1 is told', async () => (await told('message.assistant')).length === 4);
  const said = (await told('message.assistant')).map(({ data }) => data?.['text']);
  expect(said.toSorted()).toEqual(['It flows.', 'and more', 'done by a1', 'done by a2']);
  expect((await told('agent.started')).map(({ agentId }) => agentId)).toEqual(['a1', 'a2']);
  expect((await usage()).totals.output).toBe(20);
});

it('of the same name in two runs are both told, once, also over a restart', async () => {
  await begin();
  work('a1', 'wf_1');
  await untilDone('a1');
  work('a1', 'wf_2');
  const said = async (): Promise<unknown[]> => (await told('message.user')).map(({ data }) => data?.['text']);
  await until('both are told', async () => (await said()).length === 2);
  await daemon.stop();
  await start();
  work('a2', 'wf_2');
  await untilDone('a2');
  expect(await said()).toEqual(['task of a1', 'task of a1', 'task of a2']);
});

it('a session that came and went while the daemon was away is told with them', async () => {
  await until('word is left that the daemon ran', () => fs.existsSync(path.join(root, 'home/last-run')));
  await daemon.stop();
  write(main(), { type: 'user', promptSource: 'typed', message: { role: 'user', content: 'fan out' } });
  write(main(), says('m-main', 'It flows.'));
  work('a1');
  await start();
  await untilDone('a1');
  expect((await usage()).agents).toMatchObject({ a1: { input: 10, output: 5 } });
});

it('their lines are in the log of the agents', async () => {
  await begin();
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe_agent_log', sessionId });
  work('a1');
  const frame = await client.waitFor('agent_log');
  expect(frame).toMatchObject({ sessionId, agentId: 'a1', line: { type: 'user' } });
});
