// Taking back what waits for a name: not without having been told to, and saying how much it is.
import { z } from 'zod';
import type { Api } from '../api.ts';
import { UsageError } from '../failure.ts';
import { Inboxes } from '../inbox.ts';
import { inboxOf } from './holder.ts';

const Purged = z.object({ purged: z.number() });

/** How much there is for a name: what can be taken back, and what was given and is not known to have arrived. */
export async function openFor(api: Api, name: string): Promise<{ waiting: number; given: number }> {
  const { inboxes } = await api.get('/api/inbox', Inboxes);
  const { queued = 0, held = 0, accepted = 0 } = inboxes.find(one => one.name === name) ?? {};
  return { waiting: queued + held, given: accepted };
}

/** Takes back whatever waits; returns how much that was. */
export async function takeBack(api: Api, name: string): Promise<number> {
  return (await api.delete(inboxOf(name), Purged)).purged;
}

/**
 * Refuses what was not said on purpose.
 *
 * @param what it would do
 * @param count how much it would do that to; when nobody can tell, the question stands without it
 * @throws UsageError
 */
export async function askForYes(what: string, count: () => Promise<string>): Promise<never> {
  const much = await count().catch(() => undefined);
  throw new UsageError(`${what}${much === undefined ? '' : ` (${much})`}; to do so, say it with --yes`);
}

export const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
