// Tokens and cost: each API message once, however often and in whatever order its lines are told, and the client's word above ours.
import { describe, expect, test } from 'vitest';
import type { UsageTotals } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { NOON, Story } from './story.ts';

const used = (output: number): UsageTotals => ({ input: 100, output, cacheRead: 1000, cacheCreation: 50 });
const DAY = 24 * 3600 * 1000;

interface Line {
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly ago?: number;
  readonly model?: string;
}

/** A line of a message in a transcript. */
function line(
  story: Story,
  messageId: string,
  usage: UsageTotals,
  { model = 'opus', ...where }: Line = {},
): Story {
  return story.tell('message.assistant', { text: 'x', messageId, model, usage }, where);
}

/** The account that the client writes when a session ends. */
function account(story: Story, totals: UsageTotals, where: Line = {}): Story {
  return story.tell('usage.updated', { ...totals, byModel: { opus: totals } }, where);
}

const totals = (story: Story, sessionId?: string): UsageTotals => story.projection.usage.of(sessionId).totals;

test('a message of several lines counts once, also when the lines of two are mixed', () => {
  const story = Story.working();
  for (const id of ['m1', 'm2', 'm1', 'm2', 'm1']) line(story, id, used(20));
  expect(totals(story, 's1')).toEqual({ input: 200, output: 40, cacheRead: 2000, cacheCreation: 100 });
  expect(story.session.usage).toEqual(totals(story, 's1'));
  expect(story.log.filter(({ type }) => type === 'usage.updated')).toHaveLength(2);
});

test('a line that knows more of its message than the one before adds what is new', () => {
  const story = line(line(line(Story.working(), 'm1', used(1)), 'm1', used(350)), 'm1', used(1));
  expect(totals(story, 's1')).toEqual(used(350));
});

test('a transcript that is read again, also after a restart, adds nothing', () => {
  const story = Story.working();
  for (const id of ['m1', 'm2', 'm3']) line(story, id, used(20));
  const restarted = new Projection();
  restarted.load(story.projection.save());
  for (const event of story.log) expect(restarted.apply(event).filter(isUsage)).toEqual([]);
  expect(restarted.usage.of()).toEqual(story.projection.usage.of());
});

const isUsage = ({ type }: { type: string }): boolean => type === 'usage.updated';

test('by model, by subagent, and in all', () => {
  const story = Story.working().hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
  line(story, 'm1', used(20));
  line(story, 'm2', used(30), { agentId: 'a1', model: 'haiku' });
  story.hook('SessionStart', { session_id: 's2', source: 'startup' });
  line(story, 'm3', used(40), { sessionId: 's2' });
  expect(story.projection.usage.of('s1')).toEqual({
    totals: { input: 200, output: 50, cacheRead: 2000, cacheCreation: 100 },
    byModel: { opus: used(20), haiku: used(30) },
    agents: { a1: used(30) },
  });
  expect(story.agent('a1')?.usage).toEqual(used(30));
  expect(story.projection.usage.of()).toEqual({
    totals: { input: 300, output: 90, cacheRead: 3000, cacheCreation: 150 },
    byModel: { opus: { input: 200, output: 60, cacheRead: 2000, cacheCreation: 100 }, haiku: used(30) },
  });
});

test("the client's own account counts: it knows requests that are in no transcript, and the price", () => {
  const story = line(Story.working(), 'm1', used(20));
  const told = { input: 130, output: 25, cacheRead: 1000, cacheCreation: 50, costUsd: 0.02 };
  account(account(story, told), told);
  expect(story.projection.usage.of('s1')).toEqual({ totals: told, byModel: { opus: told }, costUsd: 0.02 });
  expect(story.projection.usage.of()).toEqual(story.projection.usage.of('s1'));
});

test("the end of a subagent's transcript is read after the account that includes it", () => {
  const story = Story.working().hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
  const told = { ...used(60), costUsd: 0.02 };
  account(line(story, 'm1', used(20)), told);
  line(story, 'm2', used(40), { agentId: 'a1', ago: 50 });
  expect(story.projection.usage.of('s1')).toMatchObject({ totals: told, agents: { a1: used(40) } });
  line(story, 'm3', used(1), { agentId: 'a1' });
  expect(totals(story, 's1').output).toBe(61);
});

test('resumed: the client goes on where its account stood, and so do we', () => {
  const story = account(line(Story.working(), 'm1', used(20)), { ...used(20), costUsd: 0.02 });
  story.hook('SessionEnd', { reason: 'other' }).hook('SessionStart', { source: 'resume' });
  line(story, 'm2', used(5));
  expect(totals(story)).toEqual({
    input: 200,
    output: 25,
    cacheRead: 2000,
    cacheCreation: 100,
    costUsd: 0.02,
  });
  account(story, { input: 200, output: 25, cacheRead: 2000, cacheCreation: 100, costUsd: 0.03 });
  expect(totals(story).costUsd).toBeCloseTo(0.03);
});

describe('killed and resumed: the client has no account of the run that was killed', () => {
  const three = { input: 300, output: 60, cacheRead: 3000, cacheCreation: 150 };
  const killed = (story: Story): Story => story.tell('session.removed', { reason: 'process_exited' });
  const resumed = (story: Story): Story => story.hook('SessionStart', { source: 'resume' });

  test('both runs count, in the session, in all, by day, and in what is told', () => {
    const story = resumed(killed(line(line(Story.working(), 'm1', used(20)), 'm2', used(20))));
    account(line(story, 'm3', used(20)), { ...used(20), costUsd: 0.01 });
    expect(totals(story, 's1')).toEqual({ ...three, costUsd: 0.01 });
    expect(story.projection.usage.of()).toEqual(story.projection.usage.of('s1'));
    expect(story.projection.usage.byDay('UTC')).toMatchObject([{ ...three, costUsd: 0.01 }]);
    expect(story.log.findLast(isUsage)).toMatchObject({
      source: 'hookline',
      data: { ...three, costUsd: 0.01 },
    });
  });

  test('again and again, before and after an account, with nothing used, and with a restart in between', () => {
    const story = account(line(Story.working(), 'm1', used(20)), { ...used(20), costUsd: 0.02 });
    resumed(story.hook('SessionEnd', { reason: 'other' }));
    killed(line(story, 'm2', used(20)));
    // It goes on from its last account, and is left before anything is used.
    account(resumed(story), { ...used(20), costUsd: 0.02 }).hook('SessionEnd', { reason: 'other' });
    const two = { input: 200, output: 40, cacheRead: 2000, cacheCreation: 100, costUsd: 0.02 };
    expect(totals(story)).toEqual(two);
    killed(line(resumed(story), 'm3', used(20)));
    const restarted = new Projection();
    restarted.load(story.projection.save());
    const before = story.log.length;
    account(line(resumed(story), 'm4', used(20)), { ...two, costUsd: 0.03 });
    for (const event of story.log.slice(before)) restarted.apply(event);
    expect(totals(story)).toEqual({
      input: 400,
      output: 80,
      cacheRead: 4000,
      cacheCreation: 200,
      costUsd: 0.03,
    });
    expect(restarted.usage.of()).toEqual(story.projection.usage.of());
    expect(restarted.save()).toBe(story.projection.save());
  });

  test('also when its start was told before the end of the transcript of the run that was killed', () => {
    const story = Story.working().later(1000);
    resumed(story);
    line(line(story, 'm1', used(20), { ago: 500 }), 'm2', used(20), { ago: 400 });
    expect(totals(account(line(story, 'm3', used(20)), used(20)), 's1')).toEqual(three);
  });

  test('one that ended in order is in the account, though all of it is read late', () => {
    const story = Story.working().later(1000);
    story.hook('SessionEnd', { reason: 'other' });
    resumed(story);
    account(line(story, 'm1', used(20), { ago: 500 }), used(20));
    account(line(story, 'm2', used(0)), { ...used(20), input: 200, cacheRead: 2000, cacheCreation: 100 });
    expect(totals(story, 's1')).toEqual({ input: 200, output: 20, cacheRead: 2000, cacheCreation: 100 });
  });
});

test('forked: its client counts on from the account it took along, which counts once in all', () => {
  const story = line(line(Story.working(), 'm1', used(20)), 'm2', used(20));
  const before = { input: 200, output: 40, cacheRead: 2000, cacheCreation: 100, costUsd: 0.2 };
  account(story, before);
  story.hook('SessionStart', { session_id: 's2', source: 'fork' });
  const fork = { sessionId: 's2' };
  for (const id of ['m1', 'm1', 'm2']) line(story, id, used(20), fork);
  expect(totals(story, 's2').output).toBe(0);
  line(story, 'm3', used(20), fork);
  // A title was asked for besides.
  const after = { input: 310, output: 65, cacheRead: 3000, cacheCreation: 150, costUsd: 0.3 };
  account(story, after, fork);
  expect(totals(story, 's2')).toEqual(after);
  expect(totals(story, 's1')).toEqual(before);
  expect(totals(story)).toEqual({ ...after, costUsd: expect.closeTo(0.3) });
  account(story, { ...after, output: 70, costUsd: 0.4 }, fork);
  expect(totals(story)).toMatchObject({ output: 70, costUsd: expect.closeTo(0.4) });
});

test('forked from a session nobody knows: what was taken along was not spent here', () => {
  const story = new Story().hook('SessionStart', { source: 'fork' });
  account(line(story, 'm1', used(20)), { ...used(9000), costUsd: 3 });
  expect(totals(story, 's1')).toEqual({ ...used(9000), costUsd: 3 });
  expect(totals(story)).toEqual({ ...used(20), costUsd: 0 });
});

test('messages that no model wrote leave no trace', () => {
  const nothing = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };
  const story = line(Story.working(), 'm1', nothing, { model: '<synthetic>' });
  expect(story.projection.usage.of('s1')).toEqual({ totals: nothing, byModel: {} });
  expect(story.projection.usage.bySession()).toEqual([]);
});

test('by day, project and model: what is used counts on the day it was used, whenever it is told', () => {
  const story = Story.working();
  line(story, 'm1', used(20), { ago: DAY });
  line(story, 'm2', used(30));
  line(story, 'm3', used(40), { model: 'haiku' });
  story.hook('SessionStart', { session_id: 's2', source: 'startup', cwd: '/home/dev/blog' });
  line(story, 'm4', used(50), { sessionId: 's2' });
  const shop = { project: '/home/dev/shop' };
  expect(story.projection.usage.byDay('UTC')).toEqual([
    { day: '2026-11-19', ...shop, model: 'opus', ...used(20) },
    { day: '2026-11-20', ...shop, model: 'opus', ...used(30) },
    { day: '2026-11-20', ...shop, model: 'haiku', ...used(40) },
    { day: '2026-11-20', project: '/home/dev/blog', model: 'opus', ...used(50) },
  ]);
});

test('whose day it is depends on where one lives', () => {
  const story = Story.working();
  // At 18:30 UTC the next day has begun in India, and a quarter of an hour before in Nepal.
  for (const hours of [0, 7.5]) line(story, `m${hours}`, used(20), { ago: -hours * 3_600_000 });
  const days = (zone: string): string[] =>
    story.projection.usage.byDay(zone).map(({ day, output }) => `${day} ${output}`);
  expect(days('UTC')).toEqual(['2026-11-20 40']);
  expect(days('Asia/Kolkata')).toEqual(['2026-11-20 20', '2026-11-21 20']);
  expect(days('Asia/Kathmandu')).toEqual(['2026-11-20 20', '2026-11-21 20']);
  expect(days('Pacific/Kiritimati')).toEqual(['2026-11-21 40']);
  expect(days('Pacific/Pago_Pago')).toEqual(['2026-11-20 40']);
  expect(() => days('Nowhere/Atlantis')).toThrow(RangeError);
});

test('a day is as long as the clocks make it', () => {
  const story = Story.working();
  // Berlin put its clocks back on 25 October 2026: that day began at 22:00 UTC and had 25 hours.
  const from = Date.UTC(2026, 9, 24, 21, 30);
  for (let hour = 0; hour < 27; hour++)
    line(story, `m${hour}`, used(1), { ago: story.now - from - hour * 3_600_000 });
  const rows = story.projection.usage.byDay('Europe/Berlin');
  expect(rows.map(({ day, output }) => `${day} ${output}`)).toEqual([
    '2026-10-24 1',
    '2026-10-25 25',
    '2026-10-26 1',
  ]);
});

test('a session so short that its transcript is read when it is over', () => {
  const story = Story.working().hook('SessionEnd', { reason: 'other' });
  line(story, 'm1', used(20));
  expect(story.projection.usage.byDay('UTC')).toMatchObject([{ project: '/home/dev/shop', output: 20 }]);
});

test('what the client adds, and the price, count on the day the session was at work last', () => {
  const story = line(Story.working(), 'm1', used(20)).later(DAY);
  account(story, { ...used(25), costUsd: 0.5 });
  expect(story.projection.usage.byDay('UTC')).toMatchObject([
    { day: '2026-11-20', output: 25, costUsd: 0.5 },
  ]);
  line(story, 'm2', used(20));
  expect(story.projection.usage.byDay('UTC')).toMatchObject([
    { day: '2026-11-20', output: 25 },
    { day: '2026-11-21', output: 20 },
  ]);
});

test('the days of one year and some are kept, no more', () => {
  const story = Story.working();
  for (let day = 500; day > 0; day--) line(story, `m${day}`, used(20), { ago: day * DAY });
  const rows = story.projection.usage.byDay('UTC');
  expect(rows).toHaveLength(400);
  expect(rows.at(-1)?.day).toBe('2026-11-19');
  expect(totals(story).output).toBe(500 * 20);
});

test('by session, those that are over too, with where they were', () => {
  const story = line(line(Story.working(), 'm1', used(20)), 'm2', used(30));
  story.tell('session.updated', { name: 'Mend the shop' }).hook('SessionEnd', { reason: 'other' });
  expect(story.projection.usage.bySession()).toEqual([
    {
      sessionId: 's1',
      models: ['opus'],
      project: '/home/dev/shop',
      name: 'Mend the shop',
      usedAt: story.now - 20,
      ...{ input: 200, output: 50, cacheRead: 2000, cacheCreation: 100 },
    },
  ]);
});

test('thousands of sessions that are over leave little behind, and all of their use', () => {
  const story = new Story();
  for (let n = 0; n < 5000; n++) {
    line(story, `m${n}`, used(1), { sessionId: `s${n}` });
    story.hook('SessionEnd', { session_id: `s${n}`, reason: 'other' });
  }
  expect(totals(story).output).toBe(5000);
  expect(totals(story, 's4999')).toEqual(used(1));
  expect(story.projection.usage.bySession()).toHaveLength(2000);
  expect(story.projection.save().length).toBeLessThan(1_500_000);
});

test('a log whose beginning is gone: the totals that were told stand for what is missing', () => {
  const story = Story.working();
  for (const id of ['m1', 'm2', 'm3']) line(story, id, used(20));
  const rest = new Projection();
  for (const event of story.log.slice(-2)) rest.apply(event);
  expect(rest.usage.of('s1')).toEqual(story.projection.usage.of('s1'));
});

test('numbers that make no sense are not taken over', () => {
  const story = line(Story.working(), 'm1', used(20));
  story.tell('usage.updated', { input: 'many', byModel: {} });
  story.tell('message.assistant', { messageId: 'm2', usage: { input: -1.5 } });
  story.tell('message.assistant', { usage: used(20) });
  expect(totals(story, 's1')).toEqual(used(20));
  expect(story.projection.usage.byDay('UTC')[0]?.day).toBe(new Date(NOON).toISOString().slice(0, 10));
});
