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
  prompts: z.int().describe('Prompts submitted.'),
  turns: z.int().describe('Turns completed.'),
  tools: z.int().describe('Tool calls begun.'),
  failures: z.int().describe('Tool calls and turns that failed.'),
});

export const SessionState = z.object({
  sessionId: z.string().describe('Names the session.'),
  source: z.string().describe('Who runs it: `claude-code`, ...'),
  cwd: z.string().describe('Its working directory.'),
  name: z.string().optional().describe('Its title.'),
  state: AgentState,
  currentTool: z.string().optional().describe('The tool that started last and has no result yet.'),
  model: z.string().optional().describe('The model it uses.'),
  permissionMode: z.string().optional().describe('`default`, `plan`, `acceptEdits`, ...'),
  transcriptPath: z.string().optional().describe('Its own journal, a JSONL file.'),
  startedBy: z.string().optional().describe('`startup`, `resume`, `clear`, `compact`, `fork` or `hook`.'),
  startedAt: z.int().describe('Milliseconds since 1970.'),
  lastActivityAt: z.int().describe('Milliseconds since 1970.'),
  counts: Counts,
});
export type SessionState = z.infer<typeof SessionState>;

export const AgentSnapshot = z.object({
  agentId: z.string().describe('Names the subagent.'),
  sessionId: z.string().describe('The session it works for.'),
  agentType: z.string().describe('`general-purpose`, `code-reviewer`, ...'),
  state: AgentState,
  currentTool: z.string().optional().describe('The tool that started last and has no result yet.'),
  startedAt: z.int().describe('Milliseconds since 1970.'),
  lastActivityAt: z.int().describe('Milliseconds since 1970.'),
});
export type AgentSnapshot = z.infer<typeof AgentSnapshot>;

export const UsageTotals = z.object({
  input: z.int().describe('Input tokens outside the cache.'),
  output: z.int().describe('Output tokens.'),
  cacheRead: z.int().describe('Input tokens read from the cache.'),
  cacheCreation: z.int().describe('Input tokens written to the cache.'),
  costUsd: z.number().optional().describe("US dollars, the client's own figure where it tells one."),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const Usage = z.object({
  totals: UsageTotals,
  byModel: z.record(z.string(), UsageTotals),
  costUsd: z.number().optional(),
});
export type Usage = z.infer<typeof Usage>;
