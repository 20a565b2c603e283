// Going through the timeline by keyboard: from call to call along a lane, or to the nearest one of another lane.

import type { CallItem, WordsItem } from './items.ts';
import type { Bar, LaneRow } from './layout.ts';

export interface Stop {
  readonly bar: Bar;
  readonly row: LaneRow;
}

/**
 * The call to go to; undefined when there is none at all.
 *
 * @param item where one is; when that is nowhere, the newest call of the first lane
 * @param by calls along the lane, `lanes` lanes down; one of them is 0
 */
export function stepTo(
  rows: readonly LaneRow[],
  item: CallItem | WordsItem | undefined,
  by: number,
  lanes: number,
): Stop | undefined {
  const busy = rows.filter(({ bars }) => bars.length > 0);
  const row = busy.find(({ bars }) => bars.some(bar => bar.item === item));
  if (row === undefined || item === undefined) return stopAt(busy[0], busy[0]?.bars.at(-1));
  if (lanes === 0) {
    const index = row.bars.findIndex(bar => bar.item === item) + by;
    return stopAt(row, row.bars[within(index, row.bars)]);
  }
  const next = busy[within(busy.indexOf(row) + lanes, busy)];
  const apart = (bar: Bar): number => Math.abs(bar.from - item.at);
  return stopAt(
    next,
    next?.bars.reduce((best, bar) => (apart(bar) < apart(best) ? bar : best)),
  );
}

const stopAt = (row: LaneRow | undefined, bar: Bar | undefined): Stop | undefined =>
  row === undefined || bar === undefined ? undefined : { bar, row };

const within = (index: number, list: readonly unknown[]): number =>
  Math.min(Math.max(index, 0), list.length - 1);
