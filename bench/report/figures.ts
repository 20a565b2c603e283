// The figures on the pages for users: where they stand, and what docs/bench.json says that they are.
import type { Report, Section } from './report.ts';
import { control, measuredOn, ratio, value } from './show.ts';

const PLACE = /(<!-- figures: npm run bench -->\n).*?(<!-- end of figures -->)/s;

/** `{bench/row}` is its value; `control` and `ratio` after it are those; `{bench run}` is when and on what it was measured. */
const HOLE = /\{([\w-]+)(?:\/([\w-]+))?(?: (run|control|ratio))?\}/g;
const CELL = /[^|\n]+/g;

const README = `
Measured {hot-path run}. [docs/bench.md](docs/bench.md) has all of it.

| | hookline | without |
|---|---|---|
| a tool call of Claude Code | {tool-call/hookline} | {tool-call/hookline control} with no hooks |
| CPU for a hook, 200 a second, one client | {hot-path/cpu-200} | {hot-path/cpu-200 control} in bare \`node:http\` and \`ws\` |
| from the hook to the client | {hot-path/to-client-200} | {hot-path/to-client-200 control} |
| CPU for each of 50 clients, 500 hooks a second | {hot-path/crowd-50} | {hot-path/crowd-50 control} |
| a million events again, from disk to one client | {long-log/replay} | {long-log/replay control} by SQLite alone |
| start with a million events | {long-log/start} | {long-log/start control} with none |
| disk for 10,000 hooks | {footprint/disk} | {footprint/disk control} as they were posted |
`;

const PERFORMANCE = `
Measured {hot-path run}. Milliseconds differ from machine to machine, and ratios somewhat: \`npm run bench\` measures on yours.

| | |
|---|---|
| a tool call with hookline's hooks, over the same without any hooks | {tool-call/hookline ratio} times ({tool-call/hookline} over {tool-call/hookline control}); hooks that run \`true\`: {tool-call/true ratio} times |
| CPU a hook, on record before it is answered | {hot-path/cpu-50} at 50 a second, {hot-path/cpu-200} at 200, {hot-path/cpu-500} at 500, {hot-path/lanes} as fast as 8 lanes can; {hot-path/cpu-50 ratio}, {hot-path/cpu-200 ratio}, {hot-path/cpu-500 ratio} and {hot-path/lanes ratio} times a bare \`node:http\` and \`ws\` server |
| from a hook to the client, 200 a second | {hot-path/to-client-200} in the middle, {hot-path/to-client-200 ratio} times the bare server |
| until a hook is answered, 200 a second | {hot-path/answer-p50-200} in the middle, {hot-path/answer-p99-200} in a hundredth of them; the bare server {hot-path/answer-p50-200 control} and {hot-path/answer-p99-200 control} |
| 200 clients, hooks as fast as 8 lanes can | {hot-path/crowd-200} deliveries a second of CPU, {hot-path/crowd-200 ratio} times the bare server |
| 50 clients, 500 hooks a second | {hot-path/crowd-50} of CPU a delivery, {hot-path/crowd-50 ratio} times the bare server; p50 {hot-path/crowd-50-p50}, p99 {hot-path/crowd-50-p99} |
| a snapshot of 200 sessions with 50 subagents each | {state/snapshot-size-latin}, {state/get-latin} to the last byte ({state/get-cpu-latin} of the daemon's CPU); \`JSON.stringify\` of as much takes {state/snapshot-latin control} |
| replay of a million events from disk to one client, in batches | {long-log/replay}; SQLite alone reads {long-log/replay control} |
| start with a million events in the log | {long-log/start}, Node's own start included; with none {long-log/start control} |
| memory of the daemon | {footprint/memory-fresh} at first, {footprint/memory} after 400,000 hooks, {long-log/replay-memory} after that replay |
| disk for 10,000 hooks | {footprint/disk}; their bodies are {footprint/disk control} |
| the dashboard, from cold | {page/weight} until the first view, {page/weight-all} with all of them, not compressed; first paint after {page/paint}, live after {page/live} |
| its feed of 100,000 events while 500 a second come in | frames of {page/scroll-p50} while it is scrolled (p99 {page/scroll-p99}); no task over {page/scroll-task} of CPU |
`;

/** Pages by their path from the top of the repository. */
export const PAGES: Readonly<Record<string, string>> = {
  'README.md': README,
  'docs/performance.md': PERFORMANCE,
};

export class UnknownFigureError extends Error {
  readonly code = 'UNKNOWN_FIGURE';
}

/** Undefined for what was not measured. @throws UnknownFigureError for a row that its benchmark does not have */
function figure(sections: ReadonlyMap<string, Section>, hole: readonly string[]): string | undefined {
  const [text, name = '', id, part] = hole;
  const section = sections.get(name);
  if (!section) return undefined;
  if (part === 'run') return measuredOn(section.run);
  const row = section.rows.find(one => one.id === id);
  if (!row && !section.rows.some(one => 'missing' in one))
    throw new UnknownFigureError(`${text} is on a page, and ${name} has no such row`);
  if (!row || 'missing' in row) return undefined;
  return { control, ratio, value }[part === 'control' || part === 'ratio' ? part : 'value'](row);
}

/** The page with the figures of the report where its figures are. A cell that lacks one says so, and nothing else; a line of nothing else is left out. */
export function withFigures(page: string, template: string, { sections }: Report): string {
  if (!PLACE.test(page)) throw new Error('the page has no place for figures');
  const byName = new Map(sections.map(section => [section.name, section]));
  const isKnown = (line: string): boolean => {
    const holes = [...line.matchAll(HOLE)];
    return holes.length === 0 || holes.some(hole => figure(byName, hole) !== undefined);
  };
  const lines = template.split('\n').filter(isKnown).join('\n');
  const filled = lines.replaceAll(CELL, cell => {
    const figures = [...cell.matchAll(HOLE)].map(hole => figure(byName, hole));
    return figures.includes(undefined)
      ? ' not measured '
      : cell.replaceAll(HOLE, () => figures.shift() ?? '');
  });
  return page.replace(PLACE, (_all, begin: string, end: string) => `${begin}${filled}\n${end}`);
}
