// How fast the window that is under way burns, and what it comes to if it goes on so.
import { type BlockUsage, costOf, workOf } from '../../protocol/index.ts';

const MINUTE_MS = 60_000;

/** Of a window that is over there is none. */
export function burnOf(
  block: Omit<BlockUsage, 'burn' | 'projected'>,
  now: number,
): Pick<BlockUsage, 'burn' | 'projected'> {
  if (now >= block.endsAt || now < block.startsAt) return {};
  const minutes = Math.max(1, (now - block.usedFrom) / MINUTE_MS);
  const left = (block.endsAt - now) / MINUTE_MS;
  const [tokens, usd] = [workOf(block), costOf(block)];
  const on = (sum: number): number => sum + (sum / minutes) * left;
  return {
    burn: {
      tokensPerMinute: tokens / minutes,
      cacheReadPerMinute: block.cacheRead / minutes,
      ...(usd === undefined ? {} : { usdPerHour: (usd / minutes) * 60 }),
    },
    projected: { tokens: Math.round(on(tokens)), ...(usd === undefined ? {} : { usd: on(usd) }) },
  };
}
