// What a session is doing, in the few words that clients of a room know.
import { z } from 'zod';
import type { AgentState } from '../protocol/index.ts';

export interface Status {
  readonly status: string;
  readonly detail?: string | undefined;
}

/** How a program, or a model, says how far it is: the payload of a message of type `status`. */
export const StatusPayload = z.object({
  status: z.string().min(1).max(64),
  detail: z.string().max(4096).optional(),
});
export const STATUS_TYPE = 'status';

/** @param currentTool the tool that runs, or waits to */
export function statusOf(state: AgentState, currentTool: string | undefined): Status {
  switch (state) {
    case 'working':
      return { status: 'thinking' };
    case 'tool_running':
      return { status: 'tool_use', ...(currentTool === undefined ? {} : { detail: currentTool }) };
    case 'waiting_permission':
      return { status: 'tool_use', detail: `${currentTool ?? 'a tool'} waits to be allowed` };
    case 'waiting_input':
      return { status: 'idle', detail: 'waits for its user' };
    case 'idle':
      return { status: 'idle' };
    case 'offline':
      return { status: 'idle', detail: 'the session has ended' };
  }
}
