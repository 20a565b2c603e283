// The heart put together, without a socket: intake, pipeline, log, projection and pump.
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { Pump } from '../fanout/index.ts';
import { makeIntake, Reconciler } from '../ingest/index.ts';
import { EventLog, MemoryStore } from '../log/index.ts';
import type { EventDraft } from '../protocol/index.ts';
import { Projection } from '../state/index.ts';
import { VERSION } from '../version.ts';
import type { Logger } from './logger.ts';
import { Pipeline } from './pipeline.ts';
import { Services } from './services.ts';

export interface Counters {
  hooks: number;
  events: number;
}

export interface CoreOptions {
  readonly now: () => number;
  readonly logger: Logger;
  /** The daemon's own tokens, which never get into an event. */
  readonly ownTokens: () => readonly string[];
}

export class Core {
  readonly log: EventLog;
  readonly pump: Pump;
  readonly services: Services;
  readonly counters: Counters = { hooks: 0, events: 0 };
  readonly #pipeline: Pipeline;
  readonly #intake: (body: unknown, now: number) => EventDraft;
  readonly #now: () => number;

  constructor(config: Config, { now, logger, ownTokens }: CoreOptions) {
    const ring = { events: config.ringEvents, bytes: config.ringBytes };
    const projection = new Projection();
    const reconciler = new Reconciler();
    this.#now = now;
    this.#intake = makeIntake({ redact: config.redact, trim: config.trim, ownTokens });
    this.log = new EventLog(new MemoryStore(randomUUID(), ring), ring);
    this.pump = new Pump((_feed, error) =>
      logger.error(`fan-out: ${(error as Error).stack ?? String(error)}`),
    );
    this.services = new Services(this.log, projection, config.limits, VERSION);
    this.#pipeline = new Pipeline({
      reconcile: draft => [...reconciler.reconcile(draft)],
      project: event => {
        reconciler.observe(event);
        return projection.apply(event);
      },
      append: events => this.log.append(events),
      committed: records => {
        this.counters.events += records.length;
        this.pump.wakeAll();
      },
    });
  }

  /**
   * Takes a hook's body in; resolves once it is in the log.
   *
   * @throws InvalidPayloadError
   */
  async ingest(body: unknown): Promise<void> {
    const draft = this.#intake(body, this.#now());
    this.counters.hooks++;
    await this.#pipeline.submit(draft);
  }

  /** Tells something of the daemon itself. */
  tell(type: 'system.started' | 'system.error' | 'system.gap', data: Record<string, unknown>): Promise<void> {
    return this.#pipeline.submit({ type, timestamp: this.#now(), sessionId: '', source: 'hookline', data });
  }

  /** Commits what waits and closes the log. */
  close(): void {
    this.#pipeline.flush();
    this.log.close();
  }
}
