// What is counted of what was done: each call once, with what became of it and how long it took; and how it is told of any time.
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Activity } from '../../src/state/activity/activity.ts';
import { Durations } from '../../src/state/activity/durations.ts';
import { ActivityReport, type Wanted, weekdayOf } from '../../src/state/index.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

const event = (type: string, data: Record<string, unknown> = {}, timestamp = NOON): EventDraft => ({
  ...{ type, timestamp, sessionId: 's', source: 'claude-code', data },
});
const call = (toolName: string, durationMs?: number, more: Record<string, unknown> = {}, at = NOON) =>
  event('tool.result', { toolName, success: true, durationMs, ...more }, at);

describe('durations', () => {
  it('tell the fastest and the slowest as they were, and the median within 2.5 %', () => {
    const values = Array.from({ length: 1001 }, (_, index) => Math.round(1.5 ** (index / 50) * 7));
    const durations = new Durations();
    for (const value of values) durations.add(value);
    expect([durations.fastest, durations.slowest, durations.count]).toEqual([7, values.at(-1), 1001]);
    expect(Math.abs(durations.median / (values[500] ?? 0) - 1)).toBeLessThan(0.025);
  });

  it('of a single one are what it was, and of none are not told', () => {
    const one = new Durations();
    one.add(1234);
    expect([one.fastest, one.median, one.slowest]).toEqual([1234, 1234, 1234]);
    for (const none of [undefined, null, '5', Number.NaN, -1]) one.add(none);
    expect(one.count).toBe(1);
  });

  it('take whatever number comes', () => {
    const odd = new Durations();
    for (const ms of [0, 0.2, Number.POSITIVE_INFINITY, Number.MAX_VALUE]) odd.add(ms);
    const again = new Durations();
    again.addAll(JSON.parse(JSON.stringify(odd.save())));
    expect([again.fastest, again.slowest, again.count]).toEqual([0, 1e12, 4]);
    expect(again.median).toBe(0);
  });
});

describe('over a range', () => {
  const shelf = new MemoryStore('e', { events: 10, bytes: 1000 }).activity;
  const activity = new Activity();
  const ask = async (wanted: Partial<Wanted> = {}, range = {}) =>
    activity.look(shelf, range, () => new ActivityReport({ zone: 'UTC', ...wanted }));

  it('tools (the median of 100, 300 and 5000 is told as 294), hours and errors, whether they are kept already or not', async () => {
    activity.count(event('prompt.submitted', { prompt: 'Go' }), '/w/shop');
    activity.count(call('Bash', 100), '/w/shop');
    activity.count(call('Bash', 5000, { success: false, error: 'exit 1' }), '/w/shop');
    activity.save(shelf, 1);
    activity.count(call('Bash', 300, {}, NOON + HOUR), '/w/shop');
    activity.count(call('Bash', undefined, { success: false, interrupted: true }), '/w/blog');
    activity.count(event('permission.denied', { toolName: 'Write' }), '/w/shop');
    activity.count(event('turn.failed', { error: 'rate_limit' }), '/w/shop');
    activity.count(event('tool.use', { toolName: 'Bash' }), '/w/shop');
    const report = await ask();
    expect(report.tools()).toEqual([
      {
        ...{ tool: 'Bash', calls: 4, failed: 1, interrupted: 1, denied: 0, failureRate: 0.25, timed: 3 },
        ...{ fastestMs: 100, medianMs: 294, slowestMs: 5000 },
      },
      { tool: 'Write', calls: 0, failed: 0, interrupted: 0, denied: 1, failureRate: 0, timed: 0 },
    ]);
    expect(report.hours()).toEqual([
      { day: '2026-11-20', hour: 12, prompts: 1, calls: 3, failed: 1 },
      { day: '2026-11-20', hour: 13, prompts: 0, calls: 1, failed: 0 },
    ]);
    expect(report.errors()).toEqual([
      { event: 'tool.result', kind: 'failed', count: 1 },
      { event: 'tool.result', kind: 'interrupted', count: 1 },
      { event: 'permission.denied', kind: 'denied', count: 1 },
      { event: 'turn.failed', kind: 'rate_limit', count: 1 },
    ]);
    activity.save(shelf, 2);
    expect((await ask()).tools()).toEqual(report.tools());
  });

  it('of a project, a tool, a time, a time zone', async () => {
    const fits = (project: string) => project === '/w/blog';
    expect((await ask({ fits })).tools()).toMatchObject([{ tool: 'Bash', calls: 1 }]);
    const bash = await ask({ tool: 'Bash' });
    expect(bash.errors().map(({ kind }) => kind)).toEqual(['failed', 'interrupted']);
    expect(bash.hours()).toMatchObject([{ prompts: 0, calls: 3 }, { calls: 1 }]);
    expect((await ask({}, { since: NOON + HOUR })).hours()).toMatchObject([{ hour: 13 }]);
    expect((await ask({}, { until: NOON + HOUR })).hours()).toMatchObject([{ hour: 12 }]);
    const [first] = (await ask({ zone: 'Asia/Kolkata' })).hours();
    expect(first).toMatchObject({ day: '2026-11-20', hour: 17 });
  });

  it('begins anew when more is kept meanwhile, and misses and doubles nothing', async () => {
    const busy = new MemoryStore('e', { events: 10, bytes: 1000 }).activity;
    const working = new Activity();
    for (let week = 0; week < 5; week++) {
      working.count(call('Bash', 1, {}, NOON + week * 7 * 24 * HOUR), '/w');
      working.save(busy, week);
    }
    const asked = working.look(busy, {}, () => new ActivityReport({ zone: 'UTC' }));
    working.count(call('Bash', 1), '/w');
    working.save(busy, 9);
    working.count(call('Bash', 1), '/w');
    expect((await asked).tools()).toMatchObject([{ calls: 7 }]);
  });

  it('however far apart and odd the times and names are', async () => {
    const odd = new Activity();
    const kept = new MemoryStore('e', { events: 10, bytes: 1000 }).activity;
    for (const at of [-1, 0, 8.64e15, NOON]) odd.count(call('__proto__', 1, {}, at), 'constructor');
    odd.count(event('tool.result', { success: true }), '');
    odd.save(kept, 1);
    const report = await odd.look(kept, {}, () => new ActivityReport({ zone: 'UTC' }));
    expect(report.tools()).toMatchObject([
      { tool: '__proto__', calls: 4 },
      { tool: '', calls: 1 },
    ]);
  });
});

it('a week begins with Monday', () => {
  expect(['2026-11-22', '2026-11-23', '2026-11-28'].map(weekdayOf)).toEqual([7, 1, 6]);
});
