// Takes in what hooks kept while nobody was home: each payload leaves the spool once it is in the log.

import type { Logger } from '../logger.ts';
import type { EventDraft } from '../protocol/index.ts';
import type { Intake } from './intake.ts';
import { Spool, type Spooled } from './spool.ts';

export interface SpoolDrainOptions {
  /** The folder that hooks keep payloads in. */
  readonly folder: string;
  readonly intake: Intake;
  /** Resolves once the event is committed. */
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Told how many payloads were lost because too many were kept. */
  readonly lost: (count: number) => void;
  readonly now: () => number;
  readonly logger: Logger;
}

/** How long it may take a daemon that is at work to find what waited in its sockets, in milliseconds. */
const SOCKETS_MS = 10_000;

export class SpoolDrain {
  readonly #options: SpoolDrainOptions;
  readonly #spool: Spool;
  /** Files that were read and are not committed yet. */
  readonly #underWay = new Set<string>();
  /** Files that were taken in and cannot be removed. */
  readonly #stuck = new Set<string>();
  #empty = false;

  constructor(options: SpoolDrainOptions) {
    this.#options = options;
    this.#spool = new Spool(options.folder, (file, why) => {
      options.logger.warn(`spool: a payload that cannot be read was set aside as ${file}: ${why}`);
    });
  }

  /** True when nothing that hooks kept is left to take in, as far as the last look goes. */
  get empty(): boolean {
    return this.#empty;
  }

  /** Submits the oldest payloads, in the order they were kept. */
  tick(): void {
    const { now, intake, submit, lost, logger } = this.#options;
    const dropped = this.#spool.takeDropped();
    if (dropped > 0) lost(dropped);
    const kept = this.#spool.peek(now(), this.#stuck);
    this.#empty = kept.length === 0;
    for (const spooled of kept) {
      const { file, body, at, sent } = spooled;
      if (this.#underWay.has(file)) continue;
      try {
        const draft = intake(body, at);
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
