// One session whose transcripts are followed: tells their messages as they come, and the rest when no hook has told it in time.

import type { EventDraft } from '../../../protocol/index.ts';
import type { Projection } from '../../../state/index.ts';
import { readAgentMeta } from '../transcript/agent-meta.ts';
import type { TranscriptFact } from '../transcript/reader.ts';
import type { FileTail, Found } from './file-tail.ts';
import { type Origin, TranscriptTails } from './transcript-tails.ts';

export interface FollowOptions {
  readonly projection: Projection;
  /** Takes an event as it stands in a transcript, and cleans it. Resolves once it is committed, or could not be. */
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When the daemon started, in milliseconds since 1970: what is older was told by nobody as it happened. */
  readonly startedAt: number;
}

/** How long hooks may take to tell something before the transcript does, in milliseconds. */
const GRACE_MS = 3000;
/** A fact that hooks should tell, and since when they have had time to. */
interface Waiting {
  readonly fact: TranscriptFact;
  since: number;
}

/** How often the note about a subagent is looked for before it is given up. */
const NOTE_TRIES = 20;

export class SessionTail {
  readonly #origin: Origin;
  readonly #options: FollowOptions;
  readonly #files: TranscriptTails;
  /** Subagents whose note was not read yet, and how often it was looked for. */
  readonly #unnoted = new Map<string, number>();
  /** What waits for its hook, in the order of the transcript. */
  #waiting: Waiting[] = [];
  /** What was told of the session itself. */
  #about: Record<string, unknown>;
  #uncommitted = 0;

  constructor(origin: Origin, options: FollowOptions) {
    this.#origin = origin;
    this.#options = options;
    this.#about = { transcriptPath: origin.transcriptPath };
    this.#files = new TranscriptTails(origin, options.projection);
  }

  /** When it is to be looked at again, by a clock that never jumps; at the next opportunity as long as something waits to be told. */
  get dueAt(): number {
    if (this.#waiting.length > 0 || this.#unnoted.size > 0) return 0;
    return this.#files.dueAt;
  }

  /** Whether nothing has happened in it for a while, and nothing waits. */
  get isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#unnoted.size === 0 && this.#files.isQuiet;
  }

  /** Its transcript is said to be here. */
  isAt(transcriptPath: string): void {
    this.#files.alsoAt(transcriptPath);
  }

  /** It was over and begins anew, with nothing known about it but where its transcript is said to be. */
  beginAnew(transcriptPath: unknown): void {
    this.#about = { transcriptPath: transcriptPath ?? this.#about['transcriptPath'] };
    this.#files.beginAnew();
  }

  /** A hook told something of it, or of a subagent. */
  stir(agentId: string | undefined): void {
    this.#files.stir(agentId);
  }

  /** It is over: the last that any of its transcripts holds is not waited for long. */
  ends(): void {
    this.#files.stirAll();
  }

  /** A subagent is there. */
  meet(agentId: string): void {
    this.#unnoted.set(agentId, 0);
  }

  /**
   * Reads and tells what was written since the last call. True when it stopped because its time was up.
   *
   * @param until by `performance.now()`.
   */
  step(until: number): boolean {
    const now = this.#options.now();
    for (const file of this.#due()) {
      for (const found of file.read(now)) {
        this.#take(file, found, now);
        if (performance.now() > until) return true;
      }
    }
    this.#giveUpWaiting(now);
    this.#readNotes();
    this.#files.layToRest();
    return false;
  }

  /** Tells what is left to tell, without waiting for hooks any more; true when there was nothing, and all is committed. */
  finish(until: number): boolean {
    this.ends();
    if (this.step(until)) return false;
    for (const { fact } of this.#waiting.splice(0)) this.#tell(fact.draft, true);
    return this.#uncommitted === 0;
  }

  /** Whether its transcript is there, and everything in it is in the log, as far as it has been read. */
  get isTold(): boolean {
    const main = this.#files.cursorOf(undefined);
    const isRead = main?.missing === false && !main.behind;
    return isRead && this.#waiting.length === 0 && this.#uncommitted === 0;
  }

  #due(): FileTail[] {
    const due = this.#files.due(agentId => this.meet(agentId));
    if (due.length > 0) this.#tellPath();
    return due;
  }

  #take(file: FileTail, { facts, end }: Found, now: number): void {
    for (const fact of facts) {
      const { draft, hooksTell } = fact;
      const { timestamp } = draft;
      const late = this.#isLate(timestamp, now);
      if (hooksTell && (!late || this.#waitsBehind(draft) || this.#waitsToBegin(draft, file)))
        this.#waiting.push({ fact, since: timestamp });
      else if (draft.type === 'session.updated') this.#tellAbout(draft, late);
      else this.#tell(draft, late);
      if (!hooksTell && 'end' in draft.data) file.told(end, timestamp);
    }
  }

  /** What one agent did is told in its order. */
  #waitsBehind({ agentId }: EventDraft): boolean {
    return this.#waiting.some(({ fact }) => fact.draft.agentId === agentId);
  }

  /** A call that is held up by another one; where the transcript goes on after it, it did begin. */
  #waitsToBegin(draft: EventDraft, file: FileTail): boolean {
    return draft.type === 'tool.use' && !file.goesOn && this.#isHeldUp(draft);
  }

  #isLate(timestamp: number, now: number): boolean {
    return now - timestamp > GRACE_MS || timestamp < this.#options.startedAt;
  }

  #giveUpWaiting(now: number): void {
    for (const one of this.#notBegun()) one.since = now;
    const due = this.#waiting.findIndex(({ since }) => Math.abs(now - since) < GRACE_MS);
    const count = due < 0 ? this.#waiting.length : due;
    for (const { fact } of this.#waiting.splice(0, count)) this.#tell(fact.draft, true);
  }

  /**
   * The calls at the end of the transcript that wait for others of their message: those run one after the other, or wait for the
   * user, however long that takes. Their hook comes when they begin.
   */
  #notBegun(): Waiting[] {
    const last = this.#waiting.findLastIndex(({ fact }) => fact.draft.type !== 'tool.use');
    return this.#waiting.slice(last + 1).filter(({ fact: { draft } }) => this.#isHeldUp(draft));
  }

  #isHeldUp({ agentId, data: { toolUseId } }: EventDraft): boolean {
    const { projection } = this.#options;
    const { sessionId } = this.#origin;
    const session = projection.session(sessionId);
    const calls =
      (agentId === undefined ? session : projection.agent(sessionId, agentId))?.currentTools ?? [];
    if (calls.some(call => call.toolUseId === toolUseId)) return false;
    const asked = session?.pendingPermission;
    return calls.length > 0 || (asked !== undefined && asked.agentId === agentId);
  }

  /** Tells where the transcript goes on. */
  #tellPath(): void {
    const main = this.#files.lastMain;
    if (!main || main.missing || main.path === this.#about['transcriptPath']) return;
    const { sessionId } = this.#origin;
    const data = { transcriptPath: main.path };
    const timestamp = this.#options.now();
    this.#tellAbout({ type: 'session.updated', timestamp, sessionId, source: 'claude-code', data }, false);
  }

  /** Tells what the log does not say yet about the session. */
  #tellAbout(draft: EventDraft, recovered: boolean): void {
    const known: Record<string, unknown> = {
      ...this.#options.projection.session(draft.sessionId),
      ...this.#about,
    };
    const data = Object.fromEntries(
      Object.entries(draft.data).filter(([key, value]) => known[key] !== value),
    );
    this.#about = { ...this.#about, ...data };
    if (Object.keys(data).length > 0) this.#tell({ ...draft, data }, recovered);
  }

  /** Tells what is noted about subagents, once they are known. */
  #readNotes(): void {
    const { projection, now } = this.#options;
    const { sessionId } = this.#origin;
    for (const [agentId, tries] of this.#unnoted) {
      const cursor = this.#files.cursorOf(agentId);
      const note = cursor && readAgentMeta(cursor.path);
      if (note || tries >= NOTE_TRIES) this.#unnoted.delete(agentId);
      else this.#unnoted.set(agentId, tries + 1);
      if (!note) continue;
      const { writtenAt, ...noted } = note;
      // Of one that has come to rest the end told what it is.
      const { agentType } = noted;
      const known: Record<string, unknown> = { agentType, ...projection.agent(sessionId, agentId) };
      const data = Object.fromEntries(
        Object.entries(noted).filter(([key, value]) => value !== undefined && known[key] !== value),
      );
      if (Object.keys(data).length === 0) continue;
      const timestamp = Math.min(writtenAt, now());
      const draft = { type: 'agent.updated', timestamp, sessionId, agentId, source: 'claude-code', data };
      this.#tell(draft, this.#isLate(timestamp, now()));
    }
  }

  #tell(draft: EventDraft, recovered: boolean): void {
    const { data } = draft;
    this.#uncommitted++;
    this.#options
      .submit({ ...draft, data: recovered ? { ...data, recovered } : data })
      .finally(() => this.#uncommitted--);
  }
}
