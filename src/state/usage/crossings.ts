// Which budgets were crossed, as `usage.budget_crossed` has told: nothing of it is told again.
import type { EventDraft } from '../../protocol/index.ts';
import type { Span } from './blocks.ts';

/** Budgets remembered, those of the configurations before included; and what each was crossed by. */
const BUDGETS = 500;
const CROSSED = 4000;

interface Crossed {
  readonly usd: number;
  /** Of a budget for each session. */
  readonly sessions: Set<string>;
  /** Of another one: a moment in each day or window it was crossed in, in milliseconds since 1970. */
  readonly moments: Set<number>;
}

/** By budget, with its dollars. */
export type SavedCrossings = readonly (readonly [
  budget: string,
  usd: number,
  sessions: readonly string[],
  moments: readonly number[],
])[];

export class Crossings {
  readonly #budgets = new Map<string, Crossed>();

  /** Takes `usage.budget_crossed` into account. */
  note({ sessionId, timestamp, data: { budget, usd, startsAt, endsAt } }: EventDraft): void {
    if (typeof budget !== 'string' || typeof usd !== 'number') return;
    const one = this.#budgets.get(budget) ?? { usd, sessions: new Set(), moments: new Set() };
    this.#budgets.set(budget, one);
    forgetOldest(this.#budgets, BUDGETS);
    if (typeof startsAt === 'number' && typeof endsAt === 'number') {
      // What it cost may be told later. Of a window there is only one moment that stays in it, wherever it is seen to begin later on.
      one.moments.add(Math.min(Math.max(timestamp, startsAt), endsAt - 1));
      forgetOldest(one.moments, CROSSED);
    } else if (sessionId !== '') {
      one.sessions.add(sessionId);
      forgetOldest(one.sessions, CROSSED);
    }
  }

  /** Whether a budget was crossed by a session. */
  by(budget: string, sessionId: string): boolean {
    return this.#budgets.get(budget)?.sessions.has(sessionId) ?? false;
  }

  /** Whether it was crossed in a day or a window. */
  within(budget: string, { startsAt, endsAt }: Span): boolean {
    const moments = this.#budgets.get(budget)?.moments ?? [];
    return [...moments].some(at => at >= startsAt && at < endsAt);
  }

  /** The largest budget that a session has crossed, in US dollars; undefined for none. */
  largestOf(sessionId: string): number | undefined {
    let largest: number | undefined;
    for (const { usd, sessions } of this.#budgets.values())
      if (usd > (largest ?? 0) && sessions.has(sessionId)) largest = usd;
    return largest;
  }

  save(): SavedCrossings {
    return [...this.#budgets].map(([budget, { usd, sessions, moments }]) => [
      budget,
      usd,
      [...sessions],
      [...moments],
    ]);
  }

  load(saved: SavedCrossings): void {
    for (const [budget, usd, sessions, moments] of saved)
      this.#budgets.set(budget, { usd, sessions: new Set(sessions), moments: new Set(moments) });
  }
}

function forgetOldest(all: Map<string, unknown> | Set<string> | Set<number>, most: number): void {
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    (all as Set<unknown>).delete(oldest);
  }
}
