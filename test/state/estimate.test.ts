// What something cost before the client has told it: estimated from a list, and always told apart from the client's own figure.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODELS, NEWER } from '../../src/agents/claude-code/models/models.ts';
import { TABLE } from '../../src/agents/claude-code/models/price-table.ts';
import { ClaudeTranscript } from '../../src/agents/claude-code/transcript/reader.ts';
import type { EventDraft, UsageTotals } from '../../src/protocol/index.ts';
import { PriceList, Projection } from '../../src/state/index.ts';
import { Story } from './story.ts';

const list = new PriceList(MODELS);
const DAY = 24 * 3600_000;
const MODEL = 'claude-opus-5-5';
/** At 4, 20, 0.2 and 5 dollars a million: $0.0012 for 100 tokens of output. */
const used = (output: number): UsageTotals => ({ input: 100, output, cacheRead: 1000, cacheCreation: 50 });
const costs = (output: number): number => (100 * 4 + output * 20 + 1000 * 0.2 + 50 * 5) / 1e6;

interface Where {
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly ago?: number;
  readonly model?: string;
  readonly promptId?: string;
}

function line(story: Story, messageId: string, usage: UsageTotals, where: Where = {}): Story {
  const { model = MODEL, promptId, ...rest } = where;
  const data = { text: 'x', messageId, model, usage, ...(promptId === undefined ? {} : { promptId }) };
  return story.tell('message.assistant', data, rest);
}

const account = (story: Story, totals: UsageTotals): Story =>
  story.tell('usage.updated', { ...totals, byModel: { [MODEL]: totals } });

/** The state that follows from all of a story, with prices. */
function priced(story: Story, prices = list): Projection {
  const projection = new Projection(prices);
  for (const event of story.log) projection.apply(event);
  return projection;
}

describe('beside the figures of the real client, as it wrote them into its transcripts', () => {
  const drafts = (name: string, sessionId: string, agentId?: string): EventDraft[] => {
    const text = readFileSync(path.join(import.meta.dirname, `../fixtures/${name}.jsonl`), 'utf8');
    const reader = new ClaudeTranscript({ sessionId, agentId });
    return text
      .trim()
      .split('\n')
      .flatMap((one, index) => reader.read(JSON.parse(one), index, 0))
      .map(({ draft }) => draft);
  };
  const simple = drafts('transcript-simple', 's1');
  const subagents = [
    ...drafts('transcript-subagents-sub-agent-a5fe105fd5be8f4ff', 's2', 'a1'),
    ...drafts('transcript-subagents-sub-agent-a917fd29a37e2f061', 's2', 'a2'),
    ...drafts('transcript-subagents', 's2'),
  ];

  test.each([
    ['the first life of a session', simple, 0, 0.03576],
    ['its second', simple, 1, 0.044700000000000004],
    ['with subagents', subagents, 0, 0.11622000000000003],
  ])('%s: the difference', (_what, events, nth, costUsd) => {
    const accounts = events.filter(({ type }) => type === 'usage.updated');
    const last = accounts[nth];
    const before = new Projection(list);
    const sessionId = last?.sessionId;
    for (const event of events.slice(0, events.indexOf(last as EventDraft))) before.apply(event);
    const { totals } = before.usage.of(sessionId);
    const off = 100 * Math.abs((totals.costEstimateUsd ?? Number.NaN) / costUsd - 1);
    // Within 2 % is what is promised.
    expect(`${off.toFixed(2)} %`).toBe('0.00 %');
    expect(last?.data).toMatchObject({ costUsd });
    before.apply(last as EventDraft);
    expect(before.usage.of(sessionId)).toMatchObject({ costUsd, totals: { costUsd } });
    expect(JSON.stringify(before.usage.of(sessionId).totals)).not.toContain('costEstimateUsd');
  });
});

test('while a session lives: in its totals, by model, by day, in all, in the snapshot and in what is told', () => {
  const story = line(line(Story.working(), 'm1', used(20)), 'm2', used(40));
  const state = priced(story);
  const costEstimateUsd = expect.closeTo(costs(20) + costs(40), 9);
  expect(state.usage.of('s1')).toEqual({
    totals: { ...state.usage.of('s1').totals, costEstimateUsd },
    byModel: { [MODEL]: { ...state.usage.of('s1').totals, costEstimateUsd } },
    costEstimateUsd,
  });
  expect(state.usage.of('s1').totals.costUsd).toBeUndefined();
  expect(state.usage.of().costEstimateUsd).toEqual(costEstimateUsd);
  expect(state.usage.byDay('UTC')).toMatchObject([{ output: 60, costEstimateUsd }]);
  expect(state.usage.bySession()).toMatchObject([{ output: 60, costEstimateUsd }]);
  expect(state.session('s1')?.usage).toMatchObject({ output: 60, costEstimateUsd });
  const told = new Projection(list);
  const events = story.log.flatMap(event => told.apply(event));
  expect(events.findLast(({ type }) => type === 'usage.updated')?.data).toMatchObject({
    costEstimateUsd,
    byModel: { [MODEL]: { costEstimateUsd } },
  });
});

test("the client's own figure takes its place; what is used after that is estimated on top of it", () => {
  const story = account(line(Story.working(), 'm1', used(20)), { ...used(20), costUsd: 0.5 });
  expect(priced(story).usage.of().totals).toEqual({ ...used(20), costUsd: 0.5 });
  expect(priced(story).usage.byDay('UTC')[0]).not.toHaveProperty('costEstimateUsd');
  line(story, 'm2', used(40));
  const both = { costUsd: 0.5, costEstimateUsd: expect.closeTo(0.5 + costs(40), 9) };
  expect(priced(story).usage.of('s1').totals).toMatchObject(both);
  expect(priced(story).usage.of().totals).toMatchObject(both);
  expect(priced(story).usage.byDay('UTC')).toMatchObject([both]);
});

test('a run that was killed stays an estimate, whatever the next one tells', () => {
  const story = line(Story.working(), 'm1', used(20)).tell('session.removed', { reason: 'process_exited' });
  story.hook('SessionStart', { source: 'resume' });
  account(line(story, 'm2', used(40)), { ...used(40), costUsd: 0.5 });
  const both = { costUsd: 0.5, costEstimateUsd: expect.closeTo(0.5 + costs(20), 9) };
  expect(priced(story).usage.of('s1').totals).toMatchObject(both);
  expect(priced(story).usage.byDay('UTC')).toMatchObject([both]);
});

test('a cost that is told at the end was spent while the session was at work', () => {
  const story = line(line(Story.working(), 'm1', used(20), { ago: DAY }), 'm2', used(20));
  account(story, { input: 200, output: 40, cacheRead: 2000, cacheCreation: 100, costUsd: 0.5 });
  expect(
    priced(story)
      .usage.byDay('UTC')
      .map(({ costUsd }) => costUsd),
  ).toEqual([0.25, 0.25]);
});

test('by subagent and by prompt: of those the client never tells a cost', () => {
  const story = Story.working().hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
  line(line(story, 'm1', used(20)), 'm2', used(40), { agentId: 'a1', promptId: 'p1' });
  line(story, 'm3', used(60), { promptId: 'p2' });
  account(story, { input: 300, output: 120, cacheRead: 3000, cacheCreation: 150, costUsd: 0.5 });
  const state = priced(story);
  const agent = { ...used(40), costEstimateUsd: expect.closeTo(costs(40), 9) };
  expect(state.usage.of('s1').agents).toEqual({ a1: agent });
  expect(state.agent('s1', 'a1')?.usage).toEqual(agent);
  expect(state.usage.byPrompt('s1')).toMatchObject([
    { promptId: 'p1', output: 60, costEstimateUsd: expect.closeTo(costs(20) + costs(40), 9) },
    { promptId: 'p2', output: 60, costEstimateUsd: expect.closeTo(costs(60), 9) },
  ]);
});

test('the same again after a restart, and with other prices', () => {
  const story = line(
    account(line(Story.working(), 'm1', used(20)), { ...used(20), costUsd: 0.5 }),
    'm2',
    used(40),
  );
  const state = priced(story);
  const restarted = new Projection(list);
  restarted.load(state.save());
  for (const one of [state, restarted])
    expect([one.usage.of(), one.usage.of('s1'), one.usage.byDay('UTC'), one.usage.byPrompt('s1')]).toEqual([
      state.usage.of(),
      state.usage.of('s1'),
      state.usage.byDay('UTC'),
      state.usage.byPrompt('s1'),
    ]);
  const dearer = new PriceList([{ fits: () => true, price: { input: 0, output: 1e6 } }, ...MODELS]);
  const anew = new Projection(dearer);
  anew.load(state.save());
  expect(anew.usage.of('s1').totals.costEstimateUsd).toBeCloseTo(40.5, 9);
});

test('a model that is on no list has no estimate, and the others have theirs', () => {
  const story = line(Story.working(), 'm1', used(20), { model: 'somebody-elses' });
  expect(JSON.stringify(priced(story).usage.of())).not.toContain('costEstimateUsd');
  const { byModel, totals } = priced(line(story, 'm2', used(40))).usage.of('s1');
  expect(byModel['somebody-elses']).not.toHaveProperty('costEstimateUsd');
  expect(totals.costEstimateUsd).toBeCloseTo(costs(40), 9);
});

describe('the list', () => {
  test('knows what is kept for an hour, and searches', () => {
    const rare = { ...used(0), cacheCreation1h: 20, webSearches: 3 };
    expect(list.cost(MODEL, rare)).toBeCloseTo((100 * 4 + 1000 * 0.2 + 30 * 5 + 20 * 8) / 1e6 + 0.03, 9);
  });

  test.each([
    'claude-opus-4-8',
    'claude-opus-4-8-20260101',
    'us.anthropic.claude-opus-4-8-v1:0',
    'claude-opus-4-8@20260101',
    'anthropic/claude-opus-4.8',
    'claude-opus-4-8[1m]',
    'arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-4-8-v1',
  ])('knows %s', name => {
    expect(list.cost(name, { ...used(0), input: 1e6, cacheRead: 0, cacheCreation: 0 })).toBe(5);
    expect(list.contextWindow(name)).toBe(1_000_000);
  });

  test('takes no model for another that is newer', () => {
    expect(list.cost('claude-sonnet-5-7', used(1))).toBeUndefined();
    expect(list.cost('claude-opus-6', used(1))).toBeUndefined();
  });

  test('what was put beside it is not on it yet', () => {
    const names = ['claude-sonnet-5-5', 'claude-haiku-5-5', 'claude-fable-5-2', 'claude-mythos-5-2'];
    expect(names.filter(name => NEWER.some(row => row.names.test(name)))).toEqual(names);
    expect(names.filter(name => TABLE.some(row => row.names.test(name)))).toEqual([]);
  });
});

describe('how full a context is', () => {
  const full = (story: Story) => {
    const { contextTokens, contextWindow } = priced(story).session('s1') ?? {};
    return { contextTokens, contextWindow };
  };

  test("as the last message of the agent itself tells, as a share of its model's window", () => {
    const story = line(line(Story.working(), 'm1', used(20)), 'm2', { ...used(20), cacheRead: 250_000 });
    story.hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
    line(story, 'm3', used(20), { agentId: 'a1', model: 'claude-haiku-4-5' });
    expect(full(story)).toEqual({ contextTokens: 250_150, contextWindow: 1_000_000 });
    expect(priced(story).agent('s1', 'a1')).toMatchObject({ contextTokens: 1150, contextWindow: 200_000 });
    expect(full(story.tell('context.compacted', { trigger: 'auto' }))).toEqual({ contextWindow: 1_000_000 });
  });

  test('no window is told that is too small for what is in it, or that nobody knows', () => {
    const more = { ...used(20), cacheRead: 250_000 };
    expect(full(line(Story.working(), 'm1', more, { model: 'claude-sonnet-4-6' }))).toEqual({
      contextTokens: 250_150,
    });
    expect(full(line(Story.working(), 'm1', used(20), { model: 'mine' }))).toEqual({ contextTokens: 1150 });
  });
});

test('windows of five hours begin with the hour of the first use after the last one', () => {
  const story = Story.working();
  const at = (hour: number, minute: number): number => story.now + 10 - Date.UTC(2026, 10, 20, hour, minute);
  for (const [hour, minute] of [
    [1, 20],
    [5, 59],
    [6, 5],
    [10, 50],
    [11, 0],
  ] as const)
    line(story, `m${hour}`, used(20), { ago: at(hour, minute) });
  const blocks = priced(story).usage.byBlock(Date.UTC(2026, 10, 20, 12));
  const hourOf = (time: number): number => new Date(time).getUTCHours();
  expect(blocks.map(one => [hourOf(one.startsAt), hourOf(one.endsAt), one.output])).toEqual([
    [1, 6, 40],
    [6, 11, 40],
    [11, 16, 20],
  ]);
  expect(blocks[0]).toMatchObject({ models: [MODEL], costEstimateUsd: expect.closeTo(2 * costs(20), 9) });
  expect(blocks[0]).toMatchObject({
    usedFrom: Date.UTC(2026, 10, 20, 1, 20),
    usedUntil: Date.UTC(2026, 10, 20, 5, 59),
  });
  // 170 tokens of work in an hour, and four more to go.
  expect(blocks[0]).not.toHaveProperty('burn');
  expect(blocks[2]).toMatchObject({
    burn: {
      tokensPerMinute: expect.closeTo(170 / 60, 9),
      cacheReadPerMinute: expect.closeTo(1000 / 60, 9),
      usdPerHour: expect.closeTo(costs(20), 9),
    },
    projected: { tokens: 5 * 170, usd: expect.closeTo(5 * costs(20), 9) },
  });
});
