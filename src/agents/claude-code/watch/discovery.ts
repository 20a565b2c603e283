// Finds the sessions that no hook told of: those that live, by the register, and those that came and went, by their transcripts.

import { Stretch } from '../../../log/index.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import type { Projection } from '../../../state/index.ts';
import { FirstNews } from '../transcript/first-news.ts';
import { LIVENESS } from './liveness-verdict.ts';
import {
  changeOf,
  findTranscript,
  type ProjectTranscript,
  projectFolders,
  transcriptsIn,
} from './projects.ts';
import { scanTranscript } from './scan-transcript.ts';
import type { Registered } from './session-registry.ts';
import type { Transcripts } from './transcripts.ts';

export interface DiscoveryOptions {
  readonly projection: Projection;
  readonly transcripts: Transcripts;
  /** Claude Code's folder. */
  readonly claudeDir: string;
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** After how long a session without a known process that was not heard of is over, in milliseconds. */
  readonly silentOverMs: number;
  /** When the daemon before this one ran last, in milliseconds since 1970; undefined when this is the first one. */
  readonly lastRun: number | undefined;
}

/** How often a transcript that is not there yet is looked for, in milliseconds. */
const LOOK_MS = 5000;
/** What the last run may have missed at its very end, in milliseconds. */
const MARGIN_MS = 10_000;

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #startedAt: number;
  /** When a session in the register that nobody told of was seen first, by a clock that never jumps. */
  #strangers = new Map<string, number>();
  /** Who was in the register at the first look, and was told by nobody so far. */
  #leftOver: Set<string> | undefined;
  #lookAt = 0;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  /** Announces whoever is in the register and lives, if no hook has done so in time. */
  meet(everyone: readonly Registered[]): void {
    const { projection } = this.#options;
    const strangers = new Map<string, number>();
    const here = everyone.filter(entry => this.#isHere(entry));
    this.#leftOver ??= new Set(here.map(({ sessionId }) => sessionId));
    for (const entry of here) {
      if (projection.has(entry.sessionId)) {
        this.#leftOver.delete(entry.sessionId);
        continue;
      }
      const seenAt = this.#strangers.get(entry.sessionId) ?? performance.now();
      // The hooks of one that is older than the daemon are in the spool, if anywhere. But one that ended just now, by /clear, stays in the
      // register for a moment, and the one after it may be there before its hook.
      const isOlder = (entry.startedAt ?? this.#startedAt) < this.#startedAt - LIVENESS.graceMs;
      const hooksAreDone = isOlder && this.#leftOver.has(entry.sessionId);
      if (hooksAreDone || performance.now() - seenAt >= LIVENESS.graceMs) this.#announce(entry);
      else strangers.set(entry.sessionId, seenAt);
    }
    this.#strangers = strangers;
    if (performance.now() < this.#lookAt) return;
    this.#lookAt = performance.now() + LOOK_MS;
    for (const entry of here) this.#findTranscriptOf(entry);
  }

  /** Tells of every session that was written to since the last run and is over; only what is newer than that run. */
  async catchUp(everyone: readonly Registered[]): Promise<void> {
    const { lastRun, projection, transcripts } = this.#options;
    if (lastRun === undefined) return;
    const open = new Set(everyone.map(({ sessionId }) => sessionId));
    const folders = new Set([this.#options.claudeDir, ...everyone.map(({ configDir }) => configDir)]);
    const recovered = new Set<string>();
    for await (const transcript of changedSince(lastRun - MARGIN_MS, folders)) {
      const { sessionId, path: transcriptPath } = transcript;
      // It went on in another folder, and the one it began in stayed.
      if (recovered.has(sessionId)) transcripts.follow({ sessionId, transcriptPath }, 'found');
      if (open.has(sessionId) || projection.has(sessionId) || transcripts.follows(sessionId)) continue;
      if (await this.#recover(transcript, lastRun - MARGIN_MS)) recovered.add(sessionId);
    }
  }

  /** Of a process on another machine its own last word is all there is. */
  #isHere({ process, statusUpdatedAt, startedAt }: Registered): boolean {
    if (process !== 'foreign') return process === 'alive';
    return this.#options.now() - (statusUpdatedAt ?? startedAt ?? 0) < this.#options.silentOverMs;
  }

  #announce({ sessionId, startedAt, cwd, pid, name, configDir }: Registered): void {
    const transcriptPath = findTranscript(configDir, sessionId);
    const data = { startedBy: 'found', cwd, pid, name, transcriptPath, recovered: true };
    this.#tell('session.discovered', sessionId, startedAt ?? this.#options.now(), data);
  }

  /** The transcript of a session begins with its first prompt, and a hook may never say where it is. */
  #findTranscriptOf({ sessionId, configDir }: Registered): void {
    const session = this.#options.projection.session(sessionId);
    if (!session || session.transcriptPath !== undefined) return;
    const transcriptPath = findTranscript(configDir, sessionId);
    if (transcriptPath === undefined) return;
    this.#tell('session.updated', sessionId, this.#options.now(), { transcriptPath });
  }

  /** True when it begins with what is told of it now. */
  async #recover({ sessionId, path }: ProjectTranscript, since: number): Promise<boolean> {
    const { projection, transcripts } = this.#options;
    const toldUpTo = projection.readUpTo(sessionId);
    // What stands after that was not told, however old it is.
    const notBefore = toldUpTo > 0 ? 0 : since;
    const first = new FirstNews(notBefore);
    await scanTranscript(path, toldUpTo, first);
    if (!first.news) {
      // What came after its end may still be the client's account of what it has used.
      if (toldUpTo > 0) transcripts.follow({ sessionId, transcriptPath: path }, 'found');
      return false;
    }
    const { from, cwd, timestamp } = first.news;
    const ownFrom = toldUpTo > 0 ? 0 : from;
    transcripts.follow({ sessionId, transcriptPath: path, notBefore, ownFrom }, 'found');
    const data = { startedBy: 'found', cwd, transcriptPath: path, recovered: true };
    this.#tell('session.discovered', sessionId, timestamp, data);
    return toldUpTo === 0;
  }

  #tell(type: string, sessionId: string, timestamp: number, data: Record<string, unknown>): void {
    const known = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
    void this.#options.submit({ type, timestamp, sessionId, source: 'claude-code', data: known });
  }
}

/**
 * The main transcripts that were written to since then, in milliseconds since 1970, the one that was left first of all first; of the
 * others only the date is looked at.
 */
async function* changedSince(time: number, configDirs: Iterable<string>): AsyncGenerator<ProjectTranscript> {
  const changed: { transcript: ProjectTranscript; at: number }[] = [];
  const stretch = new Stretch();
  for (const folder of [...configDirs].flatMap(projectFolders)) {
    for (const transcript of transcriptsIn(folder)) {
      if (stretch.isOver) await stretch.next();
      const at = changeOf(transcript.path) ?? 0;
      if (at >= time) changed.push({ transcript, at });
    }
  }
  for (const { transcript } of changed.toSorted((a, b) => a.at - b.at)) yield transcript;
}
