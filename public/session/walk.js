// Going through the timeline by keyboard: from call to call along a lane, or to the nearest one of another lane.

/**
 * The call to go to: `{ bar, row }`; undefined when there is none at all.
 *
 * @param item where one is; when that is nowhere, the newest call of the first lane
 * @param by calls along the lane, `lanes` lanes down; one of them is 0
 */
export function stepTo(rows, item, by, lanes) {
  const busy = rows.filter(({ bars }) => bars.length > 0);
  const row = busy.find(({ bars }) => bars.some(bar => bar.item === item));
  if (row === undefined) return busy[0] && { bar: busy[0].bars.at(-1), row: busy[0] };
  if (lanes === 0) {
    const index = row.bars.findIndex(bar => bar.item === item) + by;
    return { bar: row.bars[within(index, row.bars)], row };
  }
  const next = busy[within(busy.indexOf(row) + lanes, busy)];
  const apart = bar => Math.abs(bar.from - item.at);
  return { bar: next.bars.reduce((best, bar) => (apart(bar) < apart(best) ? bar : best)), row: next };
}

const within = (index, list) => Math.min(Math.max(index, 0), list.length - 1);
