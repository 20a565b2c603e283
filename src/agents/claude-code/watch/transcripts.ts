// Follows the transcripts of the sessions that live, and of those that have just ended, a little at a time.

import type { PinnedState } from '../../../dedup/index.ts';
import { type LogReader, type LogRecord, ownTurn, STRETCH_MS } from '../../../log/index.ts';
import type { LivingSession } from '../../../state/index.ts';
import { ForkPoint } from '../transcript/fork-point.ts';
import { Agenda } from './agenda.ts';
import { hasPast, recall } from './recall.ts';
import { scanTranscript } from './scan-transcript.ts';
import { type FollowOptions, SessionTail } from './session-tail.ts';
import type { Origin } from './transcript-tails.ts';

export interface TranscriptsOptions extends FollowOptions {
  readonly log: LogReader;
  readonly memory: PinnedState;
  /** The seq from which on `memory` has seen every event. */
  readonly rememberedFrom: number;
}

/** How long the transcripts of a session that ended are followed on; the account of its cost is written at the very end. */
const AFTERLIFE_MS = 30_000;
/** How many of the sessions that are quiet are looked at in one go: however many there are, they cost no more. */
const QUIET_LOOKS = 50;
/** What a session is started by whose transcript holds nothing of another one. */
const FRESH: ReadonlySet<unknown> = new Set(['startup', 'clear']);

interface Followed {
  readonly sessionId: string;
  /** Undefined while its past is being looked up. */
  session: SessionTail | undefined;
  /** Where its transcript was said to be too before there was one. */
  readonly alsoAt: string[];
  /** When it was alive last, as far as was seen, by a clock that never jumps. */
  aliveAt: number;
  pinned: boolean;
  /** It is not told of, or not any more. */
  isOver: boolean;
}

export class Transcripts {
  readonly #options: TranscriptsOptions;
  readonly #followed = new Map<string, Followed>();
  /** Whom to look at when, by a clock that never jumps: those that may have something to tell, and those that are quiet. */
  readonly #lively = new Agenda<Followed>();
  readonly #quiet = new Agenda<Followed>();
  /** Sessions of which something was told since the last look. */
  readonly #news = new Set<string>();
  #preparing = 0;
  #closed = false;
  #idle = false;

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** Takes an event of the log into account. */
  note(record: LogRecord): void {
    const { type, sessionId, agentId, hook } = record;
    if (sessionId === '') return;
    this.#news.add(sessionId);
    if (type === 'session.discovered') this.#noteStart(record);
    const followed = this.#followed.get(sessionId);
    if (!followed) return;
    const { session } = followed;
    if (type === 'session.removed') {
      // Whoever asks the state where it went finds nothing any more.
      const transcriptPath = hook && pathIn(hook.payload);
      if (transcriptPath !== undefined) this.follow({ sessionId, transcriptPath }, undefined);
      followed.aliveAt = performance.now();
      followed.isOver = true;
      session?.ends();
    } else if (hook || type === 'session.updated') session?.stir(agentId);
    const isMet = type === 'agent.started' && agentId !== undefined;
    if (isMet) session?.meet(agentId);
    if (hook || isMet || type === 'session.updated' || type === 'session.removed') this.#wake(followed);
  }

  /** A session may be over as soon as it is discovered, when both are told after the fact; it is followed all the same. */
  #noteStart({ sessionId, timestamp, data }: LogRecord): void {
    const { transcriptPath, startedBy } = JSON.parse(data) as Record<string, unknown>;
    const before = this.#followed.get(sessionId);
    if (before?.isOver) before.session?.beginAnew(transcriptPath);
    if (before) before.isOver = false;
    if (typeof transcriptPath !== 'string') return;
    const forkedAt = startedBy === 'fork' ? timestamp : undefined;
    this.follow({ sessionId, transcriptPath, forkedAt }, startedBy);
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
      if (known.session) known.session.isAt(transcriptPath);
      else known.alsoAt.push(transcriptPath);
      return;
    }
    const { log, rememberedFrom, projection } = this.#options;
    this.#idle = false;
    const followed: Followed = {
      sessionId,
      session: undefined,
      alsoAt: [],
      aliveAt: performance.now(),
      pinned: false,
      isOver: !projection.has(sessionId),
    };
    this.#followed.set(sessionId, followed);
    const past = hasPast(sessionId, log, rememberedFrom);
    const forked =
      !FRESH.has(startedBy) && origin.forkedAt === undefined && projection.readUpTo(sessionId) === 0;
    if (past || forked) void this.#prepare(followed, origin, past, forked);
    else this.#begin(followed, origin);
  }

  /** Reads what was written since the last call, all of it, but never for long without a break. */
  async tick(): Promise<void> {
    this.#meetNews();
    this.#idle = false;
    const now = performance.now();
    let round = [...this.#lively.take(now), ...this.#quiet.take(now, QUIET_LOOKS)];
    // Until it is known better: should one of them fail, the others are looked at next time.
    for (const followed of round) this.#wake(followed);
    let until = now + STRETCH_MS;
    while (round.length > 0 && !this.#closed) {
      const again: Followed[] = [];
      for (const followed of round) {
        if (followed.session?.step(until)) again.push(followed);
        else this.#settle(followed);
        if (performance.now() < until) continue;
        await ownTurn();
        until = performance.now() + STRETCH_MS;
      }
      round = again;
    }
    this.#idle = this.#preparing === 0;
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
    for (const session of this.#options.projection.living()) this.#meet(session);
  }

  /** The same for those of which something was told: where a transcript is, any event may say. */
  #meetNews(): void {
    for (const sessionId of this.#news) {
      const session = this.#options.projection.lives(sessionId);
      if (session) this.#meet(session);
    }
    this.#news.clear();
  }

  #meet({ about }: LivingSession): void {
    const { sessionId, transcriptPath, startedBy, startedAt } = about;
    if (transcriptPath === undefined) return;
    const forkedAt = startedBy === 'fork' ? startedAt : undefined;
    this.follow({ sessionId, transcriptPath, forkedAt }, startedBy);
  }

  /** It is looked at next time. */
  #wake(followed: Followed): void {
    // One that is being prepared is looked at once that is done.
    if (!followed.session) return;
    this.#quiet.delete(followed);
    this.#lively.set(followed, 0);
  }

  /** Decides when to look at it next. */
  #plan(followed: Followed): void {
    const { session } = followed;
    if (!session) return;
    const [agenda, other] = session.isQuiet ? [this.#quiet, this.#lively] : [this.#lively, this.#quiet];
    other.delete(followed);
    agenda.set(followed, session.dueAt);
  }

  /** All that is written of a session was told: its past need not be known any more, and one that ended is let go. */
  #settle(followed: Followed): void {
    const { sessionId, session } = followed;
    if (!session) return;
    const now = performance.now();
    if (this.#options.projection.has(sessionId)) followed.aliveAt = now;
    const isGone = now - followed.aliveAt > AFTERLIFE_MS;
    if (isGone) this.#forget(followed);
    else this.#plan(followed);
    if (followed.pinned && (isGone || session.isTold)) {
      this.#options.memory.unpin(sessionId);
      followed.pinned = false;
    }
  }

  #forget(followed: Followed): void {
    this.#followed.delete(followed.sessionId);
    this.#lively.delete(followed);
    this.#quiet.delete(followed);
  }

  #begin(followed: Followed, origin: Origin): void {
    followed.session = new SessionTail(origin, this.#options);
    for (const transcriptPath of followed.alsoAt) followed.session.isAt(transcriptPath);
    this.#wake(followed);
  }

  async #prepare(followed: Followed, origin: Origin, past: boolean, forked: boolean): Promise<void> {
    const { log, memory, rememberedFrom } = this.#options;
    const { sessionId, transcriptPath } = origin;
    this.#preparing++;
    // A store that fails says so itself; what it does not tell is not known.
    if (past) await recall(sessionId, log, memory, rememberedFrom).catch(() => {});
    const point = new ForkPoint();
    if (forked) await scanTranscript(transcriptPath, 0, point);
    const ownFrom = Math.max(origin.ownFrom ?? 0, point.offset);
    followed.pinned = past;
    this.#begin(followed, { ...origin, ownFrom });
    this.#preparing--;
  }
}

/** Where the payload of a hook says that the session's transcript is. */
function pathIn(payload: string): string | undefined {
  const { transcript_path: at } = JSON.parse(payload) as Record<string, unknown>;
  return typeof at === 'string' ? at : undefined;
}
