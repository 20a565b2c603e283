// The door of the agents: all that hookline knows, the most particular first.
import type { Agent } from './agent.ts';
import { type ClaudeCodeOptions, claudeCode } from './claude-code/claude-code.ts';
import { generic } from './generic/generic.ts';

export {
  type Agent,
  InvalidPayloadError,
  type Past,
  type PastSession,
  type RawTranscript,
  type Watch,
} from './agent.ts';

export { noAgent } from './none.ts';

/** What has to be known to reach the agents: where their folders are. */
export type AgentsOptions = ClaudeCodeOptions;

/** MUST be asked in this order whose a body is. */
export function makeAgents(options: AgentsOptions): readonly Agent[] {
  return [generic, claudeCode(options)];
}
