// What one session has used: counted message by message, and set right by the client's own account.
import type { UsageTotals } from '../../protocol/index.ts';
import { type ByModel, difference, NOTHING, plus } from './totals.ts';

/** Subagents of a session whose use is kept apart; that of older ones is in the session's totals only. */
const AGENTS = 500;

/** What the client itself told of the session, and when, in milliseconds since 1970. */
export interface Reported {
  readonly byModel: ByModel;
  readonly at: number;
}

export interface SavedAccount {
  readonly sessionId: string;
  readonly project: string;
  readonly name?: string;
  readonly usedAt: number;
  readonly totals: UsageTotals;
  readonly byModel: ByModel;
  readonly agents: Readonly<Record<string, UsageTotals>>;
  readonly reported?: Reported;
  readonly forked?: true;
}

export class Account {
  readonly sessionId: string;
  /** The folder the session was started in, as far as known. */
  project: string;
  name: string | undefined;
  /** When anything was used last, in milliseconds since 1970. */
  usedAt: number;
  totals: UsageTotals;
  byModel: ByModel;
  readonly agents: Map<string, UsageTotals>;
  /** The client's last word. */
  reported: Reported | undefined;
  /** It began as the fork of another session. */
  forked: boolean;

  constructor(saved: SavedAccount) {
    this.sessionId = saved.sessionId;
    this.project = saved.project;
    this.name = saved.name;
    this.usedAt = saved.usedAt;
    this.totals = saved.totals;
    this.byModel = saved.byModel;
    this.agents = new Map(Object.entries(saved.agents));
    this.reported = saved.reported;
    this.forked = saved.forked ?? false;
  }

  static open(sessionId: string): Account {
    return new Account({
      sessionId,
      project: '',
      usedAt: 0,
      totals: NOTHING,
      byModel: {},
      agents: {},
    });
  }

  add(model: string, used: UsageTotals): void {
    this.totals = plus(this.totals, used);
    this.byModel = { ...this.byModel, [model]: plus(this.byModel[model] ?? NOTHING, used) };
  }

  /** Keeps apart what a subagent used. */
  addTo(agentId: string, used: UsageTotals): void {
    this.agents.set(agentId, plus(this.agents.get(agentId) ?? NOTHING, used));
    for (const oldest of this.agents.keys()) {
      if (this.agents.size <= AGENTS) break;
      this.agents.delete(oldest);
    }
  }

  /** Takes over totals told by others; returns by how much each model's were off. */
  set(totals: UsageTotals, byModel: ByModel): [string, UsageTotals][] {
    const off = difference(byModel, this.byModel);
    this.totals = totals;
    this.byModel = byModel;
    return off;
  }

  save(): SavedAccount {
    const { sessionId, project, name, usedAt, totals, byModel, reported, forked } = this;
    return {
      sessionId,
      project,
      ...(name === undefined ? {} : { name }),
      usedAt,
      totals,
      byModel,
      agents: Object.fromEntries(this.agents),
      ...(reported && { reported }),
      ...(forked ? { forked } : {}),
    };
  }
}
