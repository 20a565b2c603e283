// Windows of five hours, as the limits of a subscription count them: one begins with the hour in which something is used after the last.
import type { BlockUsage, UsageTotals } from '../../protocol/index.ts';
import type { PriceList } from './price-list.ts';
import { add, type ByModel, estimated, sum } from './totals.ts';

const HOUR_MS = 3600_000;
const BLOCK_MS = 5 * HOUR_MS;

/** A stretch of time, in milliseconds since 1970; the end is not in it. */
export interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What was used in a stretch of time, of one model; `open` is that part of it whose cost nobody has told. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly model: string;
  readonly used: UsageTotals;
  readonly open: UsageTotals;
}

interface Block {
  readonly startsAt: number;
  readonly usedFrom: number;
  usedUntil: number;
  byModel: ByModel;
  open: ByModel;
}

/** The blocks of stretches that are in the order of time. */
export function blocksOf(stretches: Iterable<Stretch>, prices: PriceList): BlockUsage[] {
  const blocks: Block[] = [];
  for (const { from, until, model, used, open } of stretches) {
    let block = blocks.at(-1);
    if (!block || from >= block.startsAt + BLOCK_MS) {
      block = {
        startsAt: from - (from % HOUR_MS),
        usedFrom: from,
        usedUntil: until,
        byModel: new Map(),
        open: new Map(),
      };
      blocks.push(block);
    }
    block.usedUntil = Math.max(block.usedUntil, until);
    block.byModel = add(block.byModel, model, used);
    block.open = add(block.open, model, open);
  }
  return blocks.map(({ startsAt, usedFrom, usedUntil, byModel, open }) => ({
    startsAt,
    endsAt: startsAt + BLOCK_MS,
    usedFrom,
    usedUntil,
    models: [...byModel.keys()],
    ...estimated(prices, sum(byModel), open),
  }));
}

/**
 * The window that a moment is in: it is found from the last five hours before that in which nothing was used, after which one begins in
 * any case. Undefined when nothing was used in it up to then.
 *
 * @param at a multiple of `step`, in milliseconds since 1970
 * @param step milliseconds; a part of an hour
 * @param isUsed whether anything was used in the step that begins then
 */
export function windowOf(at: number, step: number, isUsed: (start: number) => boolean): Span | undefined {
  let first: number | undefined;
  for (let start = at; start > (first ?? at) - BLOCK_MS; start -= step) if (isUsed(start)) first = start;
  if (first === undefined) return undefined;
  let startsAt = first - (first % HOUR_MS);
  for (let start = first; start <= at; start += step)
    if (start >= startsAt + BLOCK_MS && isUsed(start)) startsAt = start - (start % HOUR_MS);
  return at < startsAt + BLOCK_MS ? { startsAt, endsAt: startsAt + BLOCK_MS } : undefined;
}
