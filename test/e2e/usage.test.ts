// What the real client says it has used, and what hookline says: the same to the token, also with subagents, resumed and forked.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCcusage, laidOut } from '../support/ccusage.ts';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hooklineOk, type Place, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const ccusage = await findCcusage();

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

interface Report {
  rows: (Totals & { day?: string; sessionId?: string })[];
}

const tokensOf = ({ input, output, cacheRead, cacheCreation }: Totals): Totals => ({
  ...{ input, output },
  ...{ cacheRead, cacheCreation },
});

/** What hookline tells by day or by session, as ccusage counts it. */
async function told(place: Place, by: 'day' | 'session'): Promise<Map<string, Totals>> {
  const { rows } = JSON.parse((await hooklineOk(place, 'usage', '--by', by, '--json')).stdout) as Report;
  return new Map(rows.map(row => [row.day ?? row.sessionId ?? '', tokensOf(row)]));
}

/**
 * Holds what hookline tells against what ccusage counts in the same transcripts, session by session and day by day.
 *
 * @param fork one that took along what another one had used: hookline tells of it what its client does, ccusage what came to that
 */
async function expectTheSame(
  place: Place,
  files: Readonly<Record<string, readonly string[]>>,
  fork = '',
): Promise<void> {
  if (!ccusage.found) return;
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-transcripts-'));
  try {
    const folder = laidOut(root, files);
    const [ours, theirs] = [await told(place, 'session'), await ccusage.count('session', folder)];
    for (const sessions of [ours, theirs]) sessions.delete(fork);
    expect(ours).toEqual(theirs);
    expect(await told(place, 'day')).toEqual(await ccusage.count('daily', folder));
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

describe.skipIf(!claude.found)('a session of the real client, resumed once and forked once', () => {
  let world: World;
  let daemon: Daemon;
  const runs: HeadlessRun[] = [];
  const usages: Usage[] = [];

  const budgets = [
    { per: 'session', usd: 0.0001 },
    { per: 'day', usd: 0.0001, project: 'project' },
    { per: '5h', usd: 1000 },
  ];
  async function start(): Promise<void> {
    daemon = await startDaemon({
      ...world,
      env: { ...world.env, HOOKLINE_BUDGETS: JSON.stringify(budgets) },
    });
  }

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
    await start();
    await run(['RUN:work', 'RUN:again']);
    const [first] = runs;
    await daemon.stop();
    await start();
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

  it('each budget was crossed once, also by the session that went on after a restart', async () => {
    type Crossed = { sessionId: string; data: { budget: string } };
    const { events } = await api<{ events: Crossed[] }>('/api/events?topics=usage.budget_crossed');
    const days = new Set(events.flatMap(({ data }) => (data.budget.startsWith('day') ? [data] : [])));
    expect(days.size).toBeLessThanOrEqual(2); // It may have been midnight meanwhile.
    expect(
      events
        .filter(({ sessionId }) => sessionId !== '')
        .map(({ sessionId, data }) => [sessionId, data.budget]),
    ).toEqual([runs[0], runs[2]].map(one => [one?.sessionId, 'session:0.0001']));
    expect(days.size).toBeGreaterThan(0);
  });

  it.skipIf(!ccusage.found)('ccusage counts the same, by session and by day', async () => {
    const all = fs.readdirSync(path.join(world.configDir, 'projects'), { recursive: true, encoding: 'utf8' });
    const files = Object.fromEntries(
      runs.map(({ sessionId }) => [
        sessionId,
        all
          .filter(name => name.includes(sessionId) && name.endsWith('.jsonl'))
          .map(name => path.join(world.configDir, 'projects', name)),
      ]),
    );
    await expectTheSame(world, files, runs[2]?.sessionId);
  });

  it('is the same after a restart', async () => {
    const before = [
      await api('/api/usage'),
      await api('/api/usage?by=day'),
      await api('/api/usage?by=session'),
    ];
    await daemon.stop();
    await start();
    expect([
      await api('/api/usage'),
      await api('/api/usage?by=day'),
      await api('/api/usage?by=session'),
    ]).toEqual(before);
  });
});

describe.skipIf(!ccusage.found)('the recorded sessions', () => {
  const fixtures = path.join(import.meta.dirname, '../fixtures');
  const place = makePlace();
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon(place);
  });
  afterAll(() => daemon?.stop());

  it('ccusage counts the same, by session and by day', async () => {
    const [simple, subagents] = ['transcript-simple', 'transcript-subagents'].map(name =>
      path.join(fixtures, `${name}.jsonl`),
    ) as [string, string];
    const agents = fs
      .readdirSync(fixtures)
      .flatMap(name => (name.includes('-sub-agent-') ? [path.join(fixtures, name)] : []));
    const folder = path.join(place.home, 'transcripts');
    fs.mkdirSync(path.join(folder, 'two/subagents'), { recursive: true });
    fs.copyFileSync(simple, path.join(folder, 'one.jsonl'));
    fs.copyFileSync(subagents, path.join(folder, 'two.jsonl'));
    for (const file of agents) {
      const id = path.basename(file).replace('transcript-subagents-sub-agent-', 'agent-');
      fs.copyFileSync(file, path.join(folder, 'two/subagents', id));
    }
    for (const name of ['one', 'two'])
      await postHook(daemon, 'SessionStart', {
        ...{ session_id: name, cwd: '/home/dev/project', source: 'startup' },
        transcript_path: path.join(folder, `${name}.jsonl`),
      });
    await until('all was read', async () => {
      const all = [...(await told(place, 'session')).values()];
      return sum(all, 'output') === 1566;
    });
    await expectTheSame(place, { one: [simple], two: [subagents, ...agents] });
  });
});
