// The envelope every event travels in, and what an event is before the log gives it a seq.
import { z } from 'zod';

export const Seq = z.int().min(0).describe('Position in the log. The first event of an epoch has seq 1.');
export const Epoch = z
  .string()
  .min(1)
  .max(64)
  .describe('Names one numbering of the log; a seq means something only within it.');
export const SessionId = z.string().max(256);

export const EventEnvelope = z.object({
  type: z.string().describe('The dotted topic of the event.'),
  timestamp: z.int().describe('When it happened, in milliseconds since 1970.'),
  sessionId: SessionId.describe("The session it belongs to; empty for the daemon's own events."),
  agentId: z.string().optional().describe('The subagent it belongs to; absent for the main agent.'),
  source: z.string().describe('Who told it: `claude-code`, `hookline`, ...'),
  seq: z.int().min(1).describe('Position in the log.'),
  data: z.record(z.string(), z.unknown()).describe('What happened; its fields depend on `type`.'),
});

/** One event as clients see it. */
export type EventEnvelope = z.infer<typeof EventEnvelope>;

/** A hook's payload, redacted and trimmed, riding on the one event that carries it. */
export interface HookPayload {
  /** The second topic, `hook.<snake_case_event>`. */
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event that the log has not numbered yet. */
export interface EventDraft {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly sessionId: string;
  readonly agentId?: string;
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly hook?: HookPayload;
  /** Until when it may be told once more, in milliseconds since 1970; of what a hook kept though it had sent it. Not stored. */
  readonly againUntil?: number;
}
