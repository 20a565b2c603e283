// The figures on the pages are those that were measured: whoever changes one by hand, or forgets to write them anew, fails here.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, UnknownFigureError, withFigures } from '../../bench/report/figures.ts';
import type { Report } from '../../bench/report/report.ts';
import type { Row } from '../../bench/report/row.ts';
import { page as benchPage } from '../../bench/report/table.ts';
import { page, ROOT } from '../support/pages.ts';

const measured = JSON.parse(fs.readFileSync(path.join(ROOT, 'docs/bench.json'), 'utf8')) as Report;

/** The line of the first difference, so that a stale page says which figure it is. */
const refresh = 'run "npm run bench -- --pages" and commit what it writes';

describe('as they are in the repository', () => {
  it.each(Object.keys(PAGES))('%s has the figures of docs/bench.json', name => {
    expect(page(name), refresh).toBe(withFigures(page(name), PAGES[name] ?? '', measured));
  });

  it('docs/bench.md is what docs/bench.json says', () => {
    expect(page('docs/bench.md'), refresh).toBe(benchPage(measured));
  });
});

const run = {
  date: '2026-11-28T22:00:00.000Z',
  command: 'npm run bench',
  commit: 'abc',
  busyCores: 0.1,
  rounds: 3,
  machine: { cpu: 'Some CPU', cores: 2, system: 'Linux 6', node: '20.20.0', claudeCode: '2.1.332' },
};
const report = (...rows: Row[]): Report => ({ sections: [{ name: 'way', title: 'A way', run, rows }] });
const cost: Row = {
  ...{ id: 'cost', what: 'CPU a hook', unit: 'µs', values: [100, 300, 120] },
  control: { what: 'bare', values: [50, 100, 100] },
};
const place = (text: string): string =>
  `before\n<!-- figures: npm run bench -->\n${text}\n<!-- end of figures -->\nafter\n`;
const fill = (template: string, ...rows: Row[]): string =>
  withFigures(place('old'), template, report(...rows));

describe('a page', () => {
  it('has the median, the control, the ratio, and what it was measured on', () => {
    expect(fill('{way/cost}, {way/cost control}, {way/cost ratio} times', cost)).toBe(
      place('120 µs, 100 µs, 2 times'),
    );
    expect(fill('{way run}', cost)).toBe(
      place('on 2026-11-28 on Some CPU with 2 cores, Linux 6, Node 20.20.0, Claude Code 2.1.332'),
    );
  });

  it('says of what could not be measured that it was not, and leaves out a line of nothing else', () => {
    const missing: Row = { id: 'way', what: 'the way', missing: 'no browser' };
    expect(fill('| cost | {way/cost}, that is {way/cost ratio} times |\n| more |', missing)).toBe(
      place('| more |'),
    );
    expect(fill('| {elsewhere/cost} | {way/cost} |', cost)).toBe(place('| not measured | 120 µs |'));
  });

  it('does not take a name that nothing has', () => {
    expect(() => fill('{way/costs}', cost)).toThrow(UnknownFigureError);
  });

  it('without a place for figures is refused', () => {
    expect(() => withFigures('nothing', '{way/cost}', report(cost))).toThrow('no place');
  });

  it('differs once a figure is stale', () => {
    expect(fill('{way/cost}', cost)).not.toBe(
      fill('{way/cost}', { ...cost, values: [400, 500, 600] } as Row),
    );
  });
});
