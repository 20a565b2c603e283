// The newest hits of a search, page after page back through the log.
import { type Hit, Hits } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { summarize } from '../text/summary.ts';
import { MOST, pagesBack } from './newest.ts';

/** The newest hits, at most so many, ascending by the seq of what they show; and whether there are older ones. */
export async function findHits(
  api: Api,
  query: Readonly<Record<string, string>>,
  words: readonly string[],
  limit: number,
): Promise<{ readonly hits: Hit[]; readonly hasMore: boolean }> {
  const hits = new Hits(words, summarize);
  let hasMore = false;
  let looked = 0;
  for await (const page of pagesBack(api, query, limit)) {
    for (const event of page.events.toReversed()) hits.add(event);
    ({ hasMore } = page);
    looked += page.events.length;
    if (hits.all.length >= limit || looked >= MOST) break;
  }
  const newest = hits.all.slice(0, limit);
  return {
    hits: newest.toSorted((a, b) => a.event.seq - b.event.seq),
    hasMore: hasMore || hits.all.length > limit,
  };
}
