// The verdict of a soak: what grows is found out, and what only wanders is not.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../bench/soak/samples.ts';
import { judge, LIMITS, theilSen, trend } from '../../bench/soak/verdict.ts';
import { chance } from '../support/random.ts';

const MB = 1e6;
const LEVEL: Sample = {
  at: 0,
  rss: 150 * MB,
  heapUsed: 60 * MB,
  heapTotal: 70 * MB,
  external: 10 * MB,
  native: 70 * MB,
  descriptors: 40,
  handles: 10,
  timers: 2,
  sessions: 300,
  clients: 20,
  head: 1,
  hooks: 1000,
  perSecond: 100,
  cpuPerHook: 1500,
  control: 5000,
  cpu: 0.15,
  p50: 2,
  p99: 20,
};

/** An hour, a sample every 10 s, made of the level by whatever changes. */
function hour(change: (at: number, noise: number) => Partial<Sample>): Sample[] {
  const random = chance(7);
  return Array.from({ length: 360 }, (_, index) => {
    const at = index * 10;
    return { ...LEVEL, ...change(at, random.next() - 0.5), at };
  });
}

const broken = (samples: readonly Sample[]): string[] =>
  judge(samples)
    .filter(({ isWithin }) => !isWithin)
    .map(({ text }) => text);

describe('a daemon that stays as it is', () => {
  it('is within all limits', () => {
    expect(broken(hour(() => ({})))).toEqual([]);
  });

  it('is so however it wanders', () => {
    const wanders = hour((_at, noise) => ({
      rss: LEVEL.rss + noise * 30 * MB,
      heapUsed: LEVEL.heapUsed + noise * 30 * MB,
      cpuPerHook: LEVEL.cpuPerHook * (1 + noise),
    }));
    expect(broken(wanders)).toEqual([]);
  });

  it('is so though the machine becomes busier and busier', () => {
    const slows = hour(at => ({
      cpuPerHook: LEVEL.cpuPerHook * (1 + at / 3600),
      control: LEVEL.control * (1 + at / 3600),
    }));
    expect(broken(slows)).toEqual([]);
  });

  it('is so though it was seen at a bad moment, even at the very end', () => {
    const stumbles = hour(at => (at > 3400 ? { rss: 400 * MB, cpuPerHook: 20_000, descriptors: 200 } : {}));
    expect(broken(stumbles)).toEqual([]);
  });

  it('may have grown before', () => {
    expect(broken(hour(at => ({ rss: LEVEL.rss + Math.min(at, 1700) * 0.05 * MB })))).toEqual([]);
  });
});

describe('a daemon that grows', () => {
  it.each(LIMITS.map(({ what }, index) => [what, index] as const))(
    'in its %s is found out',
    (what, index) => {
      const KEYS = [
        'rss',
        'heapUsed',
        'external',
        'native',
        'descriptors',
        'handles',
        'timers',
        'cpuPerHook',
      ] as const;
      const key = KEYS[index] ?? 'rss';
      const grows = hour((at, noise) => ({ [key]: LEVEL[key] * (1 + noise / 10 + at / 1800) + at / 100 }));
      expect(broken(grows)).toEqual([expect.stringContaining(`FAILED  ${what}`)]);
    },
  );

  it('is found out by 20 MB an hour', () => {
    const leaks = hour((at, noise) => ({ rss: LEVEL.rss + (at / 3600) * 20 * MB + noise * 10 * MB }));
    expect(broken(leaks)).toEqual([expect.stringMatching(/resident memory .*\+\d/)]);
  });
});

it('is not good when there is nothing to judge by', () => {
  expect(broken([])).toHaveLength(1);
  expect(broken(hour(() => ({ rss: Number.NaN })))).toEqual([expect.stringContaining('resident memory')]);
});

it('is sure of a trend, not of chance', () => {
  const { next } = chance(3);
  expect(trend(Array.from({ length: 30 }, (_, index) => index + next() * 10))).toBeGreaterThan(4);
  expect(Math.abs(trend(Array.from({ length: 30 }, next)))).toBeLessThan(2.33);
});

it('goes by the median of all slopes', () => {
  expect(
    theilSen([
      [0, 1],
      [1, 3],
      [2, 5],
      [3, 700],
      [4, 9],
    ]),
  ).toBeCloseTo(2);
});
