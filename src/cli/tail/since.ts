// Where a tail begins, and where it goes on when the log is not the same any more.
import { z } from 'zod';
import type { Loss } from '../../client/index.ts';
import { EventEnvelope, type Position } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { momentOf, type When } from '../when.ts';

/** Where to begin, and before which time nothing is to be shown. */
export interface Start {
  readonly position: Position;
  /** Events of the log so far that are older than this (milliseconds since 1970) were not asked for. */
  readonly notBefore?: { readonly timestamp: number; readonly untilSeq: number };
}

/** The start for a `--since`, asked of a running daemon. */
export async function startAt(since: When, api: Api, now: number): Promise<Start> {
  const { epoch, seq } = api.daemon.health;
  if ('seq' in since) return { position: { epoch, seq: since.seq } };
  return startAtTime(momentOf(since, now) ?? now, api, { epoch, seq });
}

/** The start for a moment. Events told late carry earlier times, so what comes before the moment is left out one by one. */
export async function startAtTime(timestamp: number, api: Api, head: Position): Promise<Start> {
  const [[first], [oldest]] = await Promise.all([
    firstEvent(api, `since=${Math.max(0, timestamp)}&`),
    firstEvent(api, ''),
  ]);
  // When even the oldest event is young enough, those deleted before it may have been too: starting there has that told.
  const seq = first !== undefined && first.seq === oldest?.seq ? 0 : (first?.seq ?? head.seq + 1) - 1;
  return { position: { epoch: head.epoch, seq }, notBefore: { timestamp, untilSeq: head.seq } };
}

async function firstEvent(api: Api, query: string): Promise<EventEnvelope[]> {
  return (await api.get(`/api/events?${query}limit=1`, Page)).events;
}

/**
 * Where to go on in a log that began anew: after the time of the last event there was. In every other case it is where the client goes
 * on by itself.
 */
export async function startAfter(
  { reason, to }: Loss,
  lastTimestamp: number,
  waitForApi: () => Promise<Api | undefined>,
): Promise<Start | undefined> {
  if (reason !== 'epoch_changed') return undefined;
  const api = await waitForApi();
  return api && startAtTime(lastTimestamp + 1, api, to);
}

/** Whether an event was not asked for because it is too old. */
export function isBefore({ seq, timestamp }: EventEnvelope, limit: Start['notBefore']): boolean {
  return limit !== undefined && seq <= limit.untilSeq && timestamp < limit.timestamp;
}

const Page = z.object({ events: z.array(EventEnvelope) });
