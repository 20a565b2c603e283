// Tokens and cost by session and model, as the `usage.updated` events of the log tell them.
import { type EventDraft, Usage, type UsageTotals } from '../protocol/index.ts';

const NOTHING: UsageTotals = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

export function addTotals(a: UsageTotals, b: UsageTotals): UsageTotals {
  const sum = {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheCreation: a.cacheCreation + b.cacheCreation,
  };
  if (a.costUsd === undefined && b.costUsd === undefined) return sum;
  return { ...sum, costUsd: (a.costUsd ?? 0) + (b.costUsd ?? 0) };
}

export type SavedUsage = readonly (readonly [string, Usage])[];

export class UsageLedger {
  readonly #bySession = new Map<string, Usage>();

  /** A `usage.updated` carries a session's totals so far, so the newest one says it all. */
  apply(event: EventDraft): void {
    const { byModel, ...totals } = event.data as { byModel?: unknown };
    const usage = Usage.safeParse({ totals, byModel: byModel ?? {} });
    if (usage.success) this.#bySession.set(event.sessionId, usage.data);
  }

  save(): SavedUsage {
    return [...this.#bySession];
  }

  load(saved: SavedUsage): void {
    for (const [sessionId, usage] of saved) this.#bySession.set(sessionId, usage);
  }

  total(sessionId?: string): Usage {
    const wanted = sessionId === undefined ? [...this.#bySession.values()] : [this.#bySession.get(sessionId)];
    let totals = NOTHING;
    const byModel: Record<string, UsageTotals> = {};
    for (const usage of wanted) {
      if (!usage) continue;
      totals = addTotals(totals, usage.totals);
      for (const [model, used] of Object.entries(usage.byModel))
        byModel[model] = addTotals(byModel[model] ?? NOTHING, used);
    }
    return { totals, byModel, ...(totals.costUsd === undefined ? {} : { costUsd: totals.costUsd }) };
  }
}
