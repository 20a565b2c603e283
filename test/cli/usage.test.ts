// `hookline usage`: what was used today, this week and in all, added up by what one asks for.
import fs from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { budgetTable } from '../../src/cli/usage/budgets.ts';
import { rangeOf, rangeTyped, thisWeek, today } from '../../src/cli/usage/period.ts';
import { group, within } from '../../src/cli/usage/report.ts';
import { type BudgetUsage, type DayUsage, sumOfUses } from '../../src/protocol/index.ts';
import { makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const row = (day: string, project: string, model: string, output: number, costUsd?: number): DayUsage => ({
  ...{ day, project, model, input: 1, output, cacheRead: 10, cacheCreation: 5 },
  ...(costUsd === undefined ? {} : { costUsd }),
});

describe('adding up', () => {
  const rows = [
    row('2026-11-19', '/shop', 'opus', 10),
    row('2026-11-20', '/shop', 'opus', 20, 0.5),
    row('2026-11-20', '/shop', 'haiku', 40),
    row('2026-11-20', '/blog', 'opus', 5, 0.7),
  ];

  it('by project and by model the dearest first, by day in order', () => {
    const keys = (by: 'project' | 'model' | 'day') =>
      group(rows, by).map(({ key, used }) => `${key} ${used.output} ${used.costUsd}`);
    expect(keys('project')).toEqual(['/blog 5 0.7', '/shop 70 0.5']);
    expect(keys('model')).toEqual(['opus 35 1.2', 'haiku 40 undefined']);
    expect(keys('day')).toEqual(['2026-11-19 10 undefined', '2026-11-20 65 1.2']);
  });

  it('within days, both ends included', () => {
    expect(sumOfUses(within(rows, { from: '2026-11-20', to: '2026-11-20' })).output).toBe(65);
    expect(sumOfUses(within(rows, {})).output).toBe(75);
    expect(sumOfUses([])).toEqual({ input: 0, output: 0, cacheRead: 0, cacheCreation: 0 });
  });

  it('a week begins on Monday, also across the end of a month and of a year', () => {
    const noon = (year: number, month: number, day: number): number =>
      new Date(year, month - 1, day, 12).getTime();
    expect(today(noon(2026, 11, 20))).toEqual({ from: '2026-11-20', to: '2026-11-20' });
    expect(thisWeek(noon(2026, 11, 20))).toEqual({ from: '2026-11-16', to: '2026-11-20' }); // a Friday
    expect(thisWeek(noon(2026, 11, 16))).toEqual({ from: '2026-11-16', to: '2026-11-16' });
    expect(thisWeek(noon(2026, 11, 1))).toEqual({ from: '2026-10-26', to: '2026-11-01' }); // a Sunday
    expect(thisWeek(noon(2027, 1, 2))).toEqual({ from: '2026-12-28', to: '2027-01-02' });
  });

  it('a day that is typed counts whole, as it is here; anything else is a moment', () => {
    const midnight = (day: number): number => new Date(2026, 10, day).getTime();
    const now = midnight(20) + 5000;
    expect(rangeOf({ from: '2026-11-19', to: '2026-11-20' })).toEqual({
      since: midnight(19),
      until: midnight(21),
    });
    expect(rangeTyped('2026-11-19', '2026-11-19', now)).toEqual({ since: midnight(19), until: midnight(20) });
    expect(rangeTyped('5s', undefined, now)).toEqual({ since: midnight(20) });
    expect(rangeTyped(undefined, '2026-11-20T00:00', now)).toEqual({ until: midnight(20) });
    for (const wrong of ['12', 'yesterday', '2026-02-31'])
      expect(() => rangeTyped(wrong, undefined, now)).toThrow(/--since is "/);
    expect(() => rangeTyped('1h', '2h', now)).toThrow('--since is not before --until');
  });
});

test('how budgets stand: the day, the window, and the sessions that have crossed theirs', () => {
  const budget = (
    per: BudgetUsage['per'],
    spentUsd: number,
    more: Partial<BudgetUsage> = {},
  ): BudgetUsage => ({
    ...{ budget: per, per, usd: 5, spentUsd, estimated: true, crossed: spentUsd >= 5 },
    ...more,
  });
  const rows = [
    budget('day', 6, { project: '**/shop', estimated: false }),
    budget('5h', 1.26),
    budget('session', 2, { sessionId: 'one' }),
    budget('session', 7, { sessionId: '8dd92b6f-83dd' }),
  ];
  const style = { colors: pc.createColors(false), columns: 80 };
  expect(budgetTable(rows, style)).toEqual([
    '',
    'BUDGET             SPENT     OF',
    'today in **/shop   $6.00  $5.00  crossed',
    'five hours        ~$1.26  $5.00  25 %',
    'session 8dd92b6f  ~$7.00  $5.00  crossed',
  ]);
  expect(budgetTable([], style)).toEqual([]);
});

describe('with a daemon', () => {
  const place = makePlace();
  let daemon: Daemon;

  /** A transcript as the client writes it, of a message and, when the session is over, the account. */
  function writeTranscript(name: string, output: number, costUSD?: number): string {
    const usage = {
      input_tokens: 100,
      output_tokens: output,
      cache_read_input_tokens: 45_000,
      cache_creation_input_tokens: 2000,
    };
    const message = {
      id: `msg_${name}`,
      model: 'claude-opus-5-5',
      usage,
      content: [{ type: 'text', text: 'Hi.' }],
    };
    const spent = {
      inputTokens: 100,
      outputTokens: output,
      cacheReadInputTokens: 45_000,
      cacheCreationInputTokens: 2000,
      costUSD,
    };
    const account = { type: 'cost-state', totalCostUSD: costUSD, modelUsage: { 'claude-opus-5-5': spent } };
    const lines = [
      { type: 'assistant', timestamp: new Date().toISOString(), message },
      ...(costUSD === undefined ? [] : [account]),
    ];
    const file = path.join(place.home, `${name}.jsonl`);
    fs.writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    return file;
  }

  beforeAll(async () => {
    daemon = await startDaemon(place);
    const nothing = await hooklineOk(place, 'usage');
    expect(nothing).toMatchObject({ stdout: '', stderr: expect.stringContaining('Nothing was used yet') });
    for (const [name, output, cost] of [
      ['shop', 350, 0.5],
      ['blog', 1200, undefined],
    ] as const) {
      await postHook(daemon, 'SessionStart', {
        session_id: `${name}-session`,
        cwd: `/home/dev/${name}`,
        source: 'startup',
        transcript_path: writeTranscript(name, output, cost),
      });
    }
    await until('both were read', async () => (await report()).all.output === 1550);
    await until('the cost was read', async () => (await report()).all.costUsd === 0.5);
  });
  afterAll(() => daemon?.stop());

  const report = async (...args: string[]) =>
    JSON.parse((await hooklineOk(place, 'usage', '--json', ...args)).stdout) as {
      all: { output: number; costUsd?: number };
    };

  it('today, this week, in all, and the projects of this week', async () => {
    const { stdout } = await hooklineOk(place, 'usage');
    expect(stdout.split('\n').map(line => line.replace(/ +/g, ' ').trim())).toEqual([
      'INPUT OUTPUT CACHE WRITE TOKENS CACHE READ COST',
      'today 200 1.6k 4.0k 5.8k 90.0k ~$0.54',
      'this week 200 1.6k 4.0k 5.8k 90.0k ~$0.54',
      'in all 200 1.6k 4.0k 5.8k 90.0k ~$0.54',
      '',
      'THIS WEEK INPUT OUTPUT CACHE WRITE TOKENS CACHE READ COST',
      'shop 100 350 2.0k 2.5k 45.0k $0.50',
      'blog 100 1.2k 2.0k 3.3k 45.0k ~$0.04',
      '',
    ]);
  });

  it.each([
    [['--day'], 'PROJECT', ['shop', 'blog', 'in all']],
    [['--week'], 'DAY', [expect.stringMatching(/^\d{4}-\d\d-\d\d$/), 'in all']],
    [['--by', 'model'], 'MODEL', ['claude-opus-5-5', 'in all']],
    [['--week', '--by', 'session'], 'SESSION', ['shop·shop-ses', 'blog·blog-ses', 'in all']],
  ])('%j', async (args, head, names) => {
    const lines = (await hooklineOk(place, 'usage', ...args)).stdout.trimEnd().split('\n');
    expect(lines.map(line => line.split(/ {2,}/)[0])).toEqual([head, ...names]);
    expect(lines.at(-1)?.replace(/ +/g, ' ')).toBe('in all 200 1.6k 4.0k 5.8k 90.0k ~$0.54');
  });

  it('for scripts: exact numbers', async () => {
    const used = { input: 100, cacheRead: 45_000, cacheCreation: 2000 };
    expect(await report()).toMatchObject({
      today: { output: 1550, costUsd: 0.5 },
      projects: [
        { project: '/home/dev/shop', ...used, output: 350, costUsd: 0.5 },
        { project: '/home/dev/blog', ...used, output: 1200 },
      ],
    });
    expect(await report('--day', '--by', 'session')).toMatchObject({
      by: 'session',
      rows: [
        { sessionId: 'shop-session', project: '/home/dev/shop', output: 350 },
        { sessionId: 'blog-session', output: 1200 },
      ],
      total: { output: 1550 },
    });
  });

  it('of a time that was typed', async () => {
    expect(await report('--since', '1h', '--by', 'project')).toMatchObject({
      by: 'project',
      since: expect.any(Number),
      rows: [{ project: '/home/dev/shop', models: ['claude-opus-5-5'] }, { project: '/home/dev/blog' }],
      total: { output: 1550 },
    });
    expect(await report('--until', '2020-01-01')).toMatchObject({ by: 'day', rows: [] });
    expect((await hooklineOk(place, 'usage', '--until', '2020-01-01')).stderr).toContain(
      'Nothing of that was used',
    );
  });

  it('the window of five hours that is under way: how fast it burns, and what it comes to', async () => {
    const { stdout } = await hooklineOk(place, 'usage', '--by', 'block');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d–\d\d:\d\d now +200 /);
    expect(lines.at(-2)).toMatch(/^now +[\d.]+k? tokens\/min, ~\$[\d.]+\/h, for another [\dhms ]+$/);
    expect(lines.at(-1)).toMatch(/^at \d\d:\d\d +[\d.]+[kM]? tokens, ~\$[\d.]+, if it goes on so$/);
    expect(await report('--by', 'block')).toMatchObject({
      rows: [{ burn: { tokensPerMinute: expect.any(Number) }, projected: { tokens: expect.any(Number) } }],
    });
  });

  it('by the prompts and the subagents of a session', async () => {
    const at = { session_id: 'blog-session', cwd: '/home/dev/blog' };
    await postHook(daemon, 'UserPromptSubmit', { ...at, prompt: 'Write\na post', prompt_id: 'p1' });
    await postHook(daemon, 'SubagentStart', { ...at, agent_id: 'a1', agent_type: 'Explore' });
    const usage = { input_tokens: 7, output_tokens: 8, cache_read_input_tokens: 9 };
    const message = { id: 'msg_more', model: 'claude-opus-5-5', usage, content: [] };
    const line = { type: 'assistant', timestamp: new Date().toISOString(), message };
    fs.appendFileSync(path.join(place.home, 'blog.jsonl'), `${JSON.stringify(line)}\n`);
    await until('the prompt has used something', async () => {
      const { rows } = (await report('--session', 'blog-s')) as unknown as { rows: { output: number }[] };
      return rows[0]?.output === 8;
    });
    expect(await report('--session', 'blog')).toMatchObject({
      ...{ sessionId: 'blog-session', by: 'prompt' },
      rows: [{ promptId: 'p1', prompt: 'Write\na post', input: 7, output: 8 }],
    });
    const { stdout } = await hooklineOk(place, 'usage', '--by', 'prompt');
    expect(stdout.split('\n')[1]?.replace(/ +/g, ' ')).toMatch(/^\d\d:\d\d:\d\d Write a post 7 8 0 15 9 ~\$/);
    expect(await report('--by', 'agent', '--session', 'blog')).toMatchObject({ by: 'agent', rows: [] });
  });

  it.each([
    [['--day', '--week'], '--day and --week exclude each other'],
    [['--day', '--since', '1h'], '--day and --since or --until exclude each other'],
    [['--by', 'day', '--session', 'blog'], '--session goes with --by prompt or --by agent'],
    [['--by', 'prompt', '--week'], '--by prompt is about all of a session'],
    [['--since', '17'], '--since is "17", but it must be a day such as'],
    [['--until', 'noon'], '--until is "noon", but it must be a day such as'],
  ])('%j', async (args, words) => {
    const { code, stderr } = await hookline(place, 'usage', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
