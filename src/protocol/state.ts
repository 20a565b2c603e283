// The shapes of what is going on right now: sessions, agents and usage, as snapshots and the HTTP API carry them.
import { z } from 'zod';

export const AGENT_STATES = [
  'working',
  'tool_running',
  'waiting_permission',
  'waiting_input',
  'idle',
  'offline',
] as const;
export const AgentState = z.enum(AGENT_STATES);
export type AgentState = z.infer<typeof AgentState>;

export const Counts = z.object({
  prompts: z.int(),
  turns: z.int(),
  tools: z.int(),
  failures: z.int(),
});

export const SessionState = z.object({
  sessionId: z.string(),
  source: z.string(),
  cwd: z.string(),
  name: z.string().optional(),
  state: AgentState,
  currentTool: z.string().optional().describe('The tool that started last and has no result yet.'),
  model: z.string().optional(),
  permissionMode: z.string().optional(),
  transcriptPath: z.string().optional(),
  startedBy: z.string().optional(),
  startedAt: z.int().describe('Milliseconds since 1970.'),
  lastActivityAt: z.int().describe('Milliseconds since 1970.'),
  counts: Counts,
});
export type SessionState = z.infer<typeof SessionState>;

export const AgentSnapshot = z.object({
  agentId: z.string(),
  sessionId: z.string(),
  agentType: z.string(),
  state: AgentState,
  currentTool: z.string().optional(),
  startedAt: z.int(),
  lastActivityAt: z.int(),
});
export type AgentSnapshot = z.infer<typeof AgentSnapshot>;

export const UsageTotals = z.object({
  input: z.int().describe('Input tokens outside the cache.'),
  output: z.int(),
  cacheRead: z.int(),
  cacheCreation: z.int(),
  costUsd: z.number().optional().describe("US dollars, the client's own figure where it tells one."),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const Usage = z.object({
  totals: UsageTotals,
  byModel: z.record(z.string(), UsageTotals),
  costUsd: z.number().optional(),
});
export type Usage = z.infer<typeof Usage>;
