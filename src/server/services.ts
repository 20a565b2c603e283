// Starts services in order, does their chores while they run, and stops them in the reverse order.
import type { Service } from '../service.ts';
import { type Report, Scheduler } from './scheduler.ts';

export class Services {
  readonly #services: readonly Service[];
  readonly #report: Report;
  readonly #scheduler: Scheduler;
  #started: Service[] = [];

  constructor(services: readonly Service[], report: Report) {
    this.#services = services;
    this.#report = report;
    this.#scheduler = new Scheduler(report);
  }

  /** @throws what a service cannot start for; those that did are stopped then. */
  async start(): Promise<void> {
    try {
      for (const service of this.#services) {
        await service.start?.();
        this.#started.push(service);
        for (const { everyMs, what, run } of service.chores ?? []) this.#scheduler.every(everyMs, what, run);
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#scheduler.stop();
    const started = this.#started;
    this.#started = [];
    for (const service of started.toReversed()) {
      try {
        await service.stop?.();
      } catch (error) {
        this.#report(`${service.name}: it could not be stopped in order`, error);
      }
    }
  }

  /** What is wrong, if anything is. */
  health(): string | undefined {
    for (const service of this.#started) {
      const problem = service.health?.();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
}
