// Where a tail begins: `--since` as a seq or as a time ago, and where to go on when the log is not the same any more.
import { z } from 'zod';
import { EventEnvelope, type Position } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { UsageError } from '../failure.ts';
import { parseDuration } from '../text/time.ts';

/** `--since` as it was typed: right after a seq, or a number of milliseconds ago. */
export type Since = { readonly seq: number } | { readonly agoMs: number };

/** @throws UsageError for anything that is neither. */
export function parseSince(text: string): Since {
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const agoMs = parseDuration(text);
  if (agoMs === undefined) {
    throw new UsageError(
      `--since is ${JSON.stringify(text)}, but it must be a seq such as 120 or a time ago such as 90s, 15m, 2h or 1d`,
    );
  }
  return { agoMs };
}

/** Where to begin, and before which time nothing is to be shown. */
export interface Start {
  readonly position: Position;
  /** Events of the log so far that are older than this (milliseconds since 1970) were not asked for. */
  readonly notBefore?: { readonly timestamp: number; readonly untilSeq: number };
}

/** The start for a `--since`, asked of a running daemon. */
export async function startAt(since: Since, api: Api, now: number): Promise<Start> {
  const { epoch, seq } = api.daemon.health;
  if ('seq' in since) return { position: { epoch, seq: since.seq } };
  return startAtTime(now - since.agoMs, api, { epoch, seq });
}

/** The start for a moment. Events told late carry earlier times, so what comes before the moment is left out one by one. */
export async function startAtTime(timestamp: number, api: Api, head: Position): Promise<Start> {
  const first = await firstSince(timestamp, api, head.seq);
  const position = { epoch: head.epoch, seq: first === undefined ? head.seq : first - 1 };
  return { position, notBefore: { timestamp, untilSeq: head.seq } };
}

const Page = z.object({ events: z.array(EventEnvelope) });

/** The seq of the first event at or after a moment, by halving the log; undefined when there is none. */
async function firstSince(timestamp: number, api: Api, head: number): Promise<number | undefined> {
  let found: number | undefined;
  let low = 1;
  let high = head;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const { events } = await api.get(`/api/events?after=${middle - 1}&limit=1`, Page);
    const [event] = events;
    if (event === undefined || event.seq > high) high = middle - 1;
    else if (event.timestamp < timestamp) low = event.seq + 1;
    else {
      found = event.seq;
      high = middle - 1;
    }
  }
  return found;
}
