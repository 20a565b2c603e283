// Budgets: what is spent is told once for each session, day and window of five hours, whatever comes later, late or again.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODELS } from '../../src/agents/claude-code/models/models.ts';
import { ownBudget } from '../../src/engine/own-budget.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { type Budget, PriceList, Projection } from '../../src/state/index.ts';
import { Days } from '../../src/state/usage/days.ts';

const prices = new PriceList(MODELS);
const HOUR = 3600_000;
const MODEL = 'claude-opus-5-5';
/** A dollar's worth of output. */
const DOLLAR = { input: 0, output: 50_000, cacheRead: 0, cacheCreation: 0 };
const NOON = new Date(2026, 10, 20, 12).getTime();
const hourOf = (at: number): number => at - (at % HOUR);

/** A log that grows as the engine's does: what follows from an event comes right after it. */
class Told {
  readonly log: EventDraft[] = [];
  readonly projection: Projection;
  #count = 0;

  constructor(budgets: readonly Budget[], log: readonly EventDraft[] = [], saved?: string) {
    this.projection = new Projection(prices, budgets);
    if (saved !== undefined) expect(this.projection.load(saved)).toBe(true);
    else for (const event of log) this.projection.apply(event);
    this.log.push(...log);
    this.#count = log.length;
  }

  tell(event: Omit<EventDraft, 'source'>): EventDraft[] {
    const before = this.log.length;
    this.#account({ source: 'claude-code', ...event });
    return this.log.slice(before + 1).filter(({ type }) => type === 'usage.budget_crossed');
  }

  starts(sessionId: string, cwd = '/home/dev/shop'): void {
    this.tell({
      type: 'session.discovered',
      timestamp: NOON,
      sessionId,
      data: { cwd, startedBy: 'startup' },
    });
  }

  /** A session uses so many dollars. */
  uses(sessionId: string, dollars: number, at = NOON, more = {}): EventDraft[] {
    const usage = { ...DOLLAR, output: dollars * DOLLAR.output };
    const data = { text: 'x', messageId: `m${this.#count++}`, model: MODEL, usage, ...more };
    return this.tell({ type: 'message.assistant', timestamp: at, sessionId, data });
  }

  /** The client tells what its session has cost. */
  costs(sessionId: string, dollars: number, costUsd: number, at = NOON): EventDraft[] {
    const totals = { ...DOLLAR, output: dollars * DOLLAR.output, costUsd };
    const data = { ...totals, byModel: { [MODEL]: totals } };
    return this.tell({ type: 'usage.updated', timestamp: at, sessionId, data });
  }

  #account(event: EventDraft): void {
    this.log.push(event);
    for (const derived of this.projection.apply(event)) this.#account(derived);
  }
}

const session = ownBudget({ per: 'session', usd: 5 });
const day = ownBudget({ per: 'day', usd: 5 });
const window = ownBudget({ per: '5h', usd: 5 });

describe('for a session', () => {
  test('once, with what is spent, as an event of the session right after what it follows from', () => {
    const told = new Told([session]);
    told.starts('s1');
    told.starts('s2');
    expect([told.uses('s1', 3), told.uses('s2', 4)]).toEqual([[], []]);
    expect(told.uses('s1', 2.5)).toEqual([
      {
        ...{ type: 'usage.budget_crossed', timestamp: NOON, sessionId: 's1', source: 'hookline' },
        data: {
          ...{ budget: 'session:5', per: 'session', usd: 5 },
          ...{ spentUsd: expect.closeTo(5.5, 9), estimated: true },
        },
      },
    ]);
    expect(told.log.slice(-3).map(({ type }) => type)).toEqual([
      'message.assistant',
      'usage.updated',
      'usage.budget_crossed',
    ]);
    expect([told.uses('s1', 3), told.costs('s1', 8.5, 9)]).toEqual([[], []]);
    expect(told.projection.session('s1')?.overBudget).toBe(5);
    expect(told.projection.session('s2')).not.toHaveProperty('overBudget');
    expect(told.projection.snapshotJson().join('')).toContain('"overBudget":5');
  });

  test("the client's own figure may be what crosses it; then it is no estimate", () => {
    const told = new Told([session]);
    told.starts('s1');
    told.uses('s1', 4);
    expect(told.costs('s1', 4, 6)[0]?.data).toMatchObject({ spentUsd: 6, estimated: false });
  });

  test('of several, the largest is shown; what was told after the fact says so', () => {
    const told = new Told([session, ownBudget({ per: 'session', usd: 1 })]);
    told.starts('s1');
    expect(told.uses('s1', 9, NOON, { recovered: true }).map(({ data }) => data)).toMatchObject([
      { usd: 5, recovered: true },
      { usd: 1, recovered: true },
    ]);
    expect(told.projection.session('s1')?.overBudget).toBe(5);
  });
});

describe('for a day and a window of five hours', () => {
  test('all sessions together, as an event of none, with when it begins and ends', () => {
    const told = new Told([day, window]);
    told.uses('s1', 3);
    const crossed = told.uses('s2', 3, NOON + HOUR);
    const [midnight, next] = [new Date(2026, 10, 20).getTime(), new Date(2026, 10, 21).getTime()];
    expect(crossed.map(({ sessionId }) => sessionId)).toEqual(['', '']);
    expect(crossed.map(({ data }) => data)).toMatchObject([
      { per: 'day', startsAt: midnight, endsAt: next },
      { per: '5h', startsAt: hourOf(NOON), endsAt: hourOf(NOON) + 5 * HOUR },
    ]);
    expect(told.uses('s1', 9, NOON + 2 * HOUR)).toEqual([]);
    expect(told.uses('s1', 9, NOON + 6 * HOUR).map(({ data }) => data)).toMatchObject([
      { per: '5h', startsAt: hourOf(NOON) + 6 * HOUR },
    ]);
    expect(told.uses('s1', 9, NOON + 24 * HOUR).map(({ data }) => data['per'])).toEqual(['day', '5h']);
  });

  test('a window that is seen to begin earlier is still the same one', () => {
    const told = new Told([window]);
    expect(told.uses('s1', 6)).toHaveLength(1);
    expect(told.uses('s2', 1, NOON - HOUR)).toEqual([]);
    expect(told.uses('s1', 6, NOON + HOUR)).toEqual([]);
  });

  test('a cost that is told later counts when it was spent', () => {
    const told = new Told([day]);
    told.uses('s1', 4);
    expect(told.costs('s1', 4, 6, NOON + 48 * HOUR).map(({ data }) => data)).toMatchObject([
      { startsAt: new Date(2026, 10, 20).getTime(), spentUsd: 6, estimated: false },
    ]);
    expect(told.uses('s1', 1)).toEqual([]);
  });

  test('only what is used in the folders it is for', () => {
    const told = new Told([ownBudget({ per: 'day', usd: 5, project: 'shop' })]);
    told.starts('s1');
    told.starts('s2', '/home/dev/blog');
    expect([told.uses('s2', 9), told.uses('s1', 4)]).toEqual([[], []]);
    expect(told.uses('s1', 2).map(({ data }) => data)).toMatchObject([
      { budget: 'day:5:shop', project: 'shop', spentUsd: expect.closeTo(6, 9) },
    ]);
  });
});

describe('over a restart', () => {
  const before = new Told([session, day, window]);
  before.starts('s1');
  before.uses('s1', 6);
  expect(before.log.filter(({ type }) => type === 'usage.budget_crossed')).toHaveLength(3);

  test.each([
    ['the log', undefined],
    ['a checkpoint', before.projection.save()],
  ])('from %s: nothing is told again, and what comes later is', (_what, saved) => {
    const budgets = [session, day, window, ownBudget({ per: 'session', usd: 7 })];
    const after = new Told(budgets, before.log, saved);
    expect(after.projection.session('s1')?.overBudget).toBe(5);
    // What was put into the configuration meanwhile is told with the next use.
    expect(after.uses('s1', 2).map(({ data }) => data['budget'])).toEqual(['session:7']);
    expect(after.uses('s1', 6, NOON + 6 * HOUR).map(({ data }) => data['budget'])).toEqual(['5h:5']);
  });
});

test('how they stand: of the day and the window that are under way, and of the sessions that live', () => {
  const told = new Told([day, window, session]);
  told.starts('s1');
  told.uses('s1', 6);
  const rows = told.projection.usageByBudget(NOON + 6 * HOUR);
  expect(rows).toMatchObject([
    { budget: 'day:5', spentUsd: expect.closeTo(6, 9), crossed: true },
    { budget: '5h:5', spentUsd: 0, crossed: false },
    { budget: 'session:5', sessionId: 's1', crossed: true },
  ]);
  expect(rows[1]).not.toHaveProperty('startsAt');
});

test('the window of a moment is the one that reports have, whatever was used when, and in whichever order it is told', () => {
  const quarter = HOUR / 4;
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }), quarters => {
      const days = new Days();
      for (const one of quarters) {
        days.add(hourOf(NOON) + one * quarter, '/p', MODEL, DOLLAR);
        // Asked for again and again, as it is while something is used.
        days.windowAt(hourOf(NOON) + one * quarter);
      }
      const blocks = days.blocks(prices);
      for (const one of quarters) {
        const at = hourOf(NOON) + one * quarter;
        const block = blocks.find(({ startsAt, endsAt }) => at >= startsAt && at < endsAt);
        expect(days.windowAt(at)).toEqual({ startsAt: block?.startsAt, endsAt: block?.endsAt });
      }
    }),
  );
});
