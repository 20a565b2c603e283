// Follows one request from when it is opened to how it ends, through a daemon or a network that is away for a while.
import type { RequestOfApproval } from '../../src/protocol/index.ts';
import { isAway } from '../live/again.ts';
import { ApiError, ask } from '../live/api.ts';

/** How a request ended, as the daemon tells it. */
export interface End {
  readonly outcome: string;
  readonly by: string;
  readonly message?: string;
}

export type Found = { readonly request: RequestOfApproval } | { readonly ended: End };

/** What becomes of it is told to these. */
export interface Watcher {
  found(found: Found): void;
  /** The daemon does not answer; it is asked again. */
  away(): void;
  /** Nothing can be seen here, and never will be: why. */
  refused(error: ApiError): void;
}

/** How long one question may take: the daemon answers within 25 s. In milliseconds. */
const PATIENCE_MS = 40_000;
/** Between questions that nobody answered, in milliseconds. */
const AGAIN_MS = { first: 500, most: 5000 };

/** The path of a request that a link opened. */
export const pathOf = (requestId: string): string => `/api/answer/${encodeURIComponent(requestId)}`;

/** Resolves once it has ended, or cannot be seen. */
export async function watchRequest(requestId: string, watcher: Watcher): Promise<void> {
  let failures = 0;
  let isKnown = false;
  for (;;) {
    const over = impatience();
    try {
      const found = await ask<Found>('GET', pathOf(requestId), {
        // The first is answered at once; a page that comes back after a while wants to know at once too.
        params: { wait: isKnown ? 'true' : undefined },
        signal: over.signal,
      });
      failures = 0;
      isKnown = true;
      watcher.found(found);
      if ('ended' in found) return;
    } catch (error) {
      isKnown = false;
      if (over.signal.reason === LOOKED_AT) continue;
      if (error instanceof ApiError && !isAway(error)) return watcher.refused(error);
      watcher.away();
      await rest(Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** failures++));
    } finally {
      over.end();
    }
  }
}

const LOOKED_AT = 'somebody looks at the page again';

/** Fires when a question takes too long, or somebody looks at the page again: what a phone that slept was told may be lost. */
function impatience(): { readonly signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException('no answer', 'TimeoutError')), PATIENCE_MS);
  const look = (): void => {
    if (!document.hidden) over.abort(LOOKED_AT);
  };
  document.addEventListener('visibilitychange', look);
  return {
    signal: over.signal,
    end() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}

/** Shorter when the network is back. */
const rest = (ms: number): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });
