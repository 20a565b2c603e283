// What the story of a session is made of: turns and their steps, subagents inside, and which topics tell of them.
import type { UsageTotals } from '../../protocol/index.ts';

export interface ToolStep {
  readonly kind: 'tool';
  readonly at: number;
  readonly toolUseId: string;
  readonly toolName: string;
  /** The telling part of its input. */
  readonly what: string;
  /** `open`: no result was told. */
  outcome: 'ok' | 'failed' | 'interrupted' | 'open';
  durationMs?: number;
  /** When the user was asked for permission; absent when nobody was. */
  askedAt?: number;
  /** How long it took the user to answer, in milliseconds. */
  waitedMs?: number;
  error?: string;
  /** The subagents it started. */
  readonly agents: AgentRun[];
}

export interface SaidStep {
  readonly kind: 'said';
  readonly at: number;
  readonly by: 'agent' | 'user';
  readonly text: string;
}

export interface NoteStep {
  readonly kind: 'note';
  readonly at: number;
  readonly text: string;
}

export interface AgentRun {
  readonly kind: 'agent';
  readonly at: number;
  readonly agentId: string;
  agentType: string;
  description?: string;
  endedAt?: number;
  readonly steps: Step[];
  used: UsageTotals;
}

export type Step = ToolStep | SaidStep | NoteStep | AgentRun;

export interface Turn {
  readonly kind: 'turn';
  readonly at: number;
  readonly promptId?: string;
  readonly prompt: string;
  endedAt?: number;
  outcome: 'completed' | 'failed' | 'open';
  error?: string;
  readonly steps: Step[];
  /** Its subagents included. */
  used: UsageTotals;
}

/** What the topics of the story are, for whoever fetches the events. */
export const STORY_TOPICS = [
  'session.{discovered,updated,removed}',
  'prompt.submitted',
  'turn.*',
  'tool.{use,result}',
  'permission.*',
  'agent.{started,updated,stopped}',
  'message.assistant',
  'context.compacted',
  'model.switched',
  'elicitation.*',
] as const;
