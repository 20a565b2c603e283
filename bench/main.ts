// Measures what hookline costs and writes it down: docs/bench.md, docs/bench.json, and the figures on the pages for users.
//
//   npm run bench [-- NAME...] [--rounds N] [--limit MINUTES] [--pages]
//
// Without names: all that take no more than minutes. Each runs in a process of its own, one after the other, and is ended when it
// takes longer than the limit (default 6 minutes). Of benchmarks that are not named the figures stay, with the run that they are of.
// `--pages` measures nothing and writes the pages anew.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findClaude } from '../test/support/claude/client.ts';
import { BENCHES } from './benches.ts';
import { PAGES, withFigures } from './report/figures.ts';
import { merge, type Report, type Section, update } from './report/report.ts';
import { isFailure, isReached, type Row } from './report/row.ts';
import { thisRun } from './report/run.ts';
import { cells } from './report/show.ts';
import { page } from './report/table.ts';
import { startBench } from './start-bench.ts';

const ROOT = path.join(import.meta.dirname, '..');
const DATA = path.join(ROOT, 'docs/bench.json');

const args = process.argv.slice(3);
const options = parseArgs({
  args,
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '1' },
    limit: { type: 'string', default: '6' },
    pages: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.values.rounds);
const limit = Number(options.values.limit);
const unknown = options.positionals.filter(name => !(name in BENCHES));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !(limit > 0)) {
  console.error(
    `usage: npm run bench [-- NAME...] [--rounds N] [--limit MINUTES] [--pages]\nnames: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(2);
}

function show(row: Row): void {
  const [what, ...rest] = 'missing' in row ? [row.what, `not measured: ${row.missing}`] : cells(row);
  console.log(`  ${what}\n      ${rest.filter(text => text !== '').join('   ')}`);
}

async function measure(names: readonly string[]): Promise<Section[]> {
  const claude = names.includes('tool-call') ? await findClaude() : undefined;
  const run = await thisRun(args, rounds, claude?.found ? claude.version : undefined);
  const found = new Map<string, Row[][]>(names.map(name => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const [name, sofar] of found) {
      console.log(`\n${name}, round ${round} of ${rounds}`);
      sofar.push(await startBench(name, limit, show));
    }
  return [...found].map(([name, all]) => ({
    name,
    title: BENCHES[name]?.title ?? name,
    run,
    rows: merge(all),
  }));
}

const read = (): Report =>
  fs.existsSync(DATA) ? (JSON.parse(fs.readFileSync(DATA, 'utf8')) as Report) : { sections: [] };

function write(report: Report): void {
  fs.writeFileSync(DATA, `${JSON.stringify(report, null, 1)}\n`);
  fs.writeFileSync(path.join(ROOT, 'docs/bench.md'), page(report));
  for (const [name, template] of Object.entries(PAGES)) {
    const file = path.join(ROOT, name);
    fs.writeFileSync(file, withFigures(fs.readFileSync(file, 'utf8'), template, report));
  }
}

function sumUp(sections: readonly Section[]): void {
  const rows = sections.flatMap(section => section.rows);
  const missed = rows.filter(row => !('missing' in row) && isReached(row) === false);
  const missing = rows.filter(row => 'missing' in row);
  console.log(
    `\n${rows.length} figures in docs/bench.md; ${missed.length} aims missed, ${missing.length} not measured`,
  );
  for (const row of [...missed, ...missing]) show(row);
  if (missing.some(isFailure)) process.exitCode = 1;
}

if (options.values.pages) write(read());
else {
  const { positionals } = options;
  const asked = (name: string): boolean =>
    positionals.length > 0 ? positionals.includes(name) : !BENCHES[name]?.isLong;
  const sections = await measure(Object.keys(BENCHES).filter(asked));
  write(update(read(), sections, Object.keys(BENCHES)));
  sumUp(sections);
}
