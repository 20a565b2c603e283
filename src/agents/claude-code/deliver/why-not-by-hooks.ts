// Where hooks must not bring messages, whichever of them would: they go round nobody who decides what comes in.
import type { Registered } from '../watch/session-registry.ts';
import { mayHaveInbox } from '../ways.ts';
import { hasInbox } from './has-inbox.ts';

/** A client opens its inbox as it starts: until then a missing one says nothing, in milliseconds. */
const STARTING_MS = 10_000;

/**
 * The reason, for people; undefined where there is none.
 *
 * @param registered whoever has registered that it has the session open
 * @param now milliseconds since 1970
 */
export function whyNotByHooks(
  registered: readonly Registered[],
  permissionMode: string | undefined,
  now: number,
): string | undefined {
  if (permissionMode === 'bypassPermissions')
    return 'it bypasses permissions, and its client cannot ask its user what may come in';
  const alive = registered.filter(one => one.process === 'alive');
  if (registered.length > 0 && alive.length === 0) return 'its process is gone';
  const mayOpen = ({ startedAt = 0 }: Registered): boolean => now - startedAt < STARTING_MS;
  if (alive.some(hasInbox)) return 'its client has an inbox, which decides what comes in';
  if (alive.some(one => one.messagingSocketPath === undefined && mayHaveInbox(one.version) && mayOpen(one)))
    return 'its client is about to open its inbox';
  return undefined;
}
