// What an agent says once, and whether it says it twice only because a hook fired twice: nothing else happened in between then.
import { createHash } from 'node:crypto';
import type { EventDraft } from '../protocol/index.ts';

type Told = Pick<EventDraft, 'type' | 'agentId' | 'data' | 'timestamp' | 'hook'>;

/** Told by a hook that says which turn it belongs to; within a turn the same is not said again without anything in between. */
export interface Utterance {
  readonly type: string;
  /** Stands for the whole payload. */
  readonly digest: string;
  readonly at: number;
  readonly agentId?: string;
}

/** Everything else that could be told twice has an id of its own, or may well be the same again. */
const SAID: ReadonlySet<string> = new Set([
  'prompt.submitted',
  'turn.completed',
  'turn.failed',
  'tool.batch',
  'message.displayed',
]);

/** That something became known is not a thing that happens. */
const KNOWLEDGE: ReadonlySet<string> = new Set(['session.updated', 'agent.updated']);

/** The utterance that an event is, if it is one. */
export function utteranceOf({ type, agentId, data, timestamp, hook }: Told): Utterance | undefined {
  if (!hook || !SAID.has(type) || typeof data['promptId'] !== 'string') return undefined;
  const digest = createHash('sha256').update(JSON.stringify(hook.payload)).digest('base64');
  return { type, digest, at: timestamp, ...(agentId === undefined ? {} : { agentId }) };
}

/** Whether an event shows that whoever said it went on. What was told late, or in other words, happened before it. */
export function goesOn({ type, at, agentId }: Utterance, event: Told): boolean {
  if (event.agentId !== agentId || event.timestamp <= at || KNOWLEDGE.has(event.type)) return false;
  return type !== 'prompt.submitted' || event.type !== 'message.user';
}
