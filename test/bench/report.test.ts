// Rounds of a benchmark as one report: medians and ranges, aims, and nothing made up for what was not measured.
import { describe, expect, it } from 'vitest';
import { merge, type Section, update } from '../../bench/report/report.ts';
import { atLeast, atMost, type Figure, isReached, type Row } from '../../bench/report/row.ts';
import { page } from '../../bench/report/table.ts';

const figure = (values: number[], control?: number[]): Figure => ({
  ...{ id: 'cost', what: 'CPU a hook', unit: 'µs', values },
  control: control && { what: 'bare', values: control },
});
const missing: Row = { id: 'cost', what: 'CPU a hook', missing: 'no client' };

describe('rounds', () => {
  it('are put together, each value beside the control of its round', () => {
    expect(merge([[figure([10], [5])], [figure([40], [10])]])).toEqual([figure([10, 40], [5, 10])]);
  });

  it('that could not measure it leave nothing to show', () => {
    expect(merge([[figure([10])], [missing]])).toEqual([missing]);
    expect(merge([[missing], [figure([10])]])).toEqual([missing]);
  });

  it('that came to no number do not either', () => {
    for (const row of [figure([10, Number.NaN]), figure([]), figure([1], [Number.NaN])])
      expect(merge([[row]])[0]).toHaveProperty('missing');
  });
});

describe('aims', () => {
  const of = (row: Figure, aim: Figure['aim']): boolean | undefined => isReached({ ...row, aim });

  it('are of the median ratio, or of the median', () => {
    const row = figure([10, 20, 90], [10, 10, 10]);
    expect([of(row, atMost(2)), of(row, atMost(1.9))]).toEqual([true, false]);
    expect([of(row, atLeast(2)), of(row, atLeast(2.1))]).toEqual([true, false]);
    expect([of(row, atMost(20, 'value')), of(row, atMost(19, 'value'))]).toEqual([true, false]);
  });

  it('of a ratio are not reached without a control', () => {
    expect(of(figure([1]), atMost(2))).toBe(false);
    expect(of(figure([1]), undefined)).toBeUndefined();
  });
});

const section = (name: string, date: string, busyCores: number, ...rows: Row[]): Section => ({
  name,
  title: `About ${name}`,
  run: {
    ...{ date, busyCores, command: 'npm run bench', commit: 'abc', rounds: 3 },
    machine: { cpu: 'Some CPU', cores: 2, system: 'Linux 6', node: '20.20.0' },
  },
  rows,
});
const [first, second] = ['2026-11-28T22:00:00.000Z', '2026-11-29T22:00:00.000Z'] as const;

describe('the page', () => {
  it('has the range, the ratio, the aim, and why something is missing', () => {
    const row = { ...figure([10, 30, 20], [10, 10, 10]), aim: atMost(1.5) };
    const text = page({ sections: [section('way', first, 0.1, row, { ...missing, id: 'other' })] });
    expect(text).toContain('| CPU a hook | 20 µs (10–30) | 10 µs, bare | 2 (1–3) × | ≤ 1.5 ×, missed |');
    expect(text).toContain('| CPU a hook | not measured: no client |  |  |  |');
    expect(text).not.toContain('not at rest');
    expect(text).toContain('- 0.10 of 2 cores busy with other things when it began\n');
  });

  it('tells each run by its date and machine, and one whose machine was busy', () => {
    const old = [section('way', first, 1.2), section('page', first, 1.2)];
    const report = update({ sections: old }, [section('way', second, 0)], ['way', 'page']);
    expect(page(report).match(/^##.*$/gm)).toEqual([
      '## Run of 2026-11-29 22:00 UTC',
      '### About way',
      '## Run of 2026-11-28 22:00 UTC',
      '### About page',
    ]);
    expect(page(report).match(/.*not at rest.*/g)).toEqual([expect.stringContaining('1.20 of 2 cores busy')]);
  });

  it('of an older run goes by the load of the machine', () => {
    const old = (load: number): string => {
      const one = section('way', first, 0);
      const { busyCores: _, ...run } = one.run;
      return page({ sections: [{ ...one, run: { ...run, load } }] });
    };
    expect(old(0.7)).toMatch(/load average 0\.70.*not at rest/);
    expect(old(0.3)).not.toContain('not at rest');
  });
});
