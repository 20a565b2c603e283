// What came of handling an event, and trying again.
import { setTimeout as delay } from 'node:timers/promises';

export type Outcome =
  | { readonly kind: 'done' }
  /** `again`: another try may help, after at least `afterMs` milliseconds. */
  | { readonly kind: 'failed'; readonly why: string; readonly again: boolean; readonly afterMs?: number }
  /** It was not brought to an end, because hookline is to stop. */
  | { readonly kind: 'interrupted' };

export const DONE: Outcome = { kind: 'done' };
export const INTERRUPTED: Outcome = { kind: 'interrupted' };

/** Milliseconds before the first further try; it doubles with every one. */
const BASE_MS = 1_000;
const CAP_MS = 60_000;

export interface Retries {
  /** Further tries after the first. */
  readonly count: number;
  /** No further tries when it fires. */
  readonly stop: AbortSignal;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Milliseconds before the first further try. Default 1,000. */
  readonly baseMs?: number;
  /** Told of every try that failed and is followed by another. */
  readonly onRetry: (why: string, waitMs: number) => void;
}

/** Tries until it is done, final, or tried often enough. The waits double, with a random half, so that many do not come at once. */
export async function withRetries(attempt: () => Promise<Outcome>, retries: Retries): Promise<Outcome> {
  const { count, stop, random = Math.random, baseMs = BASE_MS, onRetry } = retries;
  for (let tried = 0; ; tried++) {
    const outcome = await attempt();
    if (outcome.kind !== 'failed' || !outcome.again || tried >= count) return outcome;
    const bound = Math.min(CAP_MS, baseMs * 2 ** tried);
    const waitMs = Math.max(outcome.afterMs ?? 0, Math.round(bound * (0.5 + random() / 2)));
    onRetry(outcome.why, waitMs);
    await delay(waitMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return INTERRUPTED;
  }
}
