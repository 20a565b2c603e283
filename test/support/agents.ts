// The agents as the engine uses them, one step at a time: from a body to its event, and to what that adds to the log.
import { makeAgents } from '../../src/agents/index.ts';
import type { DedupState } from '../../src/dedup/dedup-state.ts';
import { Reconciler } from '../../src/dedup/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeSanitizer, type Sanitizer } from '../../src/sanitize/index.ts';

export const agents = makeAgents({ claudeDir: '/nowhere/.claude' });

/** @throws InvalidPayloadError; an error where a body tells nothing */
export function makeIntake(
  sanitize: Sanitizer = makeSanitizer(),
): (body: unknown, now: number) => EventDraft {
  return (body, now) => {
    const agent = agents.find(one => one.claims(body));
    const draft = agent?.translate(sanitize(agent.read(body)), now);
    if (!draft) throw new Error('this body tells no event');
    return draft;
  };
}

export const makeReconciler = (state?: DedupState): Reconciler =>
  new Reconciler(source => agents.find(agent => agent.source === source)?.implied, state);
