// What is open in a session at a moment of its recording: conversations, their calls, and what runs in the background.
import type { Usage } from './recording.ts';
import type { JsonObject } from './shapes.ts';

/** A call of a tool. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  /** The MCP server whose tool it is. */
  readonly server: JsonObject | undefined;
  /** Second of its first hook. */
  readonly at: number;
  /** What the model has read of it, once it is over. */
  read?: unknown;
}

/** One API message. */
export interface Message {
  readonly id: string;
  readonly model: string;
  readonly stopReason: 'tool_use' | 'end_turn';
  readonly usage: Usage;
}

/** A subagent, and the transcript of its conversation. */
export interface Agent {
  readonly id: string;
  readonly type: unknown;
  readonly model: string;
  readonly file: string;
}

/** The main conversation, or a subagent's. */
export interface Conversation {
  readonly agent?: Agent;
  readonly file: string;
  prompt: string | undefined;
  /** The line written last. */
  parent: string | null;
  /** Calls of its last message. */
  calls: readonly Call[];
  /** How many it has made. */
  callCount: number;
}

/** A command or a subagent that was left running. */
export interface Task {
  readonly id: string;
  readonly kind: 'shell' | 'subagent';
  readonly call: Call;
  /** Where its output goes. */
  readonly file: string;
  readonly model?: string;
  ended?: true;
  /** Of a subagent that ended: its last words, and what it took. */
  report?: string;
  tokens?: number;
  calls?: number;
  duration?: number;
}
