// Waits for a condition instead of sleeping for luck.

/** On a machine that has ten times as much to do as it can. What has to be quicker says so. */
const PATIENCE_MS = 60_000;

/** Polls until `check` gives something truthy and returns it; fails with `what` after `timeoutMs` (default a minute). */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
