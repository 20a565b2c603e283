// The way of an event into the log: what came in together is reconciled, projected and committed together.
import type { LogRecord } from '../log/index.ts';
import type { EventDraft } from '../protocol/index.ts';

/** The stages a draft passes, in order. All are synchronous, so nobody ever sees the state between two of them. */
export interface Stages {
  /** What to append for what came in: nothing for a duplicate, more where something is missing before it. */
  reconcile(draft: EventDraft): readonly EventDraft[];
  /** Takes an event that is about to be appended into account; returns the events that follow from it. */
  project(event: EventDraft): readonly EventDraft[];
  /**
   * Makes the events durable, or at least readable, and gives them their seq. MUST take them, whatever the disk does:
   * they have been taken into account already.
   */
  append(events: readonly EventDraft[]): LogRecord[];
  /** The events can be read now. */
  committed(records: readonly LogRecord[]): void;
}

interface Waiting {
  readonly draft: EventDraft;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How long after a commit of many the next one waits for company, in milliseconds. */
const GATHER_MS = 2;
/** As many are not made to wait for more. */
const GATHER_MOST = 64;

/**
 * Group commit: whoever waits for a transaction is answered after it. What comes alone is committed in its own tick. Where many come
 * at once, and commit follows upon commit, the next one waits a little: most of what a commit costs, it costs once.
 */
export class Pipeline {
  readonly #stages: Stages;
  #waiting: Waiting[] = [];
  #scheduled = false;
  /** Until when what comes is thought to be one of many, by a clock that never jumps. */
  #crowdedUntil = 0;

  constructor(stages: Stages) {
    this.#stages = stages;
  }

  /** Resolves once the event is committed, or is known to tell nothing new. */
  submit(draft: EventDraft): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject });
      if (!this.#scheduled) this.#schedule();
      else if (this.#waiting.length === GATHER_MOST) setImmediate(() => this.flush());
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#commit(waiting);
    if (waiting.length > 1) this.#crowdedUntil = performance.now() + GATHER_MS;
  }

  #schedule(): void {
    this.#scheduled = true;
    if (performance.now() < this.#crowdedUntil) setTimeout(() => this.flush(), GATHER_MS / 2);
    else setImmediate(() => this.flush());
  }

  #commit(waiting: readonly Waiting[]): void {
    const taken: Waiting[] = [];
    const events: EventDraft[] = [];
    for (const one of waiting) {
      try {
        for (const draft of this.#stages.reconcile(one.draft)) this.#take(draft, events);
        taken.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
    try {
      if (events.length > 0) this.#stages.committed(this.#stages.append(events));
      for (const one of taken) one.resolve();
    } catch (error) {
      for (const one of taken) one.reject(error);
    }
  }

  #take(event: EventDraft, events: EventDraft[]): void {
    events.push(event);
    for (const derived of this.#stages.project(event)) this.#take(derived, events);
  }
}
