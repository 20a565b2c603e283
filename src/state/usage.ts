// Tokens and cost by session and model: each API message counted once, and the client's own account where it gives one.
import { type EventDraft, Usage, UsageTotals } from '../protocol/index.ts';

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

interface Account {
  usage: Usage;
  /** Of each subagent. */
  readonly agents: Record<string, UsageTotals>;
  /** The API message counted last, by transcript: one message is several lines, and each has all of its usage. */
  readonly counted: Record<string, string>;
}

export type SavedUsage = readonly (readonly [string, Account])[];

export class UsageLedger {
  readonly #bySession = new Map<string, Account>();

  /** Counts what an event says was used; returns the session's new totals as an event, if a message changed them. */
  apply(event: EventDraft): EventDraft[] {
    if (event.type === 'usage.updated') this.#set(event);
    return event.type === 'message.assistant' ? this.#count(event) : [];
  }

  save(): SavedUsage {
    return [...this.#bySession];
  }

  load(saved: SavedUsage): void {
    for (const [sessionId, account] of saved) this.#bySession.set(sessionId, account);
  }

  /** The totals of a session, or of one of its subagents. */
  of(sessionId: string, agentId?: string): UsageTotals {
    const account = this.#bySession.get(sessionId);
    return (agentId === undefined ? account?.usage.totals : account?.agents[agentId]) ?? NOTHING;
  }

  /** Of one session, or of all. */
  total(sessionId?: string): Usage {
    const wanted = sessionId === undefined ? [...this.#bySession.values()] : [this.#bySession.get(sessionId)];
    let totals = NOTHING;
    const byModel: Record<string, UsageTotals> = {};
    for (const account of wanted) {
      if (!account) continue;
      totals = addTotals(totals, account.usage.totals);
      for (const [model, used] of Object.entries(account.usage.byModel)) {
        byModel[model] = addTotals(byModel[model] ?? NOTHING, used);
      }
    }
    return withCost(totals, byModel);
  }

  /** A `usage.updated` carries the session's totals so far, so the newest one says it all. */
  #set(event: EventDraft): void {
    const { byModel, ...totals } = event.data;
    const usage = Usage.safeParse({ totals, byModel: byModel ?? {} });
    if (usage.success) this.#account(event.sessionId).usage = withCost(usage.data.totals, usage.data.byModel);
  }

  #count(event: EventDraft): EventDraft[] {
    const { usage, messageId, model } = event.data;
    const used = UsageTotals.safeParse(usage);
    const account = this.#account(event.sessionId);
    const transcript = event.agentId ?? '';
    if (!used.success || typeof messageId !== 'string' || account.counted[transcript] === messageId)
      return [];
    account.counted[transcript] = messageId;
    const name = typeof model === 'string' ? model : 'unknown';
    const byModel = {
      ...account.usage.byModel,
      [name]: addTotals(account.usage.byModel[name] ?? NOTHING, used.data),
    };
    account.usage = withCost(addTotals(account.usage.totals, used.data), byModel);
    const { agentId, hook: _hook, ...rest } = event;
    if (agentId !== undefined)
      account.agents[agentId] = addTotals(account.agents[agentId] ?? NOTHING, used.data);
    return [
      { ...rest, type: 'usage.updated', source: 'hookline', data: { ...account.usage.totals, byModel } },
    ];
  }

  #account(sessionId: string): Account {
    const account = this.#bySession.get(sessionId) ?? {
      usage: withCost(NOTHING, {}),
      agents: {},
      counted: {},
    };
    this.#bySession.set(sessionId, account);
    return account;
  }
}

function withCost(totals: UsageTotals, byModel: Record<string, UsageTotals>): Usage {
  return { totals, byModel, ...(totals.costUsd === undefined ? {} : { costUsd: totals.costUsd }) };
}
