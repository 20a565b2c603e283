// Subagents that were at work when their session was cleared: the same process goes on with them, under a new session.

import type { SavedActor } from './actor.ts';
import type { AgentAttributes } from './attributes.ts';
import type { Wait } from './pending.ts';

/** What a session left behind. */
export interface LeftBehind {
  readonly sessionId: string;
  /** The process that had it open. */
  readonly pid?: number | undefined;
  readonly procStart?: string | undefined;
  readonly agents: readonly SavedActor<AgentAttributes>[];
  /** What those still wait for. */
  readonly waits: readonly Wait[];
  /** The calls of theirs that start other subagents, and who made them. */
  readonly spawned: readonly (readonly [string, string])[];
}

/** A process goes on in seconds; of more sessions than that nobody is going to. */
const MOST = 20;

export class SessionHandoffs {
  #all: readonly LeftBehind[] = [];

  keep(left: LeftBehind): void {
    const others = this.#all.filter(({ sessionId }) => sessionId !== left.sessionId);
    this.#all = (left.agents.length > 0 ? [...others, left] : others).slice(-MOST);
  }

  /** What a process left behind. */
  of({ pid, procStart }: Pick<LeftBehind, 'pid' | 'procStart'>): readonly LeftBehind[] {
    return pid === undefined ? [] : this.#all.filter(one => one.pid === pid && one.procStart === procStart);
  }

  /** Hands over one of those that a session left behind, with what goes with it. */
  take(sessionId: unknown, agentId: string): LeftBehind | undefined {
    const left = this.#all.find(one => one.sessionId === sessionId);
    const agents = left?.agents.filter(({ shown }) => shown.agentId === agentId) ?? [];
    if (!left || agents.length === 0) return undefined;
    this.keep({ ...left, agents: left.agents.filter(agent => !agents.includes(agent)) });
    return { ...left, agents, waits: left.waits.filter(wait => wait.agentId === agentId) };
  }

  save(): readonly LeftBehind[] {
    return this.#all;
  }

  load(saved: readonly LeftBehind[]): void {
    this.#all = saved;
  }
}
