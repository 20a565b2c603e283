// Takes in what hooks kept while nobody was home: each payload leaves the spool once it is in the log.

import { spoolFolder } from '../hook-endpoint/index.ts';
import type { Logger } from '../logger.ts';
import type { EventDraft } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import { Spool, type Spooled } from './spool.ts';

export interface SpoolDrainOptions {
  /** The state directory. */
  readonly home: string;
  /** The event that a payload tells, kept at this time; undefined when it tells none. @throws InvalidPayloadError */
  readonly read: (body: unknown, at: number) => EventDraft | undefined;
  /** Resolves once the event is committed. */
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Told how many payloads were lost because too many were kept. */
  readonly lost: (count: number) => void;
  /** Whether the log is one that will be forgotten: a payload is safer where it is then. */
  readonly isDegraded: () => boolean;
  readonly now: () => number;
  readonly logger: Logger;
}

/** How often it is looked, in milliseconds. */
const TICK_MS = 500;
/** How long it may take a daemon that is at work to find what waited in its sockets, in milliseconds. */
const SOCKETS_MS = 10_000;

export class SpoolDrain implements Service {
  readonly name = 'spool';
  readonly chores: readonly Chore[] = [
    { what: 'spool: taking in what hooks kept', everyMs: TICK_MS, run: () => this.tick() },
  ];
  readonly #options: SpoolDrainOptions;
  readonly #spool: Spool;
  /** Files that were read and are not committed yet. */
  readonly #underWay = new Set<string>();
  /** Files that were taken in and cannot be removed. */
  readonly #stuck = new Set<string>();
  #empty = false;

  constructor(options: SpoolDrainOptions) {
    this.#options = options;
    this.#spool = new Spool(spoolFolder(options.home), (file, why) => {
      options.logger.warn(`spool: a payload that cannot be read was set aside as ${file}: ${why}`);
    });
  }

  /** True when nothing that hooks kept is left to take in, as far as the last look goes. */
  get empty(): boolean {
    return this.#empty;
  }

  start(): void {
    this.tick();
  }

  /** Submits the oldest payloads, in the order they were kept. */
  tick(): void {
    const { now, read, submit, lost, isDegraded, logger } = this.#options;
    if (isDegraded()) return;
    const dropped = this.#spool.takeDropped();
    if (dropped > 0) lost(dropped);
    const kept = this.#spool.peek(now(), this.#stuck);
    this.#empty = kept.length === 0;
    for (const spooled of kept) {
      const { file, body, at, sent } = spooled;
      if (this.#underWay.has(file)) continue;
      try {
        const draft = read(body, at);
        if (!draft) {
          this.#remove(spooled);
          continue;
        }
        this.#underWay.add(file);
        const again = sent ? { againUntil: now() + SOCKETS_MS } : {};
        submit({ ...draft, ...again, data: { ...draft.data, recovered: true } })
          .then(() => this.#remove(spooled))
          .catch(error => logger.error(`spool: ${file}: ${(error as Error).message}`))
          .finally(() => this.#underWay.delete(file));
      } catch (error) {
        this.#spool.reject(file, (error as Error).message);
      }
    }
  }

  /** One that stays is told once all the same: the log knows it, also after a restart. */
  #remove(spooled: Spooled): void {
    try {
      this.#spool.remove(spooled);
    } catch (error) {
      this.#stuck.add(spooled.file);
      throw error;
    }
  }
}
