// Work that ends when its time is up, or when somebody else ends it.

/**
 * Does something with a signal that fires after `ms` milliseconds (undefined: never; reason: `TimeoutError`), or with the first of `signals`,
 * with its reason. Not by `AbortSignal.any([…, AbortSignal.timeout(ms)])`: on Node 20 the time of such a signal may never come, for nothing
 * keeps its parts from being collected (nodejs/node#57736).
 */
export async function withDeadline<T>(
  ms: number | undefined,
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const late = (): void =>
    ended.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  const timer = ms === undefined ? undefined : setTimeout(late, ms);
  const ignore = signals.map(signal => follow(signal, ended));
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(timer);
    for (const leave of ignore) leave();
  }
}

/** Fires with another. Returns what ends that. */
function follow(signal: AbortSignal | undefined, ended: AbortController): () => void {
  const fire = (): void => ended.abort(signal?.reason);
  if (signal?.aborted) fire();
  signal?.addEventListener('abort', fire);
  return () => signal?.removeEventListener('abort', fire);
}
