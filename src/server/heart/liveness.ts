// Keeps what is known of sessions in step with the machine: which processes have them open, and which are over.
import {
  ClaudeRegister,
  configDirOf,
  judge,
  type ProcessState,
  type RegisterEntry,
  type Sighting,
} from '../../ingest/index.ts';
import type { EventDraft, SessionState } from '../../protocol/index.ts';
import type { Projection } from '../../state/index.ts';
import { ownDomain, processState } from './process-table.ts';
import { news } from './register-news.ts';

export interface LivenessOptions {
  readonly projection: Projection;
  /** Claude Code's folder; those that transcripts of living sessions lie in are looked at as well. */
  readonly claudeDir: string;
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Reads a session's transcripts to their end; true when all of it was told. It is asked before a session counts as over. */
  readonly finish: (sessionId: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Someone in the register, and whether they are still there. */
export interface Registered extends RegisterEntry {
  readonly process: ProcessState;
  /** Claude Code's folder in whose register it is. */
  readonly configDir: string;
}

/** What is remembered between two looks; all of it can be found out again. */
interface Memory {
  /** Whether this daemon saw it alive. */
  lived?: boolean;
  doubtedAt?: number;
  /** The time of the last status that was told. */
  statusAt?: number;
  /** When a session that fell silent had been heard of last, once that was told. */
  silentSince?: number;
}

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #startedAt: number;
  readonly #own = ownDomain();
  readonly #registers = new Map<string, ClaudeRegister>();
  #memory = new Map<string, Memory>();

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  /** Looks at every session that lives, and tells what is new. Returns everyone in the register. */
  tick(): readonly Registered[] {
    const { projection, claudeDir, now } = this.#options;
    const sessions = projection.sessions();
    const folders = new Set([claudeDir, ...sessions.map(session => this.#folderOf(session))]);
    const register = new Map([...folders].map(folder => [folder, this.#read(folder)]));
    const everyone = [...register.values()].flatMap(entries => entries ?? []);
    const memory = new Map<string, Memory>();
    for (const session of sessions) {
      const remembered = this.#memory.get(session.sessionId) ?? {};
      memory.set(session.sessionId, remembered);
      const readable = register.get(this.#folderOf(session)) !== undefined;
      this.#look(session, everyone, readable, remembered, now());
    }
    this.#memory = memory;
    return everyone;
  }

  #folderOf({ transcriptPath }: SessionState): string {
    return (
      (transcriptPath === undefined ? undefined : configDirOf(transcriptPath)) ?? this.#options.claudeDir
    );
  }

  #read(folder: string): Registered[] | undefined {
    const register = this.#registers.get(folder) ?? new ClaudeRegister(folder);
    this.#registers.set(folder, register);
    return register
      .read()
      ?.map(entry => ({ ...entry, process: processState(entry, this.#own), configDir: folder }));
  }

  #look(
    session: SessionState,
    everyone: readonly Registered[],
    readable: boolean,
    memory: Memory,
    now: number,
  ): void {
    const open = everyone.filter(({ sessionId }) => sessionId === session.sessionId);
    const present = open
      .filter(entry => entry.process !== 'gone')
      .toSorted(byStart)
      .at(-1);
    if (present) this.#tellNews(session, present, memory);
    const last = open.length > 0 ? undefined : this.#lastProcess(session, everyone, readable);
    const { state, lastActivityAt, startedBy } = session;
    const verdict = judge(
      {
        open: open.map(entry => entry.process),
        last,
        heardAt: Math.max(lastActivityAt, present?.statusUpdatedAt ?? 0),
        doubtedAt: memory.doubtedAt,
        onlyFound:
          startedBy !== 'found' || session.pid !== undefined ? undefined : readable ? 'unlisted' : 'perhaps',
        working: state === 'working' || state === 'tool_running',
      },
      now,
    );
    if (verdict.kind === 'lives') this.#lives(memory);
    else if (verdict.kind === 'doubted') memory.doubtedAt ??= now;
    else if (verdict.kind === 'idle') this.#tellIdle(session, memory);
    else if (this.#options.finish(session.sessionId))
      this.#tellEnd(session, memory, verdict.reason === 'moved' ? this.#whyMoved(last) : verdict.reason);
  }

  #lives(memory: Memory): void {
    memory.lived = true;
    delete memory.doubtedAt;
  }

  /** What has become of the process that had the session open, as far as anything can be said. */
  #lastProcess(
    { pid, procStart }: SessionState,
    everyone: readonly Registered[],
    readable: boolean,
  ): Sighting['last'] {
    if (pid === undefined) return undefined;
    const elsewhere = everyone.find(
      entry => entry.pid === pid && entry.procStart === procStart && entry.process !== 'gone',
    );
    if (elsewhere) return { process: elsewhere.process, movedTo: elsewhere.sessionId };
    const state = processState({ pid, procStart }, this.#own);
    // Without the register, a process that lives is all there is to go by.
    return readable || state === 'gone' ? { process: state } : undefined;
  }

  #tellNews(session: SessionState, entry: Registered, memory: Memory): void {
    const told = memory.statusAt ?? session.lastActivityAt;
    const { statusUpdatedAt } = entry;
    const changes = news(entry, session, told);
    memory.statusAt = Math.max(told, statusUpdatedAt ?? 0);
    if (Object.keys(changes).length === 0) return;
    const timestamp = 'status' in changes && statusUpdatedAt ? statusUpdatedAt : this.#options.now();
    this.#tell('session.updated', session, timestamp, changes);
  }

  /** Nobody has heard of it for so long that it cannot be at work; told once until it is heard of again. */
  #tellIdle(session: SessionState, memory: Memory): void {
    const statusAt = session.lastActivityAt;
    if (memory.silentSince === statusAt) return;
    memory.silentSince = statusAt;
    this.#tell('session.updated', session, this.#options.now(), { status: 'idle', statusAt });
  }

  #tellEnd(session: SessionState, memory: Memory, reason: string): void {
    const { lastActivityAt } = session;
    // What was over before this daemon began ended at a time nobody knows, after it was heard of last.
    const missed = !memory.lived && lastActivityAt < this.#startedAt;
    const data = missed ? { reason, recovered: true } : { reason };
    this.#tell('session.removed', session, missed ? lastActivityAt : this.#options.now(), data);
  }

  /** The reason Claude Code 2.1.329 itself gives when one of its processes goes over to another session. */
  #whyMoved(last: Sighting['last']): string {
    const next = last?.movedTo === undefined ? undefined : this.#options.projection.session(last.movedTo);
    return next?.startedBy === 'resume' || next?.startedBy === 'fork' ? 'resume' : 'clear';
  }

  #tell(
    type: string,
    { sessionId, source }: SessionState,
    timestamp: number,
    data: EventDraft['data'],
  ): void {
    void this.#options.submit({ type, timestamp, sessionId, source, data });
  }
}

function byStart(a: Registered, b: Registered): number {
  return (a.startedAt ?? 0) - (b.startedAt ?? 0);
}
