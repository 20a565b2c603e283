// The heart put together, without a socket: intake, pipeline, log, projection and pump.
import { randomUUID } from 'node:crypto';
import { spoolFolder } from '../agents/claude-code/install/index.ts';
import { CatchUp } from '../agents/index.ts';
import type { Config } from '../config/config.ts';
import { Pump } from '../fanout/index.ts';
import { EventLog, inTurns, MemoryStore, type Opened, openStore } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { EventDraft } from '../protocol/index.ts';
import { makeCleaner } from '../sanitize/index.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { AgeClock } from './age-clock.ts';
import { Checkpoints } from './checkpoints.ts';
import { Pipeline } from './group-commit.ts';
import { type Intake, makeIntake } from './intake.ts';
import { Services } from './queries.ts';
import { restore } from './restore.ts';

/** A hook output object for the hook that an event came from, or nothing. */
export type HookAnswers = (event: EventDraft) => object | undefined | Promise<object | undefined>;

export interface CoreOptions {
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly logger: Logger;
  /** The daemon's own tokens, which never get into an event. */
  readonly ownTokens: () => readonly string[];
  /** The store failed: the log goes on in memory, under another epoch. */
  readonly onEpochLost: () => void;
  /** What to tell the agent whose hook this event came from. Default: nothing. */
  readonly answerHook?: HookAnswers;
  /** Default: the durable store in the state directory. */
  readonly openStore?: (home: string, now: () => number) => Opened;
}

/** A breath between two lots of deleted events, in milliseconds. */
const PRUNE_PAUSE_MS = 50;

export class Core {
  readonly log: EventLog;
  readonly pump: Pump;
  readonly services: Services;
  /** What no hook tells while it happens. */
  readonly catchUp: CatchUp;
  readonly counters = { hooks: 0, events: 0 };
  readonly #config: Config;
  readonly #options: CoreOptions;
  readonly #ageClock: AgeClock;
  readonly #pipeline: Pipeline;
  readonly #intake: Intake;
  readonly #checkpoints: Checkpoints;
  #degraded = false;
  #closed = false;

  /** @throws StoreBusyError, NewerSchemaError */
  constructor(config: Config, options: CoreOptions) {
    const { now, uptime, logger, ownTokens } = options;
    this.#config = config;
    this.#options = options;
    const clean = makeCleaner({ redact: config.redact, trim: config.trim, ownTokens });
    this.#intake = makeIntake(clean);
    this.pump = new Pump();
    const ring = { events: config.ringEvents, bytes: config.ringBytes };
    const { store, problem, notice } = this.#openStore();
    if (notice !== undefined) logger.warn(notice);
    this.log = new EventLog(store ?? new MemoryStore(randomUUID(), ring), {
      ring,
      failed: what => this.#storeFailed(what),
    });
    const { projection, projected, reconciler, memory, rememberedFrom } = restore(this.log);
    const [newest] = this.log.read(this.log.head - 1, { events: 1, bytes: 1 });
    this.#ageClock = new AgeClock({ now, uptime, lastKnown: newest?.timestamp });
    this.#checkpoints = new Checkpoints(this.log, projection, projected, logger);
    this.services = new Services({
      log: this.log,
      projection,
      limits: config.limits,
      version: VERSION,
      clean,
    });
    this.#pipeline = new Pipeline({
      reconcile: draft => reconciler.reconcile(draft),
      project: event => {
        reconciler.observe(event);
        this.catchUp.note(event);
        return projection.apply(event);
      },
      append: events => this.log.append(events),
      committed: records => this.#committed(records.length),
    });
    this.catchUp = new CatchUp({
      home: config.home,
      claudeDir: config.claudeDir,
      spool: spoolFolder(config.home),
      intake: this.#intake,
      clean,
      log: this.log,
      projection,
      memory,
      rememberedFrom,
      submit: draft => this.#pipeline.submit(draft),
      lost: count => void this.tell('system.gap', { reason: 'spool_full', count }),
      durable: config.store && store !== undefined,
      isDegraded: () => this.#degraded,
      silentOverMs: config.silentHours * 3600_000,
      now,
      logger,
    });
    if (notice) void this.tell('system.error', { code: 'epoch_ended', message: notice });
    if (problem) this.#complain('store_open', problem, store === undefined);
  }

  /** True while events are kept in memory only though they should be stored. */
  get degraded(): boolean {
    return this.#degraded;
  }

  /**
   * Takes a hook's body in; resolves once it is in the log, with the hook output object that answers it, if something is to be said.
   *
   * @throws InvalidPayloadError
   */
  async ingest(body: unknown): Promise<object | undefined> {
    const draft = await inTurns(this.#intake.inSteps(body, this.#options.now()));
    this.counters.hooks++;
    await this.#pipeline.submit(draft);
    return this.#answerTo(draft);
  }

  /** The event is in the log: whatever goes wrong here, its hook has done what it should. */
  async #answerTo(draft: EventDraft): Promise<object | undefined> {
    try {
      return await this.#options.answerHook?.(draft);
    } catch (error) {
      this.#options.logger.error(`/hook: no answer could be made for ${draft.type}: ${inWords(error)}`);
      return undefined;
    }
  }

  /** Tells something of the daemon itself. */
  tell(type: 'system.started' | 'system.error' | 'system.gap', data: Record<string, unknown>): Promise<void> {
    return this.#pipeline.submit({
      type,
      timestamp: this.#options.now(),
      sessionId: '',
      source: 'hookline',
      data,
    });
  }

  /**
   * Deletes events that are too old or too many, a few at a time: nobody should have to wait for it. What they add up to is
   * kept first: a living session stays, though the event that announced it goes.
   */
  async prune(): Promise<void> {
    const { retentionDays, retentionBytes } = this.#config;
    const olderThan = this.#ageClock.read() - retentionDays * 24 * 3600 * 1000;
    while (!this.#closed && !this.#degraded) {
      const { seq } = this.#checkpoints;
      if (this.log.prune({ olderThan, bytes: retentionBytes, upTo: seq }) === 0) {
        if (this.log.oldest <= seq || seq === this.log.head) return;
        await this.#checkpoints.save();
        if (this.#checkpoints.seq === seq) return;
      }
      await new Promise(resolve => setTimeout(resolve, PRUNE_PAUSE_MS).unref());
    }
  }

  /** Notices a store whose files are not where they were, though nothing is written to it. */
  check(): void {
    this.log.check();
  }

  /** Commits what waits and closes the log. */
  close(): void {
    this.#closed = true;
    this.catchUp.close();
    this.#pipeline.flush();
    this.#checkpoints.close();
    try {
      this.log.close();
      this.catchUp.touch();
    } catch (error) {
      this.#options.logger.error(`store: it could not be closed in order: ${(error as Error).message}`);
    }
  }

  #openStore(): Opened {
    const { openStore: open = openStore, now } = this.#options;
    return this.#config.store ? open(this.#config.home, now) : { store: undefined, problem: undefined };
  }

  #committed(count: number): void {
    this.counters.events += count;
    this.pump.wakeAll();
    this.#checkpoints.saveIfDue();
  }

  // Told a moment later: whoever ran into the failure is in the middle of something.
  #storeFailed(problem: string): void {
    this.#degraded = true;
    setImmediate(() => {
      this.#complain('store_failed', problem, true);
      this.#options.onEpochLost();
    });
  }

  #complain(code: string, message: string, degraded: boolean): void {
    this.#degraded ||= degraded;
    this.#options.logger.error(message);
    void this.tell('system.error', { code, message });
  }
}
