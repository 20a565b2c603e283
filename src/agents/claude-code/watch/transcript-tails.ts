// The transcripts of one session that are followed: which of them are due, and which are at rest and cost next to nothing.

import type { Projection } from '../../../state/index.ts';
import { readAgentMeta } from '../transcript/agent-meta.ts';
import type { LineCursor } from '../transcript/line-cursor.ts';
import { takeUp } from '../transcript/rewind.ts';
import { SessionTranscripts, type TranscriptFile } from '../transcript/session-transcripts.ts';
import { FileTail, type Progress } from './file-tail.ts';

/** What is known of a session when it begins to be followed. */
export interface Origin {
  readonly sessionId: string;
  readonly transcriptPath: string;
  /** When it began as a fork, in milliseconds since 1970; undefined when it did not. */
  readonly forkedAt?: number | undefined;
  /** Where its own history begins in its transcript, in bytes. Default 0. */
  readonly ownFrom?: number | undefined;
  /** What is older is not told, in milliseconds since 1970. Default 0. */
  readonly notBefore?: number | undefined;
}

/** How often it is looked whether a transcript at rest has grown, in milliseconds; hooks say so at once. */
const RESTING_LOOK_MS = 60_000;

export class TranscriptTails {
  readonly #origin: Origin;
  readonly #projection: Projection;
  readonly #transcripts: SessionTranscripts;
  readonly #tails = new Map<TranscriptFile, FileTail>();
  /** When to look at those that are at rest, by a clock that never jumps. */
  #restingDueAt = 0;
  /** Of the files that were there at first, by where they lay. */
  readonly #progress = new Map<string, Progress>();

  constructor(origin: Origin, projection: Projection) {
    this.#origin = origin;
    this.#projection = projection;
    this.#transcripts = new SessionTranscripts(origin.transcriptPath, (agentId, path) => {
      const { from, ...progress } = this.#takeUp(agentId, path);
      this.#progress.set(path, progress);
      return from;
    });
  }

  /** When one of them is due, by a clock that never jumps. */
  get dueAt(): number {
    let dueAt = this.#tails.size > 0 ? this.#restingLook : 0;
    for (const tail of this.#tails.values()) dueAt = Math.min(dueAt, tail.dueAt);
    return dueAt;
  }

  /** Whether nothing has happened in any of them for a while. */
  get isQuiet(): boolean {
    if (this.#tails.size === 0) return false;
    for (const tail of this.#tails.values()) if (!tail.isQuiet) return false;
    return true;
  }

  /** The session's own transcript, where it goes on. */
  get lastMain(): LineCursor | undefined {
    return [...this.#tails.keys()].findLast(({ agentId }) => agentId === undefined)?.cursor;
  }

  /** That of the main agent is asked for with `undefined`. */
  cursorOf(agentId: string | undefined): LineCursor | undefined {
    return [...this.#tails.keys()].find(file => file.agentId === agentId)?.cursor;
  }

  /** The session's transcript is said to be here. */
  alsoAt(transcriptPath: string): void {
    this.#transcripts.alsoAt(transcriptPath);
  }

  /** The session was over and begins anew. */
  beginAnew(): void {
    for (const tail of this.#tails.values()) tail.beginAnew();
  }

  /** Something happened in the session, or in one of its subagents, that its own transcript and that one may tell of. */
  stir(agentId: string | undefined): void {
    for (const [{ agentId: whose }, tail] of this.#tails) {
      if (whose === undefined || whose === agentId) tail.stir();
    }
    if (agentId !== undefined) this.#transcripts.wake(agentId);
  }

  /** All of them are due. */
  stirAll(): void {
    for (const tail of this.#tails.values()) tail.stir();
    this.#restingDueAt = 0;
  }

  /**
   * Those that are due, after a look for new ones if there are any.
   *
   * @param meets called for each subagent at work whose transcript is new.
   */
  due(meets: (agentId: string) => void): FileTail[] {
    this.#wakeChanged();
    const known = [...this.#tails.values()];
    if (known.length > 0 && !known.some(tail => tail.due)) return [];
    for (const file of this.#transcripts.files()) {
      if (this.#tails.has(file)) continue;
      this.#tails.set(file, this.#open(file));
      if (file.agentId !== undefined && this.#isAtWork(file.agentId)) meets(file.agentId);
    }
    return [...this.#tails.values()].filter(tail => tail.due);
  }

  /** Lets go of the files of subagents that have been at rest for long. */
  layToRest(): void {
    const resting = new Set<TranscriptFile>();
    for (const [file, tail] of this.#tails) {
      const { agentId } = file;
      if (agentId !== undefined && tail.mayRest && !this.#isAtWork(agentId)) resting.add(file);
    }
    if (resting.size === 0) return;
    this.#transcripts.rest(resting);
    const followed = this.#transcripts.files();
    for (const file of resting) if (!followed.has(file)) this.#tails.delete(file);
  }

  #isAtWork(agentId: string): boolean {
    return this.#projection.agent(this.#origin.sessionId, agentId) !== undefined;
  }

  get #restingLook(): number {
    return this.#transcripts.resting > 0 ? this.#restingDueAt : Number.POSITIVE_INFINITY;
  }

  #wakeChanged(): void {
    const now = performance.now();
    if (now < this.#restingLook) return;
    this.#restingDueAt = now + RESTING_LOOK_MS;
    this.#transcripts.wakeChanged();
  }

  #open(file: TranscriptFile): FileTail {
    const { sessionId, forkedAt, notBefore = 0 } = this.#origin;
    const { agentId, foundAt, cursor, restedFrom } = file;
    const { agentType } = agentId === undefined ? {} : (readAgentMeta(cursor.path) ?? {});
    const atRest = { toldUpTo: cursor.offset, settledBefore: Number.POSITIVE_INFINITY, notBefore };
    const anew = this.#progress.get(foundAt) ?? { toldUpTo: 0, settledBefore: 0, notBefore };
    this.#progress.delete(foundAt);
    const progress = restedFrom === undefined ? anew : atRest;
    return new FileTail(file, progress, { sessionId, agentId, agentType, forkedAt }, restedFrom);
  }

  #takeUp(agentId: string | undefined, path: string): Progress & { from: number } {
    const { sessionId, ownFrom = 0, notBefore = 0 } = this.#origin;
    const toldUpTo = this.#projection.readUpTo(sessionId, agentId);
    if (toldUpTo === 0) {
      return { from: agentId === undefined ? ownFrom : 0, toldUpTo, settledBefore: 0, notBefore };
    }
    const point = takeUp(path, toldUpTo);
    if (point === 'missing') return { from: 0, toldUpTo, settledBefore: Number.POSITIVE_INFINITY, notBefore };
    if (point !== 'other') return { from: point.from, toldUpTo, settledBefore: point.since, notBefore };
    // It is another file than the one that was told: what is newer than anything told is news.
    const { lastActivityAt = 0 } = this.#projection.session(sessionId) ?? {};
    return { from: 0, toldUpTo: 0, settledBefore: 0, notBefore: Math.max(notBefore, lastActivityAt + 1) };
  }
}
