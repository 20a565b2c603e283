// The heart put together, without a socket: intake, pipeline, log, projection and pump.
import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { Pump } from '../../fanout/index.ts';
import { type Intake, makeCleaner, makeIntake, Reconciler, Spool } from '../../ingest/index.ts';
import { spoolFolder } from '../../install/index.ts';
import { EventLog, MemoryStore, openStore, type Store } from '../../log/index.ts';
import { Projection } from '../../state/index.ts';
import { VERSION } from '../../version.ts';
import type { Logger } from '../logger.ts';
import { Pipeline } from './pipeline.ts';
import { restore } from './restore.ts';
import { Services } from './services.ts';
import { Transcripts } from './transcripts.ts';

export interface CoreOptions {
  readonly now: () => number;
  readonly logger: Logger;
  /** The daemon's own tokens, which never get into an event. */
  readonly ownTokens: () => readonly string[];
  /** The store failed: the log goes on in memory, under another epoch. */
  readonly onEpochLost: () => void;
}

/** Events between two checkpoints of the projection; more of them make a start slower, fewer make commits slower. */
const CHECKPOINT_EVENTS = 5000;

/** A breath between two lots of deleted events, in milliseconds. */
const PRUNE_PAUSE_MS = 50;

export class Core {
  readonly log: EventLog;
  readonly pump: Pump;
  readonly services: Services;
  readonly counters = { hooks: 0, events: 0 };
  readonly #config: Config;
  readonly #options: CoreOptions;
  readonly #projection = new Projection();
  readonly #reconciler = new Reconciler();
  readonly #pipeline: Pipeline;
  readonly #intake: Intake;
  readonly #transcripts: Transcripts;
  readonly #spool: Spool;
  /** Files of the spool that were read and are not committed yet. */
  readonly #draining = new Set<string>();
  #checkpointAt: number;
  #degraded = false;
  #closed = false;

  /** @throws StoreBusyError, NewerSchemaError */
  constructor(config: Config, options: CoreOptions) {
    const { now, logger, ownTokens } = options;
    this.#config = config;
    this.#options = options;
    const clean = makeCleaner({ redact: config.redact, trim: config.trim, ownTokens });
    this.#intake = makeIntake(clean);
    this.pump = new Pump();
    const { store, problem } = config.store
      ? openStore(config.home, now)
      : { store: undefined, problem: undefined };
    this.log = new EventLog(store ?? this.#memory(0), {
      ring: this.#ring,
      fallback: (error, head) => this.#fallBack(error, head),
    });
    restore(this.log, this.#projection, this.#reconciler);
    this.#checkpointAt = this.log.head + CHECKPOINT_EVENTS;
    this.services = new Services({
      log: this.log,
      projection: this.#projection,
      limits: config.limits,
      version: VERSION,
      clean,
    });
    this.#pipeline = new Pipeline({
      reconcile: draft => this.#reconciler.reconcile(draft),
      project: event => {
        this.#reconciler.observe(event);
        this.#transcripts.note(event);
        return this.#projection.apply(event);
      },
      append: events => this.log.append(events),
      committed: records => this.#committed(records.length),
    });
    this.#spool = new Spool(spoolFolder(config.home), (file, why) => {
      logger.warn(`spool: a payload that cannot be read was set aside as ${file}: ${why}`);
    });
    this.#transcripts = new Transcripts({
      projection: this.#projection,
      clean,
      now,
      startedAt: now(),
      submit: draft => {
        this.#pipeline.submit(draft).catch(error => logger.error(`transcripts: ${(error as Error).stack}`));
      },
    });
    if (problem) this.#complain('store_open', problem, store === undefined);
  }

  /** True while events are kept in memory only though they should be stored. */
  get degraded(): boolean {
    return this.#degraded;
  }

  /**
   * Takes a hook's body in; resolves once it is in the log.
   *
   * @throws InvalidPayloadError
   */
  async ingest(body: unknown): Promise<void> {
    const draft = this.#intake(body, this.#options.now());
    this.counters.hooks++;
    await this.#pipeline.submit(draft);
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

  /** Deletes events that are too old or too many, a few at a time: nobody should have to wait for it. */
  async prune(): Promise<void> {
    const { retentionDays, retentionBytes } = this.#config;
    const olderThan = this.#options.now() - retentionDays * 24 * 3600 * 1000;
    while (!this.#closed && this.log.store.prune({ olderThan, bytes: retentionBytes }) > 0) {
      await new Promise(resolve => setTimeout(resolve, PRUNE_PAUSE_MS).unref());
    }
  }

  /** Takes in what hooks kept while nobody was home, then what was written to transcripts. */
  catchUp(): void {
    this.#drainSpool();
    this.#transcripts.tick();
  }

  /** Commits what waits and closes the log. */
  close(): void {
    this.#closed = true;
    this.#pipeline.flush();
    this.#saveCheckpoint();
    try {
      this.log.close();
    } catch (error) {
      this.#options.logger.error(`store: it could not be closed in order: ${(error as Error).message}`);
    }
  }

  #drainSpool(): void {
    const { now, logger } = this.#options;
    const dropped = this.#spool.takeDropped();
    if (dropped > 0) void this.tell('system.gap', { reason: 'spool_full', count: dropped });
    for (const spooled of this.#spool.peek(now())) {
      if (this.#draining.has(spooled.file)) continue;
      try {
        const draft = this.#intake(spooled.body, spooled.at);
        this.#draining.add(spooled.file);
        this.#pipeline
          .submit({ ...draft, data: { ...draft.data, recovered: true } })
          .then(() => this.#spool.remove(spooled))
          .catch(error => logger.error(`spool: ${spooled.file}: ${(error as Error).message}`))
          .finally(() => this.#draining.delete(spooled.file));
      } catch (error) {
        this.#spool.reject(spooled.file, (error as Error).message);
      }
    }
  }

  get #ring(): { events: number; bytes: number } {
    return { events: this.#config.ringEvents, bytes: this.#config.ringBytes };
  }

  #memory(head: number): Store {
    return new MemoryStore(randomUUID(), this.#ring, head);
  }

  #committed(count: number): void {
    this.counters.events += count;
    this.pump.wakeAll();
    if (this.log.head >= this.#checkpointAt) this.#saveCheckpoint();
  }

  #saveCheckpoint(): void {
    this.#checkpointAt = this.log.head + CHECKPOINT_EVENTS;
    try {
      this.log.store.saveCheckpoint(this.#projection.save());
    } catch (error) {
      // A checkpoint only makes the next start faster; the next commit finds out whether the store is really broken.
      this.#options.logger.warn(`store: no checkpoint could be saved: ${(error as Error).message}`);
    }
  }

  #fallBack(error: unknown, head: number): Store {
    const { code, message } = error as { code?: string; message: string };
    const what = `the event store failed (${code ?? message}); events are kept in memory only from now on, under a new epoch`;
    setImmediate(() => {
      this.#complain(
        'store_failed',
        `${what}. Check ${this.#config.home}: free space and permissions, then restart hookline`,
        true,
      );
      this.#options.onEpochLost();
    });
    return this.#memory(head);
  }

  #complain(code: string, message: string, degraded: boolean): void {
    this.#degraded ||= degraded;
    this.#options.logger.error(message);
    void this.tell('system.error', { code, message });
  }
}
