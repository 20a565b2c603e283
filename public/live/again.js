// Loads that outlive the daemon: what it did not answer because it was away is asked once more when it is back.

/** Whether the daemon was away or had trouble of its own, so that the same question may be answered later. */
export const isAway = ({ status }) => status === 0 || status >= 500;

/**
 * Runs `load`, and again each time the connection stands again, until it was answered or the signal aborts.
 *
 * @param failed called with each ApiError: what to say meanwhile, or for good; default: nothing. Any other error is thrown.
 */
export async function untilAnswered(live, signal, load, failed = () => {}) {
  for (;;) {
    const back = nextTimeLive(live, signal);
    try {
      return await load();
    } catch (error) {
      if (error.name === 'AbortError' || signal.aborted) return;
      if (error.name !== 'ApiError') throw error;
      failed(error);
      if (!isAway(error)) return;
      await back.promise;
      if (signal.aborted) return;
    } finally {
      back.forget();
    }
  }
}

/** Listened for from before the question on: the daemon may be back before its failure is known here. */
function nextTimeLive(live, signal) {
  let forget;
  const promise = new Promise(resolve => {
    const hear = () => live.phase.phase === 'live' && resolve();
    live.addEventListener('phase', hear);
    signal.addEventListener('abort', resolve);
    forget = () => {
      live.removeEventListener('phase', hear);
      signal.removeEventListener('abort', resolve);
    };
  });
  return { promise, forget };
}
