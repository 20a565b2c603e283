// What a benchmark tells: a row for each figure, with what the same takes without hookline beside it.
import { median } from '../support/numbers.ts';

/** The work of the row without hookline, or without what is measured. */
export interface Control {
  readonly what: string;
  /** One for each value of the row, measured next to it. */
  readonly values: readonly number[];
}

/** What is wanted of the median. */
export interface Aim {
  readonly of: 'value' | 'ratio';
  readonly is: 'at most' | 'at least';
  readonly limit: number;
}

export interface Figure {
  /** Its name within its benchmark: pages refer to it. */
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly control?: Control | undefined;
  readonly aim?: Aim | undefined;
}

/** Stands for what could not be measured. */
export interface Missing {
  readonly id: string;
  readonly what: string;
  /** Why not. */
  readonly missing: string;
}

export type Row = Figure | Missing;

const FAILED = 'failed';

/** Stands for the rows that a benchmark did not come to. */
export const failed = (title: string, why: string): Missing => ({
  id: FAILED,
  what: title,
  missing: `it failed: ${why}`,
});

export const isFailure = ({ id }: Row): boolean => id === FAILED;

/** A benchmark gives its rows one by one; it measures each round anew. */
export type Rows = AsyncGenerator<Row, void>;

export const atMost = (limit: number, of: Aim['of'] = 'ratio'): Aim => ({ of, is: 'at most', limit });
export const atLeast = (limit: number, of: Aim['of'] = 'ratio'): Aim => ({ of, is: 'at least', limit });

/** How many times the control the row is, for each value. */
export const ratios = ({ values, control }: Figure): number[] =>
  values.map((value, index) => value / (control?.values[index] ?? Number.NaN));

export function isReached(row: Figure): boolean | undefined {
  const { aim } = row;
  if (!aim) return undefined;
  const reached = median(aim.of === 'ratio' ? ratios(row) : row.values);
  return aim.is === 'at most' ? reached <= aim.limit : reached >= aim.limit;
}
