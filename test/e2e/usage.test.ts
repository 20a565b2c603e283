// What the real client says it has used, and what hookline says: the same to the token, also with subagents, resumed and forked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

interface Totals {
  input: number;
  output: number;
  cacheRead: number;
  cacheCreation: number;
  costUsd?: number;
}
interface Usage {
  totals: Totals;
  byModel: Record<string, Totals>;
  agents?: Record<string, Totals>;
}

/** The account in the client's last word, which goes over the whole session, what was before it was resumed included. */
function reported(run: HeadlessRun): Record<string, Totals> {
  const result = run.lines.findLast(line => line.type === 'result');
  const models = result?.['modelUsage'] as Record<string, Record<string, number>>;
  return Object.fromEntries(
    Object.entries(models).map(([model, used]) => [
      model,
      {
        input: used['inputTokens'] ?? Number.NaN,
        output: used['outputTokens'] ?? Number.NaN,
        cacheRead: used['cacheReadInputTokens'] ?? Number.NaN,
        cacheCreation: used['cacheCreationInputTokens'] ?? Number.NaN,
        costUsd: used['costUSD'] ?? Number.NaN,
      },
    ]),
  );
}

const sum = (totals: readonly Totals[], key: keyof Totals): number =>
  totals.reduce((all, one) => all + (one[key] ?? 0), 0);

describe.skipIf(!claude.found)('a session of the real client, resumed once and forked once', () => {
  let world: World;
  let daemon: Daemon;
  const runs: HeadlessRun[] = [];
  const usages: Usage[] = [];

  async function api<T>(resource: string): Promise<T> {
    const answer = await fetch(`${daemon.url}${resource}`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return (await answer.json()) as T;
  }

  /** Runs the client, waits until its account is told, and notes what hookline makes of it. */
  async function run(prompts: readonly string[], ...args: string[]): Promise<void> {
    const one = await runClaude({ world, prompts, args });
    runs.push(one);
    const cost = sum(Object.values(reported(one)), 'costUsd');
    const usage = await until(`the account of session ${one.sessionId} is told`, async () => {
      const { totals, ...rest } = await api<Usage>(`/api/usage?sessionId=${one.sessionId}`);
      return Math.abs((totals?.costUsd ?? 0) - cost) < 1e-9 && { totals, ...rest };
    });
    usages.push(usage as Usage);
  }

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    await run(['RUN:work', 'RUN:again']);
    const [first] = runs;
    await run(['RUN:hello'], '--resume', first?.sessionId ?? '');
    await run(['RUN:hello'], '--resume', first?.sessionId ?? '', '--fork-session');
  });

  afterAll(async () => {
    await daemon?.stop();
    await world?.close();
  });

  it.each([
    ['with two subagents', 0],
    ['resumed', 1],
    ['forked', 2],
  ])('%s: each kind of token of each model, and the cost', (_what, index) => {
    const usage = usages[index];
    const run = runs[index];
    if (!usage || !run) throw new Error('the client did not run');
    expect(usage.byModel).toEqual(reported(run));
    for (const key of ['input', 'output', 'cacheRead', 'cacheCreation'] as const)
      expect(usage.totals[key]).toBe(sum(Object.values(reported(run)), key));
  });

  it('the resumed session is the same one, the forked one is another', () => {
    const [first, resumed, forked] = runs;
    expect(resumed?.sessionId).toBe(first?.sessionId);
    expect(forked?.sessionId).not.toBe(first?.sessionId);
  });

  it('the two subagents are told apart', () => {
    const agents = Object.values(usages[0]?.agents ?? {});
    expect(agents).toHaveLength(2);
    // Two answers of the one, three of the other, at 20 tokens each.
    expect(agents.map(({ output }) => output).sort()).toEqual([40, 60]);
  });

  it('in all, what both sessions have in common counts once; and it is the sum of the days', async () => {
    const all = await api<Usage>('/api/usage');
    const { rows } = await api<{ rows: Totals[] }>('/api/usage?by=day');
    for (const key of ['input', 'output', 'cacheRead', 'cacheCreation'] as const) {
      expect(all.totals[key]).toBe(usages[2]?.totals[key]);
      expect(sum(rows, key)).toBe(all.totals[key]);
    }
    expect(all.totals.costUsd).toBeCloseTo(usages[2]?.totals.costUsd ?? Number.NaN, 9);
    expect(rows).toEqual([expect.objectContaining({ project: world.project, model: expect.any(String) })]);
  });

  it('is the same after a restart', async () => {
    const before = [
      await api('/api/usage'),
      await api('/api/usage?by=day'),
      await api('/api/usage?by=session'),
    ];
    await daemon.stop();
    daemon = await startDaemon(world);
    expect([
      await api('/api/usage'),
      await api('/api/usage?by=day'),
      await api('/api/usage?by=session'),
    ]).toEqual(before);
  });
});
