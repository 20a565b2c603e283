// Which sessions an agent keeps transcripts of that hookline has never seen, and why the others are left alone.
import type { Past, PastSession } from '../agents/index.ts';
import type { Engine } from '../engine/index.ts';
import { matchesFolder } from '../inbox/index.ts';
import type { HistoryCounts, HistoryRequest } from '../protocol/index.ts';
import { takenOf } from './take-in.ts';

/** A session, and who has its transcripts. */
export interface Candidate {
  readonly past: Past;
  readonly session: PastSession;
}

type Known = Pick<Engine, 'hasTold' | 'isInLog' | 'past' | 'queries'>;

/** Every session there is a transcript of, the newest first. */
export async function candidates(pasts: readonly Past[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const past of pasts) for await (const session of past.sessions()) found.push({ past, session });
  return found.toSorted((a, b) => b.session.changedAt - a.session.changedAt);
}

/** Those that are live now, by the agents' registers. */
export function openOnes(pasts: readonly Past[]): ReadonlySet<string> {
  return new Set(pasts.flatMap(past => [...past.open()]));
}

/**
 * Why a session is left alone, whatever is asked for; undefined when nobody has seen it, or it was broken off while it was taken in.
 *
 * @throws the store's error
 */
export function whyKnown(
  { session: { sessionId } }: Candidate,
  engine: Known,
  open: ReadonlySet<string>,
): 'known' | 'live' | undefined {
  if (open.has(sessionId) || engine.queries.session(sessionId) !== undefined) return 'live';
  const taken = takenOf(engine.past, sessionId);
  // What was taken in counts, and is known by that; what was told since is in the log.
  const isKnown = taken === 'some' ? engine.isInLog(sessionId) : taken === 'all' || engine.hasTold(sessionId);
  return isKnown ? 'known' : undefined;
}

/** Whether it is none of those that are asked for. */
export async function isOther(
  { past, session }: Candidate,
  { since, project }: HistoryRequest,
): Promise<boolean> {
  if (since !== undefined && session.changedAt < since) return true;
  if (project === undefined) return false;
  const folder = await past.project(session);
  return folder === undefined || !matchesFolder(folder, project);
}

export const NO_COUNTS: HistoryCounts = { taken: 0, known: 0, live: 0, other: 0, empty: 0, failed: 0 };
