// Where things are on the timeline: time without the long pauses, calls side by side, the view that follows or stands.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page } from '../page.ts';

interface Scale {
  length: number;
  segments: { t0: number; t1: number; folded: boolean }[];
  toLength(time: number): number;
  toTime(length: number): number;
}
const { makeScale, tickStep } = await page<{
  makeScale(busy: [number, number][]): Scale;
  tickStep(least: number): number;
}>('session/scale.ts');

const { fitting, paintAxis } = await page<{
  fitting(context: object, words: string, room: number): string;
  paintAxis(context: object, what: object): void;
}>('session/paint.ts');

interface View {
  from: number;
  to: number;
  follows: boolean;
  width: number;
  setLength(length: number): void;
  fit(): void;
  follow(width?: number): void;
  zoom(factor: number, part?: number): void;
  pan(part: number): void;
  reveal(at: number): void;
}
const { Window } = await page<{ Window: new () => View }>('session/window.ts');

interface Bar {
  item: { at: number };
  from: number;
  to: number;
  track: number;
  running: boolean;
  kind: string;
}
interface Row {
  lane: { id: string };
  bars: Bar[];
  tracks: number;
  waits: { from: number; to: number }[];
  spans: { from: number; to: number; failed: boolean }[];
}
const { layoutOf, kindOf } = await page<{
  layoutOf(story: unknown, when: { now: number; live: boolean }): { rows: Row[] };
  kindOf(tool: string): string;
}>('session/layout.ts');
const { Story } = await page<{ Story: new () => { add(events: unknown[]): void } }>('session/story.ts');

const MINUTE = 60_000;

describe('the scale', () => {
  it('folds what nobody did for long, and keeps short pauses', () => {
    const scale = makeScale([
      [0, 10 * MINUTE],
      [10.5 * MINUTE, 20 * MINUTE],
      [600 * MINUTE, 620 * MINUTE],
    ]);
    expect(scale.segments.map(({ folded }) => folded)).toEqual([false, true, false]);
    expect(scale.length).toBeLessThan(42 * MINUTE);
    expect(scale.toLength(600 * MINUTE) - scale.toLength(20 * MINUTE)).toBeLessThan(2 * MINUTE);
  });

  it('goes there and back, and never backwards', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 0, max: 1e6 }));
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: -1e6, max: 1.2e8 }), { minLength: 2 }),
        (spans, times) => {
          const scale = makeScale(spans.map(([from, length]) => [from, from + length]));
          const sorted = times.toSorted((a, b) => a - b);
          let before = Number.NEGATIVE_INFINITY;
          for (const time of sorted) {
            const length = scale.toLength(time);
            expect(length).toBeGreaterThanOrEqual(before);
            expect(Math.abs(scale.toTime(length) - time)).toBeLessThan(2);
            before = length;
          }
        },
      ),
    );
  });

  it('never gives a pause more room than a minute, so that a long story ends with what happened', () => {
    const scale = makeScale([
      [0, 480 * MINUTE],
      [900 * MINUTE, 901 * MINUTE],
    ]);
    expect(scale.length).toBe(482 * MINUTE);
  });

  it('has ticks at round times', () => {
    expect([0.5, 3, 700, 4000, 50_000, 4_000_000, 1e9].map(tickStep)).toEqual([
      1, 5, 1000, 5000, 60_000, 7_200_000, 1_036_800_000,
    ]);
  });
});

describe('the view', () => {
  it('follows the end as it moves, until it is moved', () => {
    const view = new Window();
    view.setLength(10_000);
    view.follow(2000);
    const { to } = view;
    view.setLength(20_000);
    expect(view.to).toBeGreaterThan(to);
    expect(view.width).toBe(2000);
    view.pan(-0.5);
    const stands = view.from;
    view.setLength(30_000);
    expect(view.from).toBe(stands);
    expect(view.follows).toBe(false);
  });

  it('is full of what happened last, however long the story is, and shows all of a short one', () => {
    const MINUTES = 10 * MINUTE;
    for (const length of [1, 3000, MINUTES, 75 * MINUTE, 8 * 60 * MINUTE, 30 * 24 * 60 * MINUTE]) {
      const view = new Window();
      // The first page that is read tells of a moment, the next ones of the rest.
      view.setLength(Math.min(length, 5));
      view.follow(MINUTES);
      view.setLength(length);
      const { from, to, width } = view;
      expect((to - Math.max(length, 200)) / width, `room after ${length} ms`).toBeCloseTo(0.04);
      if (length < MINUTES) expect(from).toBeLessThanOrEqual(0);
      else expect(width).toBeCloseTo(MINUTES);
    }
  });

  it('zooms around the point it is told, and keeps following when that is the end', () => {
    const view = new Window();
    view.setLength(10_000);
    view.follow(8000);
    view.zoom(0.5);
    expect([view.follows, view.width]).toEqual([true, 4000]);
    const middle = view.from + view.width / 4;
    view.zoom(0.5, 0.25);
    expect(view.from + view.width / 4).toBeCloseTo(middle);
    expect(view.follows).toBe(false);
  });

  it('never leaves the story', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constant('zoom'), fc.constant('out')),
        ),
        steps => {
          const view = new Window();
          view.setLength(10_000);
          for (const step of steps) {
            if (step === 'zoom') view.zoom(0.5, 0.3);
            else if (step === 'out') view.zoom(3, 0.8);
            else view.pan(step as number);
            expect(view.to).toBeGreaterThan(0);
            expect(view.from).toBeLessThan(10_000);
            expect(view.width).toBeLessThanOrEqual(10_000 / 0.95 + 0.001);
          }
        },
      ),
    );
  });

  it('brings what is looked for into sight', () => {
    const view = new Window();
    view.setLength(100_000);
    view.follow(1000);
    view.reveal(50_000);
    expect(view.from).toBeLessThan(50_000);
    expect(view.to).toBeGreaterThan(50_000);
  });
});

describe('the axis', () => {
  /** The words on it, of a view of a scale. */
  function wordsOf(busy: [number, number][], from: number, to: number): string[] {
    const words: string[] = [];
    const context = {
      clearRect() {},
      fillRect() {},
      fillText: (text: string) => words.push(text),
      measureText: (text: string) => ({ width: text.length * 6 }),
    };
    const scale = makeScale(busy);
    const width = 1000;
    const x = (time: number): number => ((scale.toLength(time) - from) / (to - from)) * width;
    const time = (at: number): number => scale.toTime(from + (at / width) * (to - from));
    paintAxis(context, {
      scale,
      inks: {},
      place: { x, time, width, height: 24, perPixel: (to - from) / width },
    });
    return words;
  }

  it('has times for a story of a moment, and before and after any other', () => {
    const at = new Date(2026, 10, 3, 12).getTime();
    expect(wordsOf([[at, at]], -400, 600).length).toBeGreaterThan(5);
    expect(wordsOf([[at, at + MINUTE]], -MINUTE, 2 * MINUTE)).toEqual([
      '11:59:00',
      '11:59:30',
      '12:00:00',
      '12:00:30',
      '12:01:00',
      '12:01:30',
    ]);
  });

  it('says how much later it goes on', () => {
    const at = new Date(2026, 10, 3, 12).getTime();
    const words = wordsOf(
      [
        [at, at + 10 * MINUTE],
        [at + 600 * MINUTE, at + 610 * MINUTE],
      ],
      0,
      21 * MINUTE,
    );
    expect(words.filter(word => word.endsWith(' later'))).toEqual(['9 h 50 min later']);
  });
});

describe('the layout', () => {
  let seq = 0;
  const event = (type: string, timestamp: number, data: object, agentId?: string): object => ({
    type,
    timestamp,
    sessionId: 's1',
    source: 'claude-code',
    seq: ++seq,
    ...(agentId ? { agentId } : {}),
    data,
  });
  const use = (id: string, at: number): object =>
    event('tool.use', at, { toolName: 'Bash', toolUseId: id, input: {} });
  const result = (id: string, at: number, durationMs: number): object =>
    event('tool.result', at, { toolName: 'Bash', toolUseId: id, success: true, durationMs });
  const rowsOf = (events: object[], now = 100_000, live = true): Row[] => {
    const story = new Story();
    story.add(events);
    return layoutOf(story, { now, live }).rows;
  };

  it('puts calls that run at once below each other', () => {
    const [row] = rowsOf([
      use('a', 1000),
      use('b', 2000),
      result('a', 5000, 4000),
      result('b', 6000, 4000),
      use('c', 7000),
    ]);
    expect(row?.tracks).toBe(2);
    expect(row?.bars.map(({ track }) => track)).toEqual([0, 1, 0]);
  });

  it('lets what has no result run on, unless its turn or its session is over', () => {
    const running = rowsOf([use('a', 1000)]);
    expect(running[0]?.bars[0]).toMatchObject({ to: 100_000, running: true });
    const turned = rowsOf([use('a', 1000), event('turn.completed', 4000, {})]);
    expect(turned[0]?.bars[0]).toMatchObject({ to: 4000, running: false });
    const ended = rowsOf([use('a', 1000), event('session.removed', 3000, {})], 100_000, false);
    expect(ended[0]?.bars[0]).toMatchObject({ to: 3000, running: false });
  });

  it('shows how long somebody was asked: until the call could run', () => {
    const [row] = rowsOf([
      use('a', 1000),
      event('permission.requested', 1100, { toolName: 'Bash', input: {} }),
      result('a', 9000, 2000),
    ]);
    expect(row?.waits).toMatchObject([{ from: 1100, to: 7000 }]);
  });

  it('marks turns, failed ones too', () => {
    const [row] = rowsOf([
      event('prompt.submitted', 1000, { prompt: 'one' }),
      event('turn.completed', 2000, {}),
      event('prompt.submitted', 3000, { prompt: 'two' }),
      event('turn.failed', 4000, {}),
      event('prompt.submitted', 5000, { prompt: 'three' }),
    ]);
    expect(row?.spans).toEqual([
      { from: 1000, to: 2000, failed: false },
      { from: 3000, to: 4000, failed: true },
      { from: 5000, to: 100_000, failed: false },
    ]);
  });

  it('tells kinds of tools apart', () => {
    const tools = ['Bash', 'Grep', 'Edit', 'Task', 'mcp__tickets__create', 'SomethingNew', '__proto__'];
    expect(tools.map(kindOf)).toEqual(['run', 'read', 'write', 'agent', 'web', 'other', 'other']);
  });
});

describe('words on a bar', () => {
  const context = { measureText: (words: string) => ({ width: words.length * 6 }) };

  it('are whole where there is room, and say so where there is not', () => {
    expect(fitting(context, 'Bash  npm test', 84)).toBe('Bash  npm test');
    expect(fitting(context, 'Bash  npm test', 83)).toBe('Bash  npm te…');
    expect(fitting(context, 'Bash  npm test', 40)).toBe('Bash…');
    expect(fitting(context, 'x'.repeat(1_000_000), 60)).toBe(`${'x'.repeat(9)}…`);
    expect(fitting(context, 'Bash', 5)).toBe('');
  });
});
