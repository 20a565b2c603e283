// What is known about a session and its subagents besides what they are doing, and how events add to it.

import {
  type AgentSnapshot,
  type CurrentPrompt,
  type EventDraft,
  head,
  type PromptOrigin,
  type SessionState,
  UsageTotals,
} from '../protocol/index.ts';
import { type Data, int, text } from './read.ts';

type Doing =
  | 'state'
  | 'stateSince'
  | 'currentTool'
  | 'currentTools'
  | 'lastTools'
  | 'pendingPermission'
  | 'contextWindow';

export type SessionAttributes = Omit<
  SessionState,
  Doing | 'waitingFor' | 'atTerminal' | 'usage' | 'overBudget'
>;
export type AgentAttributes = Omit<AgentSnapshot, Doing | 'usage'>;

/** Characters of a prompt and of last words that are shown. */
const PROMPT = 500;
const MESSAGE = 300;

/** @param counts of the session before it ended and went on */
export function newSessionAttributes(
  { sessionId, source, timestamp }: EventDraft,
  counts: SessionAttributes['counts'] = { prompts: 0, turns: 0, tools: 0, failures: 0 },
): SessionAttributes {
  return {
    sessionId,
    source,
    cwd: '',
    project: '',
    startedAt: timestamp,
    lastActivityAt: timestamp,
    counts: { ...counts },
  };
}

export function newAgentAttributes(
  { sessionId, timestamp, data }: EventDraft,
  agentId: string,
): AgentAttributes {
  return {
    agentId,
    sessionId,
    agentType: text(data, 'agentType') ?? '',
    startedAt: timestamp,
    lastActivityAt: timestamp,
    counts: { tools: 0, failures: 0 },
  };
}

/** Takes over what an event says about its session. @param counts whether it tells something that was not counted yet */
export function describeSession(about: SessionAttributes, event: EventDraft, counts: boolean): void {
  const { type, data, timestamp, agentId } = event;
  // That something became known is no activity; what the agent says of itself is.
  const at = type === 'session.updated' ? (int(data, 'statusAt') ?? 0) : timestamp;
  const node = nodeOf(data);
  if (node !== undefined) about.node = node;
  if (type !== 'agent.updated') about.lastActivityAt = Math.max(about.lastActivityAt, at);
  if (counts) count(about.counts, event);
  // Subagents may work elsewhere, and under other rules.
  if (agentId !== undefined) return;
  const cwd = text(data, 'cwd');
  if (cwd) about.cwd = cwd;
  if (cwd && about.project === '') about.project = cwd;
  const permissionMode = text(data, 'permissionMode');
  if (permissionMode) about.permissionMode = permissionMode;
  const transcriptPath = text(data, 'transcriptPath') ?? text(event.hook?.payload ?? {}, 'transcript_path');
  if (transcriptPath) about.transcriptPath = transcriptPath;
  if (type === 'session.discovered' || type === 'session.updated') identify(about, event);
  else if (type === 'model.switched') switchModel(about, text(data, 'to'));
  else if (type === 'prompt.submitted') prompt(about, event);
  else if (type === 'prompt.updated') correct(about, event);
  else speak(about, event);
}

/** The machine that told it, in the log of a hub. */
function nodeOf({ node }: EventDraft['data']): string | undefined {
  return typeof node === 'object' && node !== null ? text(node as Data, 'name') : undefined;
}

/** Takes over what an event of a subagent says about it. @param counts as of `describeSession` */
export function describeAgent(about: AgentAttributes, event: EventDraft, counts: boolean): void {
  const { type, data, timestamp } = event;
  about.agentType = text(data, 'agentType') ?? about.agentType;
  // Its transcript may have told of it before its hooks, which all say what it is.
  if (about.agentType === '') about.agentType = text(event.hook?.payload ?? {}, 'agent_type') ?? '';
  if (type === 'agent.updated') {
    for (const key of ['toolUseId', 'description', 'model'] as const) {
      const value = text(data, key);
      if (value) about[key] = value;
    }
    return;
  }
  about.lastActivityAt = Math.max(about.lastActivityAt, timestamp);
  if (counts) count(about.counts, event);
  speak(about, event);
}

const TEXTS = [
  'name',
  'summary',
  'model',
  'gitBranch',
  'version',
  'entrypoint',
  'kind',
  'procStart',
] as const;

function identify(about: SessionAttributes, { type, data }: EventDraft): void {
  for (const key of TEXTS) {
    const value = text(data, key);
    if (value) about[key] = value;
  }
  const pid = int(data, 'pid');
  if (pid !== undefined) about.pid = pid;
  const startedBy = text(data, 'startedBy');
  // Compaction starts the conversation anew, not the session.
  if (type !== 'session.discovered' || !startedBy || startedBy === 'compact') return;
  about.startedBy = startedBy;
  about.project = text(data, 'cwd') ?? about.project;
}

function switchModel(about: SessionAttributes, model: string | undefined): void {
  if (model) about.model = model;
}

/** How the client submits the news of a task in the background, as if the user had (Claude Code 2.1.329). */
const NEWS = '<task-notification>';

function prompt(about: SessionAttributes, { timestamp: at, data }: EventDraft): void {
  const promptId = text(data, 'promptId');
  const told: CurrentPrompt = {
    ...(promptId === undefined ? {} : { promptId }),
    text: head(text(data, 'prompt') ?? '', PROMPT),
    at,
    ...(isOrigin(data['origin']) ? { origin: data['origin'] } : {}),
  };
  const { currentPrompt, userPrompt } = about;
  show(about, newest([currentPrompt, told]) ?? told, [userPrompt, currentPrompt, told]);
}

/** @param known all that may be the user's own. */
function show(
  about: SessionAttributes,
  current: CurrentPrompt,
  known: readonly (CurrentPrompt | undefined)[],
): void {
  const own = newest(known.filter(isOwn));
  about.currentPrompt = current;
  if (own && own !== current) about.userPrompt = own;
  else delete about.userPrompt;
}

/** It turned out who the prompt is from that it works on. */
function correct(about: SessionAttributes, { data }: EventDraft): void {
  const { currentPrompt, userPrompt } = about;
  const words = head(text(data, 'prompt') ?? '', PROMPT);
  if (currentPrompt?.text !== words || !isOrigin(data['origin'])) return;
  const corrected = { ...currentPrompt, origin: data['origin'] };
  show(about, corrected, [userPrompt, corrected]);
}

const isOrigin = (value: unknown): value is PromptOrigin =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** Of what a log of before says nothing about its origin, the words tell. */
const isOwn = (one: CurrentPrompt | undefined): boolean =>
  one?.origin === undefined ? !one?.text.startsWith(NEWS) : one.origin.kind === 'user';

/** The one that was submitted last; of those at the same time, the one that was told last. */
const newest = (prompts: readonly (CurrentPrompt | undefined)[]): CurrentPrompt | undefined =>
  prompts.reduce((last, one) => (one && (!last || one.at >= last.at) ? one : last), undefined);

/** What the client names a message that no model wrote (Claude Code 2.1.329). */
const NO_MODEL = '<synthetic>';

function speak(about: SessionAttributes | AgentAttributes, { type, data }: EventDraft): void {
  const model = type === 'message.assistant' ? text(data, 'model') : undefined;
  if (model && model !== NO_MODEL) fill(about, model, data['usage']);
  // How much is left of it, the next message tells.
  if (type === 'context.compacted') delete about.contextTokens;
  const said = type === 'message.assistant' ? text(data, 'text') : text(data, 'lastMessage');
  if (said) about.lastMessage = head(said, MESSAGE);
}

/** What a message was written from is what the context holds; the client's own share is of that, too (Claude Code 2.1.332). */
function fill(about: SessionAttributes | AgentAttributes, model: string, usage: unknown): void {
  about.model = model;
  const used = UsageTotals.safeParse(usage);
  if (!used.success) return;
  const { input, cacheRead, cacheCreation } = used.data;
  const tokens = input + cacheRead + cacheCreation;
  if (tokens > 0) about.contextTokens = tokens;
}

interface Counts {
  prompts?: number;
  turns?: number;
  tools: number;
  failures: number;
}

function count(counts: Counts, { type, data }: EventDraft): void {
  if (type === 'prompt.submitted' && counts.prompts !== undefined) counts.prompts++;
  else if (type === 'turn.completed' && counts.turns !== undefined) counts.turns++;
  else if (type === 'tool.use') counts.tools++;
  else if (type === 'turn.failed') counts.failures++;
  else if (type === 'tool.result' && data['success'] === false) counts.failures++;
}
