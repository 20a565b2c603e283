// A workflow of the real client: its agents are told, and what each of them used is counted, by the client's own account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { bash } from '../support/claude/scenarios.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

const COUNT = 5;
const script = `export const meta = { name: 'scan', description: 'scan it all', phases: [{ title: 'Scan' }] }
phase('Scan')
return await parallel(Array.from({ length: ${COUNT} }, (_, n) => () => agent('RUN:worker part ' + n, { label: 'part ' + n })))
`;
const scenarios = {
  flow: [{ tools: [{ name: 'Workflow', input: { script } }] }, { text: 'It flows.' }],
  worker: [{ tools: [bash('sleep 0.3')] }, { text: 'Worked.' }],
};

interface Tokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheCreation: number;
}

interface Usage {
  totals: Tokens;
  agents: Record<string, Tokens>;
  costUsd?: number;
}

describe.skipIf(!claude.found)('a workflow of the real client', () => {
  let world: World;
  let daemon: Daemon | undefined;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
  });

  afterAll(async () => {
    await daemon?.stop();
    await world?.close();
  });

  async function api<T>(resource: string): Promise<T> {
    const answer = await fetch(`${daemon?.url}${resource}`, {
      headers: { authorization: `Bearer ${daemon?.token}` },
    });
    return (await answer.json()) as T;
  }
  const events = async (sessionId: string): Promise<Frame[]> =>
    (await api<{ events: Frame[] }>(`/api/events?limit=1000&sessionId=${sessionId}`)).events;
  const ofType = (all: readonly Frame[], type: string): Frame[] => all.filter(event => event.type === type);

  /** Tokens of the API's answers since then. */
  const spentSince = (from: number): Tokens => {
    const sum = (key: `${'in' | 'out'}put_tokens` | `cache_${'read' | 'creation'}_input_tokens`): number =>
      world.api.spent.slice(from).reduce((all, one) => all + one[key], 0);
    return {
      input: sum('input_tokens'),
      output: sum('output_tokens'),
      cacheRead: sum('cache_read_input_tokens'),
      cacheCreation: sum('cache_creation_input_tokens'),
    };
  };

  /** What the messages told add up to, each counted once. */
  function counted(all: readonly Frame[]): Tokens {
    const messages = new Map(ofType(all, 'message.assistant').map(({ data }) => [data?.['messageId'], data]));
    const sum = (key: keyof Tokens): number =>
      [...messages.values()].reduce((tokens, data) => tokens + ((data?.['usage'] as Tokens)?.[key] ?? 0), 0);
    return {
      input: sum('input'),
      output: sum('output'),
      cacheRead: sum('cacheRead'),
      cacheCreation: sum('cacheCreation'),
    };
  }

  /** Runs it to its end; everything that was told once all it has used was. */
  async function run(): Promise<{ sessionId: string; all: Frame[] }> {
    const from = world.api.spent.length;
    const { sessionId, lines } = await runClaude({ world, prompts: ['RUN:flow'] });
    daemon ??= await startDaemon(world);
    const all = await until('all messages, results and ends of its agents are told', async () => {
      const now = await events(sessionId);
      const isAll = counted(now).output === spentSince(from).output;
      const results = ofType(now, 'tool.result').filter(({ agentId }) => agentId !== undefined);
      const stops = ofType(now, 'agent.stopped');
      return isAll && results.length === COUNT && stops.length === COUNT ? now : undefined;
    });
    const cost = lines.findLast(line => line.type === 'result')?.['total_cost_usd'] as number;
    const usage = await until('the session has used what the client says', async () => {
      const now = await api<Usage>(`/api/usage?sessionId=${sessionId}`);
      // 2.1.197 writes no account of its own.
      return now.costUsd === undefined || Math.abs(now.costUsd - cost) < 1e-9 ? now : undefined;
    });
    expect(counted(all)).toEqual(spentSince(from));
    expect(usage.totals).toMatchObject(spentSince(from));
    // Two answers each, at 20 tokens.
    expect(Object.values(usage.agents).map(({ output }) => output)).toEqual(Array(COUNT).fill(40));
    return { sessionId, all };
  }

  it('each agent is told, with what it is for and all it says, and counted once', async () => {
    const { sessionId, all } = await run();
    const started = ofType(all, 'agent.started');
    expect(started.map(({ data }) => data?.['agentType'])).toEqual(Array(COUNT).fill('workflow-subagent'));
    for (const { agentId } of started) {
      const its = all.filter(event => event.agentId === agentId && event['source'] === 'claude-code');
      const counts = (type: string): number => ofType(its, type).length;
      expect(['tool.use', 'tool.result', 'agent.stopped', 'message.assistant'].map(counts)).toEqual([
        1, 1, 1, 2,
      ]);
    }
    // Stop tells that the workflow goes on, which is no reason to call its agents gone.
    const offline = ofType(all, 'agent.state_changed').filter(
      ({ agentId, data }) => agentId !== undefined && data?.['state'] === 'offline',
    );
    expect(offline).toHaveLength(COUNT);
    // The label, which 2.1.197 does not note.
    const notes = ofType(all, 'agent.updated').flatMap(({ data }) => data?.['description'] ?? []);
    const parts = Array.from({ length: COUNT }, (_, n) => `part ${n}`);
    expect(notes.toSorted()).toEqual(notes.length === 0 ? [] : parts);
    const { stdout } = await hooklineOk(world, 'show', sessionId.slice(0, 8));
    for (const note of notes) expect(stdout).toContain(`workflow-subagent: ${note}`);
  });

  it('it is told in the end though the daemon was away', async () => {
    await daemon?.stop();
    daemon = undefined;
    const { all } = await run();
    expect(ofType(all, 'agent.started')).toHaveLength(COUNT);
  });
});
