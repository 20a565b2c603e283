// What went wrong in sessions and still matters: turns that failed, tool calls that failed lately, budgets that were crossed.
import type { BudgetTerms, EventDraft } from '../../protocol/index.ts';
import { text } from '../read.ts';

/** The last turn of a session, which failed. */
export interface FailedTurn {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly error: string;
}

/** A tool call that failed. */
export interface FailedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly toolName: string;
}

/** A budget that was crossed. */
export interface Crossing {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Empty for a budget of none. */
  readonly sessionId: string;
  readonly terms: BudgetTerms;
}

/** Failed calls of a session that are remembered, and crossings of all. */
const CALLS = 100;
const CROSSINGS = 200;
/** Sessions of which it is remembered that their turn failed, and which calls did. */
const SESSIONS = { turns: 2000, calls: 200 };

export interface SavedTroubles {
  readonly turns: readonly (readonly [string, FailedTurn])[];
  readonly calls: readonly (readonly [string, readonly FailedCall[]])[];
  readonly crossings: readonly Crossing[];
}

const NONE: readonly FailedCall[] = [];

export class Troubles {
  readonly #turns = new Map<string, FailedTurn>();
  readonly #calls = new Map<string, readonly FailedCall[]>();
  #crossings: readonly Crossing[] = [];

  get crossings(): readonly Crossing[] {
    return this.#crossings;
  }

  /** The last turn of a session, if it failed, and nobody has done anything about it since. */
  failedTurn(sessionId: string): FailedTurn | undefined {
    return this.#turns.get(sessionId);
  }

  /** The last calls of a session that failed, the oldest first; those that its user stopped did not. */
  failedCalls(sessionId: string): readonly FailedCall[] {
    return this.#calls.get(sessionId) ?? NONE;
  }

  note(event: EventDraft): void {
    const { type, sessionId, agentId, data, timestamp: at } = event;
    switch (type) {
      case 'tool.result':
        if (data['success'] === false && data['interrupted'] !== true) this.#fail(event);
        return;
      case 'turn.failed':
        if (agentId !== undefined || data['error'] === 'interrupted') return;
        return remember(this.#turns, sessionId, { at, error: text(data, 'error') ?? '' }, SESSIONS.turns);
      case 'turn.completed':
      case 'prompt.submitted':
        if (agentId === undefined && at >= (this.#turns.get(sessionId)?.at ?? at))
          this.#turns.delete(sessionId);
        return;
      case 'session.removed':
        this.#turns.delete(sessionId);
        this.#calls.delete(sessionId);
        this.#crossings = this.#crossings.filter(one => one.sessionId !== sessionId || sessionId === '');
        return;
      case 'usage.budget_crossed':
        this.#cross({ at, sessionId, terms: data as unknown as BudgetTerms });
    }
  }

  save(): SavedTroubles {
    return { turns: [...this.#turns], calls: [...this.#calls], crossings: this.#crossings };
  }

  load({ turns, calls, crossings }: SavedTroubles): void {
    for (const [sessionId, turn] of turns) this.#turns.set(sessionId, turn);
    for (const [sessionId, failed] of calls) this.#calls.set(sessionId, failed);
    this.#crossings = crossings;
  }

  #fail({ sessionId, data, timestamp: at }: EventDraft): void {
    const calls = [...this.failedCalls(sessionId), { at, toolName: text(data, 'toolName') ?? '' }];
    // What is told after the fact comes late.
    const last = calls.toSorted((one, other) => one.at - other.at).slice(-CALLS);
    remember(this.#calls, sessionId, last, SESSIONS.calls);
  }

  /** What is crossed for a day or a window matters until that ends. */
  #cross(crossing: Crossing): void {
    const lasts = this.#crossings.filter(({ terms }) => (terms.endsAt ?? crossing.at) >= crossing.at);
    this.#crossings = [...lasts, crossing].slice(-CROSSINGS);
  }
}

function remember<T>(known: Map<string, T>, sessionId: string, value: T, most: number): void {
  known.delete(sessionId);
  known.set(sessionId, value);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}
