// Fetches the newest events that answer a query, as many pages as that takes.
import { z } from 'zod';
import { EventEnvelope, FIXED_LIMITS } from '../../protocol/index.ts';
import type { Api } from '../api.ts';

/** Most events that are fetched to be shown; they wait in memory, because the newest are found first and shown last. */
export const MOST = 100_000;

/** Milliseconds a page may take; a long log on a slow disk has its time. */
const PAGE_MS = 120_000;

const Page = z.object({ events: z.array(EventEnvelope), hasMore: z.boolean() });

export interface Found {
  /** Ascending by seq. */
  readonly events: EventEnvelope[];
  /** There are older ones too. */
  readonly hasMore: boolean;
}

/**
 * The pages of what answers a query, the newest first; `hasMore` of a page says whether there are older ones.
 *
 * @param query the parameters of `/api/events`, without its limit
 */
export async function* pagesBack(
  api: Api,
  query: Readonly<Record<string, string>>,
  size: number,
): AsyncGenerator<Found> {
  const limit = String(Math.min(size, FIXED_LIMITS.historyEvents));
  let before = query['before'] ?? String(Number.MAX_SAFE_INTEGER);
  for (;;) {
    const parameters = new URLSearchParams({ ...query, before, from: 'newest', limit });
    const page = await api.get(`/api/events?${parameters}`, Page, PAGE_MS);
    yield page;
    const [oldest] = page.events;
    if (!page.hasMore || !oldest) return;
    before = String(oldest.seq);
  }
}

/** The newest events that answer a query, at most so many. */
export async function findNewest(
  api: Api,
  query: Readonly<Record<string, string>>,
  limit: number,
): Promise<Found> {
  const pages: EventEnvelope[][] = [];
  let found = 0;
  let hasMore = false;
  for await (const page of pagesBack(api, query, limit)) {
    pages.unshift(page.events);
    found += page.events.length;
    ({ hasMore } = page);
    if (found >= limit) break;
  }
  return { events: pages.flat().slice(-limit), hasMore: hasMore || found > limit };
}
