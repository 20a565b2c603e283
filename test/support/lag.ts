// Frames that reach a test late, as on a busy machine: what looks at one thing and then counts another fails at once, not one day.

/** How late, in milliseconds: `TEST_LAG_MS`, default 0. */
const LAG_MS = Number(process.env['TEST_LAG_MS'] ?? 0);

/** Does what comes from the socket, or that much later; the order stays. */
export function lagging(take: () => void): void {
  if (LAG_MS > 0) setTimeout(take, LAG_MS);
  else take();
}
