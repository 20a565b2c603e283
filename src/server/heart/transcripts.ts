// Follows the transcripts of the sessions that live, and of those that have just ended, a little at a time.
import { ForkPoint, type PinnedMemory } from '../../ingest/index.ts';
import { type LogReader, ownTurn, STRETCH_MS } from '../../log/index.ts';
import type { EventDraft } from '../../protocol/index.ts';
import { FollowedSession, type FollowOptions, type Origin } from './followed-session.ts';
import { hasPast, recall } from './recall.ts';
import { skim } from './skim.ts';

export interface TranscriptsOptions extends FollowOptions {
  readonly log: LogReader;
  readonly memory: PinnedMemory;
  /** The seq from which on `memory` has seen every event. */
  readonly rememberedFrom: number;
}

/** How long the transcripts of a session that ended are followed on; the account of its cost is written at the very end. */
const AFTERLIFE_MS = 30_000;
/** What a session is started by whose transcript holds nothing of another one. */
const FRESH: ReadonlySet<unknown> = new Set(['startup', 'clear']);

interface Followed {
  /** Undefined while its past is being looked up. */
  session: FollowedSession | undefined;
  /** When it was alive last, by a clock that never jumps. */
  aliveAt: number;
  pinned: boolean;
}

export class Transcripts {
  readonly #options: TranscriptsOptions;
  readonly #followed = new Map<string, Followed>();
  #closed = false;
  #idle = false;

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** Takes an event into account that is about to be appended. */
  note({ type, sessionId, agentId, timestamp, data, hook }: EventDraft): void {
    const { transcriptPath, startedBy } = data;
    const followed = this.#followed.get(sessionId)?.session;
    if (type === 'session.discovered' && !this.#options.projection.has(sessionId))
      followed?.beginAnew(transcriptPath);
    // A session may be over as soon as it is discovered, when both are told after the fact; it is followed all the same.
    if (type === 'session.discovered' && typeof transcriptPath === 'string') {
      const forkedAt = startedBy === 'fork' ? timestamp : undefined;
      this.follow({ sessionId, transcriptPath, forkedAt }, startedBy);
    }
    const session = this.#followed.get(sessionId)?.session;
    if (type === 'agent.started' && agentId !== undefined) session?.meet(agentId);
    if (hook || type === 'session.updated') session?.stir(agentId);
  }

  follows(sessionId: string): boolean {
    return this.#followed.has(sessionId);
  }

  /** Whether everything written by the last look was told. */
  get idle(): boolean {
    return this.#idle;
  }

  /** Begins to follow a session; one that is followed may go on in another file. */
  follow(origin: Origin, startedBy: unknown): void {
    const { sessionId, transcriptPath } = origin;
    const known = this.#followed.get(sessionId);
    if (known) {
      known.aliveAt = performance.now();
      known.session?.isAt(transcriptPath);
      return;
    }
    const { log, rememberedFrom, projection } = this.#options;
    this.#idle = false;
    const followed: Followed = { session: undefined, aliveAt: performance.now(), pinned: false };
    this.#followed.set(sessionId, followed);
    const past = hasPast(sessionId, log, rememberedFrom);
    const forked =
      !FRESH.has(startedBy) && origin.forkedAt === undefined && projection.readUpTo(sessionId) === 0;
    if (past || forked) void this.#prepare(followed, origin, past, forked);
    else followed.session = new FollowedSession(origin, this.#options);
  }

  /** Reads what was written since the last call, all of it, but never for long without a break. */
  async tick(): Promise<void> {
    this.meetTheLiving();
    this.#idle = false;
    let until = performance.now() + STRETCH_MS;
    for (let more = true; more && !this.#closed; ) {
      more = false;
      for (const [sessionId, followed] of this.#followed) {
        if (followed.session?.step(until)) more = true;
        else this.#settle(sessionId, followed);
        if (performance.now() < until) continue;
        await ownTurn();
        until = performance.now() + STRETCH_MS;
      }
    }
    this.#idle = [...this.#followed.values()].every(({ session }) => session !== undefined);
  }

  /** Tells at once what is left to tell of a session that may be over; true when there was nothing. */
  finish(sessionId: string): boolean {
    const followed = this.#followed.get(sessionId);
    if (!followed) return true;
    return followed.session?.finish(performance.now() + STRETCH_MS) ?? false;
  }

  close(): void {
    this.#closed = true;
  }

  /** Begins to follow every session that lives. */
  meetTheLiving(): void {
    for (const { about } of this.#options.projection.living()) {
      const { sessionId, transcriptPath, startedBy, startedAt } = about;
      if (transcriptPath === undefined) continue;
      const forkedAt = startedBy === 'fork' ? startedAt : undefined;
      this.follow({ sessionId, transcriptPath, forkedAt }, startedBy);
    }
  }

  /** All that is written of a session was told: its past need not be known any more, and one that ended is let go. */
  #settle(sessionId: string, followed: Followed): void {
    const { session } = followed;
    if (!session) return;
    const isGone = performance.now() - followed.aliveAt > AFTERLIFE_MS;
    if (isGone) this.#followed.delete(sessionId);
    if (followed.pinned && (isGone || session.isTold)) {
      this.#options.memory.unpin(sessionId);
      followed.pinned = false;
    }
  }

  async #prepare(followed: Followed, origin: Origin, past: boolean, forked: boolean): Promise<void> {
    const { log, memory, rememberedFrom } = this.#options;
    const { sessionId, transcriptPath } = origin;
    // A store that fails says so itself; what it does not tell is not known.
    if (past) await recall(sessionId, log, memory, rememberedFrom).catch(() => {});
    const point = new ForkPoint();
    if (forked) await skim(transcriptPath, 0, point);
    const ownFrom = Math.max(origin.ownFrom ?? 0, point.offset);
    followed.pinned = past;
    followed.session = new FollowedSession({ ...origin, ownFrom }, this.#options);
  }
}
