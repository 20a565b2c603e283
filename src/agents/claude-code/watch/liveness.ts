// Keeps what is known of sessions in step with the machine: which processes have them open, and which are over.

import type { LogRecord } from '../../../log/index.ts';
import type { EventDraft, SessionState } from '../../../protocol/index.ts';
import type { Sanitizer } from '../../../sanitize/index.ts';
import type { LivingSession, Projection } from '../../../state/index.ts';
import { Agenda } from './agenda.ts';
import { judge, LIVENESS, type Sighting } from './liveness-verdict.ts';
import { configDirOf } from './projects.ts';
import { news } from './registry-news.ts';
import { type Attendance, type Registered, SessionRegistry } from './session-registry.ts';

export interface LivenessOptions {
  readonly projection: Projection;
  /** Claude Code's folder; those that transcripts of living sessions lie in are looked at as well. */
  readonly claudeDir: string;
  readonly sanitize: Sanitizer;
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Reads a session's transcripts to their end; true when all of it was told. It is asked before a session counts as over. */
  readonly finish: (sessionId: string) => boolean;
  /** After how long a session without a known process that was not heard of is over, in milliseconds. */
  readonly silentOverMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type About = LivingSession['about'];

/** What is remembered of a session between two looks; all of it can be found out again. */
interface Memory {
  /** Whether this daemon saw it alive. */
  lived?: boolean;
  doubtedAt?: number;
  /** The time of the last status that was told. */
  statusAt?: number;
  /** The time it was told with that it waits still. */
  stillAt?: number;
  /** When a session that fell silent had been heard of last, once that was told. */
  silentSince?: number;
  /** The folder whose register it would be in. */
  folder?: string;
}

/** At every look. */
const ALWAYS = 0;

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #startedAt: number;
  readonly #roster = new SessionRegistry();
  readonly #memory = new Map<string, Memory>();
  /** How many sessions would be in the register of a folder. */
  readonly #folders = new Map<string, number>();
  /** Whom to look at when, in milliseconds since 1970; besides them, everybody who is in a register. */
  readonly #agenda = new Agenda<string>();

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#startedAt = options.now();
    for (const { about } of options.projection.living()) this.#agenda.set(about.sessionId, ALWAYS);
  }

  /** Takes an event of the log into account. */
  note({ sessionId }: LogRecord): void {
    if (sessionId !== '') this.#agenda.set(sessionId, ALWAYS);
  }

  /**
   * Looks at every session of which there may be something new, and tells it: those that have processes, those of which something
   * was told, and those that have been silent for long enough. Returns everyone in the registers.
   */
  tick(): readonly Registered[] {
    const due = this.#agenda.take(this.#options.now());
    for (const sessionId of due) this.#place(sessionId);
    const attendance = this.#roster.read(new Set([this.#options.claudeDir, ...this.#folders.keys()]));
    for (const sessionId of new Set([...due, ...attendance.everyone.map(one => one.sessionId)])) {
      const session = this.#options.projection.lives(sessionId);
      if (session) this.#look(session, attendance, this.#remembered(sessionId));
    }
    return attendance.everyone;
  }

  #remembered(sessionId: string): Memory {
    const memory = this.#memory.get(sessionId) ?? {};
    this.#memory.set(sessionId, memory);
    return memory;
  }

  /** Finds out in whose register it would be, or forgets it when it lives no more. */
  #place(sessionId: string): void {
    const session = this.#options.projection.lives(sessionId);
    const folder = session && this.#folderOf(session.about);
    const before = this.#memory.get(sessionId)?.folder;
    // Until it is known better: should one of them fail, the others are looked at next time.
    if (session) this.#agenda.set(sessionId, ALWAYS);
    else this.#memory.delete(sessionId);
    if (folder === before) return;
    if (before !== undefined) this.#count(before, -1);
    if (folder === undefined) return;
    this.#count(folder, 1);
    this.#remembered(sessionId).folder = folder;
  }

  #count(folder: string, more: number): void {
    const count = (this.#folders.get(folder) ?? 0) + more;
    if (count > 0) this.#folders.set(folder, count);
    else this.#folders.delete(folder);
  }

  #folderOf({ transcriptPath }: About): string {
    const folder = transcriptPath === undefined ? undefined : configDirOf(transcriptPath);
    return folder ?? this.#options.claudeDir;
  }

  #look({ about, state }: LivingSession, attendance: Attendance, memory: Memory): void {
    const open = attendance.openIn(about.sessionId);
    const present = open
      .filter(({ process }) => process !== 'gone')
      .toSorted(byStart)
      .at(-1);
    if (present) {
      this.#tellNews(about, present, memory);
      this.#tellStillWaits(about, present, memory);
    }
    const last = open.length > 0 ? undefined : this.#lastProcess(about, attendance);
    const sighting = {
      open: open.map(({ process }) => process),
      last,
      onlyFound: this.#howFound(about, attendance),
      heardAt: Math.max(about.lastActivityAt, present?.statusUpdatedAt ?? 0),
      doubtedAt: memory.doubtedAt,
      working: state === 'working' || state === 'tool_running',
    };
    const now = this.#options.now();
    const { silentOverMs } = this.#options;
    const verdict = judge(sighting, now, silentOverMs);
    this.#agenda.set(about.sessionId, this.#nextLook(sighting, about, now));
    if (verdict.kind === 'lives') this.#lives(memory);
    else if (verdict.kind === 'doubted') memory.doubtedAt ??= now;
    else if (verdict.kind === 'idle') this.#tellIdle(about, memory);
    else if (this.#options.finish(about.sessionId))
      this.#tellEnd(about, memory, verdict.reason === 'moved' ? this.#whyMoved(last) : verdict.reason);
  }

  /** Where no process has it open, or may have, only time can tell anything new. */
  #nextLook({ open, last, onlyFound, heardAt, working }: Sighting, { pid }: About, now: number): number {
    if (open.length > 0 || last || pid !== undefined || onlyFound) return ALWAYS;
    const idleAt = heardAt + LIVENESS.silentIdleMs;
    return working && now < idleAt ? idleAt : heardAt + this.#options.silentOverMs;
  }

  #lives(memory: Memory): void {
    memory.lived = true;
    delete memory.doubtedAt;
  }

  /** What has become of the process that had the session open, as far as anything can be said. */
  #lastProcess(about: About, attendance: Attendance): Sighting['last'] {
    const { pid, procStart } = about;
    if (pid === undefined) return undefined;
    const elsewhere = attendance.find({ pid, procStart });
    if (elsewhere) return { process: elsewhere.process, movedTo: elsewhere.sessionId };
    const process = this.#roster.look({ pid, procStart });
    // Without the register, a process that lives is all there is to go by.
    return process === 'gone' || attendance.isReadable(this.#folderOf(about)) ? { process } : undefined;
  }

  #howFound(about: About, attendance: Attendance): Sighting['onlyFound'] {
    if (about.startedBy !== 'found' || about.pid !== undefined) return undefined;
    return attendance.isReadable(this.#folderOf(about)) ? 'unlisted' : 'perhaps';
  }

  #tellNews(about: About, entry: Registered, memory: Memory): void {
    const told = memory.statusAt ?? about.lastActivityAt;
    const { statusUpdatedAt } = entry;
    // What is known of it was cleaned when it was told.
    const changes = news(this.#options.sanitize(entry), about, told);
    memory.statusAt = Math.max(told, statusUpdatedAt ?? 0);
    if (Object.keys(changes).length === 0) return;
    const timestamp = 'status' in changes && statusUpdatedAt ? statusUpdatedAt : this.#options.now();
    this.#tell('session.updated', about, timestamp, changes);
  }

  /**
   * It waits for the user, though what hooks told since then does not look like that: they may be told later than they fired. A
   * dialog that is open still when no more of them come is one that no hook tells (Claude Code 2.1.332 has several).
   */
  #tellStillWaits(about: About, { status, statusUpdatedAt, waitingFor }: Registered, memory: Memory): void {
    const { projection, now } = this.#options;
    if (status !== 'waiting' || projection.waits(about.sessionId)) return;
    const statusAt = Math.max(statusUpdatedAt ?? 0, about.lastActivityAt);
    if (memory.stillAt === statusAt || now() - statusAt < LIVENESS.graceMs) return;
    memory.stillAt = statusAt;
    const known = waitingFor === undefined ? {} : { waitingFor };
    this.#tell('session.updated', about, now(), { status, statusAt, ...known });
  }

  /** Nobody has heard of it for so long that it cannot be at work; told once until it is heard of again. */
  #tellIdle(about: About, memory: Memory): void {
    const statusAt = about.lastActivityAt;
    if (memory.silentSince === statusAt) return;
    memory.silentSince = statusAt;
    this.#tell('session.updated', about, this.#options.now(), { status: 'idle', statusAt });
  }

  #tellEnd(about: About, memory: Memory, reason: string): void {
    const { lastActivityAt } = about;
    // What was over before this daemon began ended at a time nobody knows, after it was heard of last.
    const missed = !memory.lived && lastActivityAt < this.#startedAt;
    const data = missed ? { reason, recovered: true } : { reason };
    this.#tell('session.removed', about, missed ? lastActivityAt : this.#options.now(), data);
  }

  /** The reason Claude Code 2.1.329 itself gives when one of its processes goes over to another session. */
  #whyMoved(last: Sighting['last']): string {
    const next: SessionState | undefined =
      last?.movedTo === undefined ? undefined : this.#options.projection.session(last.movedTo);
    return next?.startedBy === 'resume' || next?.startedBy === 'fork' ? 'resume' : 'clear';
  }

  #tell(type: string, { sessionId, source }: About, timestamp: number, data: EventDraft['data']): void {
    void this.#options.submit({ type, timestamp, sessionId, source, data });
  }
}

function byStart(a: Registered, b: Registered): number {
  return (a.startedAt ?? 0) - (b.startedAt ?? 0);
}
