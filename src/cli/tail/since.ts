// Where a tail begins, and where it goes on when the log is not the same any more.
import { z } from 'zod';
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
  const { events } = await api.get(`/api/events?since=${Math.max(0, timestamp)}&limit=1`, Page);
  const position = { epoch: head.epoch, seq: (events[0]?.seq ?? head.seq + 1) - 1 };
  return { position, notBefore: { timestamp, untilSeq: head.seq } };
}

const Page = z.object({ events: z.array(EventEnvelope) });
