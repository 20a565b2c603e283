// Everything that no hook tells while it happens: what transcripts and the register of sessions say, and what was missed.
import type { LogRecord } from '../../../log/index.ts';
import type { Chore } from '../../../service.ts';
import { inWords } from '../../../system-error.ts';
import type { Watch, WatchOptions } from '../../agent.ts';
import { Discovery } from './discovery.ts';
import { LastRun, TOUCH_MS } from './last-run.ts';
import { Liveness } from './liveness.ts';
import type { Registered } from './session-registry.ts';
import { Transcripts } from './transcripts.ts';

export interface WatcherOptions extends WatchOptions {
  /** Claude Code's folder. */
  readonly claudeDir: string;
}

/** How often what transcripts gained is taken in, in milliseconds. */
const READ_MS = 500;
/** How often it is looked which sessions still live, in milliseconds. */
const LIVENESS_MS = 1000;
/**
 * The same while somebody elsewhere is shown a dialog: that it was answered is to be seen within a second. And while it is not known which
 * process has a session that goes on after `/clear`: subagents that are at work are not to be gone for longer than the eye sees.
 */
const EXPECTING_MS = 250;
/** The register says so within a moment, or never, in milliseconds. */
const REGISTER_MS = 5000;

export class Watcher implements Watch {
  readonly name = 'claude-code';
  readonly chores: readonly Chore[] = [
    { what: 'transcripts: reading them', everyMs: READ_MS, run: () => this.#transcripts.tick() },
    {
      what: 'liveness: looking which sessions live',
      everyMs: LIVENESS_MS,
      run: () => this.#lookAround(),
    },
    {
      what: 'liveness: looking for what is expected',
      everyMs: EXPECTING_MS,
      run: () => {
        if (this.#asked.size > 0 || this.#isCleared()) this.#lookAround();
      },
    },
    {
      what: 'last-run: leaving word that the daemon runs',
      everyMs: TOUCH_MS,
      run: () => this.#touch(),
    },
  ];
  readonly #options: WatcherOptions;
  readonly #transcripts: Transcripts;
  readonly #liveness: Liveness;
  readonly #discovery: Discovery;
  readonly #lastRun: LastRun | undefined;
  /** Requests that can be answered from elsewhere. */
  readonly #asked = new Set<string>();
  /** Sessions that go on after `/clear`, until it is known in which process, and when they began, in milliseconds since 1970. */
  readonly #cleared = new Map<string, number>();
  #history: 'untold' | 'under way' | 'told' = 'untold';

  constructor(options: WatcherOptions) {
    const { home, durable, now } = options;
    this.#options = options;
    this.#transcripts = new Transcripts({ ...options, startedAt: now() });
    const finish = (sessionId: string): boolean => this.#transcripts.finish(sessionId);
    this.#liveness = new Liveness({ ...options, finish });
    this.#lastRun = durable ? new LastRun(home) : undefined;
    const lastRun = this.#lastRun?.endedAt;
    this.#discovery = new Discovery({ ...options, transcripts: this.#transcripts, lastRun });
  }

  /** Who lived when the last daemon stopped is followed before a hook tells of the end: what was written until then is not told yet. */
  start(): void {
    this.#transcripts.meetTheLiving();
  }

  note(record: LogRecord): void {
    this.#transcripts.note(record);
    this.#liveness.note(record);
    this.#noteAsked(record);
    this.#noteCleared(record);
  }

  stop(): void {
    this.#transcripts.close();
    this.#touch();
  }

  #noteAsked({ type, data }: LogRecord): void {
    if (type !== 'permission.requested' && type !== 'permission.resolved') return;
    const { requestId } = JSON.parse(data) as { requestId?: string };
    if (requestId === undefined) return;
    if (type === 'permission.requested') this.#asked.add(requestId);
    else this.#asked.delete(requestId);
  }

  #noteCleared({ type, sessionId, timestamp, data }: LogRecord): void {
    if (type === 'session.discovered' && data.includes('"startedBy":"clear"'))
      this.#cleared.set(sessionId, timestamp);
    else if (type === 'session.updated' || type === 'session.removed') this.#cleared.delete(sessionId);
  }

  #isCleared(): boolean {
    const now = this.#options.now();
    for (const [sessionId, at] of this.#cleared)
      if (Math.abs(now - at) > REGISTER_MS) this.#cleared.delete(sessionId);
    return this.#cleared.size > 0;
  }

  /** Finds out which sessions there are and which still live; once hooks have told what they kept, for they know best. */
  #lookAround(): void {
    const { isDegraded, hooksAreDone } = this.#options;
    if (!isDegraded() && !hooksAreDone()) return;
    const everyone = this.#liveness.tick();
    this.#discovery.meet(everyone);
    if (this.#history === 'untold') void this.#tellHistory(everyone);
  }

  /** Leaves word that the daemon runs; not before everything since the last run is told, which the next one would have to do again. */
  #touch(): void {
    const isTold = this.#history === 'told' && this.#transcripts.idle;
    if (isTold && !this.#options.isDegraded()) this.#lastRun?.touch();
  }

  async #tellHistory(everyone: readonly Registered[]): Promise<void> {
    this.#history = 'under way';
    try {
      await this.#discovery.catchUp(everyone);
      this.#history = 'told';
    } catch (error) {
      // As it is not told, the next start tries again.
      const { logger, home } = this.#options;
      logger.error(`catch-up: what happened since the last run could not be told: ${inWords(error, home)}`);
    }
  }
}
