// Everything that no hook tells while it happens: what hooks kept, what transcripts and the register say, and what was missed.

import type { PinnedMemory } from '../../../dedup/index.ts';
import { type Intake, SpoolDrain } from '../../../engine/index.ts';
import type { LogReader } from '../../../log/index.ts';
import type { Logger } from '../../../logger.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import type { Cleaner } from '../../../sanitize/index.ts';
import type { Projection } from '../../../state/index.ts';
import { inWords } from '../../../system-error.ts';
import { Discovery } from './discovery.ts';
import { LastRun } from './last-run.ts';
import { Liveness } from './liveness.ts';
import type { Registered } from './session-registry.ts';
import { Transcripts } from './transcripts.ts';

export interface CatchUpOptions {
  /** The state directory. */
  readonly home: string;
  /** Claude Code's folder. */
  readonly claudeDir: string;
  /** The folder that hooks keep payloads in. */
  readonly spool: string;
  readonly intake: Intake;
  readonly clean: Cleaner;
  readonly log: LogReader;
  readonly projection: Projection;
  readonly memory: PinnedMemory;
  /** The seq from which on `memory` has seen every event. */
  readonly rememberedFrom: number;
  /** Resolves once the event is committed. */
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Told how many payloads of hooks were lost because too many were kept. */
  readonly lost: (count: number) => void;
  /** Whether the log is one that the next daemon will know. */
  readonly durable: boolean;
  /** Whether it was to be, and is not any more. */
  readonly isDegraded: () => boolean;
  /** After how long a session without a known process that was not heard of is over, in milliseconds. */
  readonly silentOverMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
}

export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #spool: SpoolDrain;
  readonly #transcripts: Transcripts;
  readonly #liveness: Liveness;
  readonly #discovery: Discovery;
  readonly #lastRun: LastRun | undefined;
  #drained = false;
  #history: 'untold' | 'under way' | 'told' = 'untold';

  constructor(options: CatchUpOptions) {
    const { home, claudeDir, projection, clean, silentOverMs, now, logger, durable } = options;
    this.#options = options;
    // Whatever transcripts, registers and folders say passes here; what hooks kept is clean already.
    const submit = (draft: EventDraft): Promise<void> =>
      options
        .submit({ ...draft, data: clean(draft.data) })
        .catch(error => logger.error(`${draft.type} could not be told: ${inWords(error, home)}`));
    const shared = { ...options, submit };
    this.#spool = new SpoolDrain({ ...options, folder: options.spool });
    this.#transcripts = new Transcripts({ ...shared, startedAt: now() });
    const finish = (sessionId: string): boolean => this.#transcripts.finish(sessionId);
    this.#liveness = new Liveness({ projection, claudeDir, clean, silentOverMs, now, submit, finish });
    this.#lastRun = durable ? new LastRun(home) : undefined;
    const lastRun = this.#lastRun?.endedAt;
    this.#discovery = new Discovery({ ...shared, transcripts: this.#transcripts, lastRun });
  }

  /** Takes an event into account that is about to be appended. */
  note(event: EventDraft): void {
    this.#transcripts.note(event);
    this.#liveness.note(event);
  }

  /** Takes in what hooks kept while nobody was home; but it is safer where it is than in a log that will be forgotten. */
  drainSpool(): void {
    // Who lived when the last daemon stopped is followed before a hook tells of the end: what was written until then is not told yet.
    if (!this.#drained) this.#transcripts.meetTheLiving();
    this.#drained = true;
    if (!this.#options.isDegraded()) this.#spool.tick();
  }

  /** Takes in what was written to transcripts; however much that is, hooks do not wait for it. */
  readTranscripts(): Promise<void> {
    return this.#transcripts.tick();
  }

  /** Finds out which sessions there are and which still live; once hooks have told what they kept, for they know best. */
  lookAround(): void {
    if (!this.#options.isDegraded() && !this.#spool.empty) return;
    const everyone = this.#liveness.tick();
    this.#discovery.meet(everyone);
    if (this.#history === 'untold') void this.#tellHistory(everyone);
  }

  /** Leaves word that the daemon runs; not before everything since the last run is told, which the next one would have to do again. */
  touch(): void {
    const isTold = this.#history === 'told' && this.#transcripts.idle;
    if (isTold && !this.#options.isDegraded()) this.#lastRun?.touch();
  }

  close(): void {
    this.#transcripts.close();
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
