// Loads something again whenever what it is made of may have changed: one question at a time, so that no old answer comes last.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { untilAnswered } from './again.ts';
import type { ApiError } from './api.ts';
import type { Live } from './live.ts';

/** How long it rests between two loads, in milliseconds: seen, or in the background; and never less than so many times what a load takes. */
const REST = { seenMs: 250, hiddenMs: 1500, times: 3 };

export interface KeptOptions {
  readonly live: Live;
  readonly signal: AbortSignal;
  /** Whether an event may change it. */
  readonly isMovedBy: (event: EventEnvelope) => boolean;
  readonly load: () => Promise<void>;
  /** What to say meanwhile, or for good. */
  readonly failed: (error: ApiError) => void;
}

/** Loads at once; returns a function that asks for it once more. */
export function keepLoaded({ live, signal, isMovedBy, load, failed }: KeptOptions): () => void {
  let state: 'resting' | 'asked' | 'loading' | 'loading, and asked' = 'resting';
  let restsUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<void> => {
    state = 'loading';
    const began = performance.now();
    await untilAnswered(live, signal, load, failed);
    const least = globalThis.document?.hidden ? REST.hiddenMs : REST.seenMs;
    const now = performance.now();
    restsUntil = now + Math.max(least, REST.times * (now - began));
    const isAsked = (state as string) === 'loading, and asked';
    state = 'resting';
    if (isAsked) ask();
  };
  const ask = (): void => {
    if (signal.aborted) return;
    if (state === 'loading') state = 'loading, and asked';
    if (state !== 'resting') return;
    state = 'asked';
    timer = setTimeout(() => void run(), Math.max(0, restsUntil - performance.now()));
  };

  live.on('events', ({ detail }) => detail.some(isMovedBy) && ask(), { signal });
  live.on('renumbered', ask, { signal });
  // What happened meanwhile may be gone from the log.
  live.on('phase', () => live.phase.phase === 'live' && ask(), { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  void run();
  return ask;
}
