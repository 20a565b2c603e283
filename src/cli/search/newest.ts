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

/** @param query the parameters of `/api/events`, without its limit. */
export async function findNewest(
  api: Api,
  query: Readonly<Record<string, string>>,
  limit: number,
): Promise<Found> {
  const pages: EventEnvelope[][] = [];
  let before = query['before'] ?? String(Number.MAX_SAFE_INTEGER);
  for (let missing = limit; ; ) {
    const page = String(Math.min(missing, FIXED_LIMITS.historyEvents));
    const parameters = new URLSearchParams({ ...query, before, from: 'newest', limit: page });
    const { events, hasMore } = await api.get(`/api/events?${parameters}`, Page, PAGE_MS);
    pages.unshift(events);
    missing -= events.length;
    const [oldest] = events;
    if (!hasMore || missing <= 0 || !oldest) return { events: pages.flat(), hasMore };
    before = String(oldest.seq);
  }
}
