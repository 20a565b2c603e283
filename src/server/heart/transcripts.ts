// Follows the transcripts of living sessions: tells their messages, and what no hook told in time.
import {
  ClaudeTranscript,
  type Cleaner,
  SessionTranscripts,
  type TranscriptFact,
} from '../../ingest/index.ts';
import type { EventDraft } from '../../protocol/index.ts';
import type { Projection } from '../../state/index.ts';

export interface TranscriptsOptions {
  readonly projection: Projection;
  readonly clean: Cleaner;
  readonly submit: (draft: EventDraft) => void;
  readonly now: () => number;
  /** When the daemon started, in milliseconds since 1970: what is older was told by nobody as it happened. */
  readonly startedAt: number;
}

/** How long hooks may take to tell something before the transcript does, in milliseconds. */
const GRACE_MS = 3000;
/** How long the transcripts of a session that ended are followed on; the account of its cost is written at the very end. */
const AFTERLIFE_MS = 30_000;
/** Bytes read of each transcript at a time. */
const READ_BYTES = 256 * 1024;
/** How far before the last message told a transcript is read again after a restart: what waited for its hook is in there. */
const REREAD_BYTES = 1024 * 1024;

/** One session that is followed. */
interface Followed {
  readonly transcripts: SessionTranscripts;
  readonly readers: Map<string, ClaudeTranscript>;
  /** Facts that hooks should tell, oldest first. */
  waiting: TranscriptFact[];
  aliveAt: number;
}

export class Transcripts {
  readonly #options: TranscriptsOptions;
  readonly #followed = new Map<string, Followed>();

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** A session may be over as soon as it is discovered, when both are told after the fact; its transcript is read all the same. */
  note({ type, sessionId, data }: EventDraft): void {
    const path = data['transcriptPath'];
    if (type === 'session.discovered' && typeof path === 'string')
      this.#follow(sessionId, path).aliveAt = this.#options.now();
  }

  /** Reads what was written since the last call. */
  tick(): void {
    const now = this.#options.now();
    for (const { sessionId, path } of this.#options.projection.transcripts()) {
      this.#follow(sessionId, path).aliveAt = now;
    }
    for (const [sessionId, followed] of this.#followed) {
      this.#read(sessionId, followed, now);
      this.#giveUpWaiting(followed, now);
      if (now - followed.aliveAt > AFTERLIFE_MS) this.#followed.delete(sessionId);
    }
  }

  /** Tells at once what is left to tell of a session that may be over; true when nothing was. */
  finish(sessionId: string): boolean {
    const followed = this.#followed.get(sessionId);
    if (!followed) return true;
    const before = followed.waiting.length;
    const read = this.#read(sessionId, followed, this.#options.now());
    for (const { draft } of followed.waiting.splice(0)) this.#tell(draft, true);
    return read === 0 && before === 0;
  }

  #follow(sessionId: string, path: string): Followed {
    const known = this.#followed.get(sessionId);
    if (known) return known;
    const begin = (agentId: string | undefined): number =>
      Math.max(0, this.#options.projection.readUpTo(sessionId, agentId) - REREAD_BYTES);
    const followed = {
      transcripts: new SessionTranscripts(path, begin),
      readers: new Map(),
      waiting: [],
      aliveAt: 0,
    };
    this.#followed.set(sessionId, followed);
    return followed;
  }

  /** Returns how many lines there were. */
  #read(sessionId: string, followed: Followed, now: number): number {
    const { projection, clean, startedAt } = this.#options;
    const lines = followed.transcripts.read(READ_BYTES);
    for (const { agentId, text, end } of lines) {
      const line = parsed(text);
      if (line === undefined) continue;
      const reader = followed.readers.get(agentId ?? '') ?? new ClaudeTranscript(sessionId, agentId);
      followed.readers.set(agentId ?? '', reader);
      for (const fact of reader.read(clean(line), end, now)) {
        const { timestamp } = fact.draft;
        const late = now - timestamp > GRACE_MS || timestamp < startedAt;
        if (fact.hooksTell && (!late || followed.waiting.length > 0)) followed.waiting.push(fact);
        else if (fact.hooksTell || end > projection.readUpTo(sessionId, agentId))
          this.#tell(fact.draft, late);
      }
    }
    return lines.length;
  }

  #giveUpWaiting(followed: Followed, now: number): void {
    const due = followed.waiting.findIndex(({ draft }) => now - draft.timestamp < GRACE_MS);
    const count = due < 0 ? followed.waiting.length : due;
    for (const { draft } of followed.waiting.splice(0, count)) this.#tell(draft, true);
  }

  #tell(draft: EventDraft, recovered: boolean): void {
    this.#options.submit(recovered ? { ...draft, data: { ...draft.data, recovered } } : draft);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
