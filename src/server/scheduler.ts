// What has to be done again and again, until the daemon stops; one that fails is reported and tried again.

/** Told what failed, and how. */
export type Report = (what: string, error: unknown) => void;

export class Scheduler {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Does the task every `ms` milliseconds, unless it is still at it from the time before. */
  every(ms: number, what: string, task: () => void | Promise<void>): void {
    let busy = false;
    const turn = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        await task();
      } catch (error) {
        this.#report(what, error);
      } finally {
        busy = false;
      }
    };
    this.#timers.push(setInterval(() => void turn(), ms).unref());
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
