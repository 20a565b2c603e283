// What a session's document is made of: its events, asked for as they are needed, and what it has used.
import type { EventEnvelope, PromptUsage, Usage } from '../../protocol/index.ts';
import type { Place } from './outline.ts';

export interface Source {
  readonly sessionId: string;
  /** Of the hookline that writes. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly usage: Usage;
  /** What the last prompts have used. */
  readonly prompts: readonly PromptUsage[];
  /** All events of the session, in the order of the log, a few at a time; first those from before hookline. */
  pages(): AsyncGenerator<Page>;
  /** One of them; undefined when it has been deleted meanwhile. */
  event(place: Place): Promise<EventEnvelope | undefined>;
}

export interface Page {
  readonly log: Place['log'];
  readonly events: readonly EventEnvelope[];
}
