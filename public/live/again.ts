// Loads that outlive the daemon: what it did not answer because it was away is asked once more when it is back.

import { ApiError } from './api.ts';
import type { Live } from './live.ts';

/** Whether the daemon was away or had trouble of its own, so that the same question may be answered later. */
export const isAway = ({ status }: ApiError): boolean => status === 0 || status >= 500;

/**
 * Runs `load`, and again each time the connection stands again, until it was answered or the signal aborts.
 *
 * @param failed called with each ApiError: what to say meanwhile, or for good; default: nothing. Any other error is thrown.
 */
export async function untilAnswered<T>(
  live: Live,
  signal: AbortSignal,
  load: () => Promise<T>,
  failed: (error: ApiError) => void = () => {},
): Promise<T | undefined> {
  for (;;) {
    const back = nextTimeLive(live, signal);
    try {
      return await load();
    } catch (error) {
      if (signal.aborted || (error instanceof DOMException && error.name === 'AbortError')) return undefined;
      if (!(error instanceof ApiError)) throw error;
      failed(error);
      if (!isAway(error)) return undefined;
      await back.promise;
      if (signal.aborted) return undefined;
    } finally {
      back.forget();
    }
  }
}

/** Listened for from before the question on: the daemon may be back before its failure is known here. */
function nextTimeLive(live: Live, signal: AbortSignal): { promise: Promise<void>; forget: () => void } {
  const { promise, resolve } = withResolvers();
  const over = new AbortController();
  const hear = (): void => {
    if (live.phase.phase === 'live') resolve();
  };
  live.addEventListener('phase', hear, { signal: over.signal });
  signal.addEventListener('abort', resolve, { signal: over.signal });
  return { promise, forget: () => over.abort() };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
