// The shapes of what is going on right now: sessions and agents, as snapshots and the HTTP API carry them.
import { z } from 'zod';
import { PromptOrigin } from './prompt-origin.ts';
import { UsageTotals } from './usage.ts';

export const AGENT_STATES = [
  'working',
  'tool_running',
  'waiting_permission',
  'waiting_input',
  'idle',
  'offline',
] as const;
export const AgentState = z
  .enum(AGENT_STATES)
  .describe(
    '`working`: a turn is under way. `tool_running`: and a tool runs in it. `waiting_permission`, `waiting_input`: the user is asked to allow or to answer something. `idle`: the turn is over. `offline`: it is gone, or a subagent that came to rest.',
  );
export type AgentState = z.infer<typeof AgentState>;

const time = (description: string) => z.int().describe(`${description}, in milliseconds since 1970.`);
const what = z
  .string()
  .optional()
  .describe('The telling part of its input, cut short: the command, the file, ...');

export const Counts = z.object({
  prompts: z.int().describe('Prompts submitted.'),
  turns: z.int().describe('Turns completed.'),
  tools: z.int().describe('Tool calls begun.'),
  failures: z
    .int()
    .describe('Tool calls and turns that failed. What the user stopped counts once, with all its calls.'),
});
export const AgentCounts = Counts.pick({ tools: true, failures: true });

export const RunningTool = z.object({
  toolUseId: z.string().describe('Names the call.'),
  toolName: z.string().describe('`Bash`, `Read`, `mcp__server__tool`, ...'),
  what,
  startedAt: time('When the call began'),
});
export type RunningTool = z.infer<typeof RunningTool>;

export const FinishedTool = RunningTool.extend({
  durationMs: z.number().optional().describe('How long it took, in milliseconds.'),
  outcome: z.enum(['ok', 'failed', 'interrupted']).describe('How it ended.'),
});
export type FinishedTool = z.infer<typeof FinishedTool>;

export const PendingPermission = z.object({
  toolName: z.string().describe('The tool that may not run yet.'),
  what,
  toolUseId: z.string().optional().describe('The call, where it could be told which one it is.'),
  agentId: z.string().optional().describe('The subagent that asks; absent for the main agent.'),
  since: time('Since when the user is asked'),
  requestId: z.string().optional().describe('The request, while it can be answered from outside.'),
});
export type PendingPermission = z.infer<typeof PendingPermission>;

export const CurrentPrompt = z.object({
  promptId: z.string().optional().describe('Names the prompt.'),
  text: z.string().describe('Its words, cut short.'),
  at: time('When it was submitted'),
  origin: PromptOrigin.optional().describe('Who it is from.'),
});
export type CurrentPrompt = z.infer<typeof CurrentPrompt>;

export const TurnFailure = z.object({
  at: time('When it failed'),
  error: z.string().optional().describe('The kind of error, as `turn.failed` tells it: `rate_limit`, ...'),
  errorDetails: z.string().optional().describe('More about it, cut short.'),
});
export type TurnFailure = z.infer<typeof TurnFailure>;

/** What sessions and subagents have in common. */
const doing = {
  state: AgentState,
  stateSince: time('Since when it is in that state'),
  currentTool: z.string().optional().describe('The tool that started last and has no result yet.'),
  currentTools: z.array(RunningTool).describe('All calls without a result yet, in the order they began.'),
  lastTools: z.array(FinishedTool).describe('The last ten calls that ended, newest last.'),
  lastMessage: z.string().optional().describe('What it said last, cut short.'),
  contextTokens: z
    .int()
    .optional()
    .describe(
      'Tokens in its context, as the last message of the model was written from them; absent until there is one.',
    ),
  contextWindow: z
    .int()
    .optional()
    .describe('Tokens that fit into the context, as far as the model is known.'),
  startedAt: time('When it started, or was seen first'),
  lastActivityAt: time('When it was last heard of'),
};

export const SessionState = z.object({
  sessionId: z.string().describe('Names the session.'),
  source: z.string().describe('Who runs it: `claude-code`, ...'),
  node: z.string().optional().describe('The machine it runs on; on a hub only.'),
  cwd: z.string().describe('Its working directory.'),
  project: z.string().describe('The folder it was started in; `cwd` may move on from there.'),
  name: z.string().optional().describe('Its title.'),
  summary: z.string().optional().describe('What it works on, in its own words.'),
  ...doing,
  pendingPermission: PendingPermission.optional().describe(
    'What the user is asked to allow, by the session or a subagent of it; the oldest, when there are several.',
  ),
  waitingFor: z.string().optional().describe('What it waits for, in words, in state `waiting_input`.'),
  atTerminal: z
    .boolean()
    .optional()
    .describe(
      'True while it waits for something that no hook has told of: only its terminal shows what, and takes an answer.',
    ),
  currentPrompt: CurrentPrompt.optional().describe('The prompt it works on, or worked on last.'),
  userPrompt: CurrentPrompt.optional().describe(
    "The user's own last prompt, when `currentPrompt` is none: the client submits the news of tasks in the background as prompts.",
  ),
  failure: TurnFailure.optional().describe(
    'Why the last turn of its main agent failed: until that does something again. What the user breaks off is no failure.',
  ),
  model: z.string().optional().describe('The model it uses.'),
  permissionMode: z.string().optional().describe('`default`, `plan`, `acceptEdits`, ...'),
  gitBranch: z.string().optional().describe('The branch checked out where it works.'),
  version: z.string().optional().describe("The agent's version."),
  entrypoint: z.string().optional().describe('How it was started: `cli`, `sdk-cli`, ...'),
  kind: z.string().optional().describe('`interactive`, ...'),
  pid: z.int().optional().describe("The agent's process."),
  procStart: z.string().optional().describe('When that process began, as its operating system counts.'),
  transcriptPath: z.string().optional().describe('Its own journal, a JSONL file.'),
  startedBy: z.string().optional().describe('`startup`, `resume`, `clear`, `fork`, `hook` or `found`.'),
  counts: Counts,
  usage: UsageTotals.describe('What it has used so far, its subagents included.'),
  overBudget: z
    .number()
    .optional()
    .describe('The largest budget for a session that it has crossed, in US dollars; absent for none.'),
});
export type SessionState = z.infer<typeof SessionState>;

export const AgentSnapshot = z.object({
  agentId: z.string().describe('Names the subagent.'),
  sessionId: z.string().describe('The session it works for.'),
  agentType: z.string().describe('`general-purpose`, `code-reviewer`, ...'),
  parent: z.string().optional().describe('The subagent that started it; absent when the main agent did.'),
  description: z.string().optional().describe('What it is for, in a few words.'),
  toolUseId: z.string().optional().describe('The tool call that started it.'),
  ...doing,
  pendingPermission: PendingPermission.optional().describe('What it asks the user to allow.'),
  model: z.string().optional().describe('The model it uses.'),
  counts: AgentCounts,
  usage: UsageTotals.describe('What it has used so far.'),
});
export type AgentSnapshot = z.infer<typeof AgentSnapshot>;
