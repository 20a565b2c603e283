// What was measured, when and on what: the shape of docs/bench.json.
import type { Figure, Row } from './row.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Missing when nothing was measured with it. */
  readonly claudeCode?: string | undefined;
}

export interface Run {
  /** ISO 8601, of its start. */
  readonly date: string;
  readonly command: string;
  /** With `+` when there were changes besides. */
  readonly commit: string;
  /** Cores that were busy in the two seconds before it started: who else was at work. */
  readonly busyCores?: number;
  /** Of older runs in place of that: the load average of the minute before, in which the benchmarks themselves were built. */
  readonly load?: number;
  readonly rounds: number;
  readonly machine: Machine;
}

/** The rows of one benchmark, and the run that they are of. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly run: Run;
  readonly rows: readonly Row[];
}

export interface Report {
  readonly sections: readonly Section[];
}

/** Puts what was measured in the place of what there was of the same benchmarks; the rest stays, as the run says that it is of. */
export function update(report: Report, measured: readonly Section[], order: readonly string[]): Report {
  const sections = new Map([...report.sections, ...measured].map(section => [section.name, section]));
  return { sections: order.flatMap(name => sections.get(name) ?? []) };
}

/** Rows of several rounds as one: a row that is missing in one of them is missing. */
export function merge(rounds: readonly (readonly Row[])[]): Row[] {
  const rows = new Map<string, Row>();
  for (const row of rounds.flat()) {
    const before = rows.get(row.id);
    rows.set(row.id, before ? join(before, row) : row);
  }
  return [...rows.values()].map(checked);
}

function join(one: Row, other: Row): Row {
  if ('missing' in one) return one;
  if ('missing' in other) return other;
  const control = one.control &&
    other.control && {
      what: one.control.what,
      values: [...one.control.values, ...other.control.values],
    };
  return { ...one, values: [...one.values, ...other.values], control };
}

/** What is no number was not measured. */
function checked(row: Row): Row {
  if ('missing' in row) return row;
  const { id, what } = row;
  const values = [...row.values, ...(row.control?.values ?? [])];
  if (row.values.length === 0 || !values.every(Number.isFinite))
    return { id, what, missing: 'what came out was not a number' };
  return rounded(row);
}

/** Four digits say more than any of these is exact to. */
function rounded(row: Figure): Figure {
  const round = (values: readonly number[]): number[] => values.map(value => Number(value.toPrecision(4)));
  const control = row.control && { what: row.control.what, values: round(row.control.values) };
  return { ...row, values: round(row.values), control };
}
