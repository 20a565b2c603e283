// What one session has used: counted message by message, and set right by the client's own account.
import type { EventDraft, UsageTotals } from '../../protocol/index.ts';
import { type OpenRow, withOpen } from './open-use.ts';
import {
  add,
  type ByModel,
  difference,
  isLeft,
  type NamedTotals,
  NOTHING,
  plus,
  together,
} from './totals.ts';

/** Subagents of a session whose use is kept apart; that of older ones is in the session's totals only. */
const AGENTS = 500;

/** Prompts of a session whose use is kept apart. */
const PROMPTS = 50;

/** What the client itself told of the session, and when, in milliseconds since 1970. */
export interface Reported {
  readonly byModel: ByModel;
  readonly at: number;
}

interface SavedReport {
  readonly byModel: NamedTotals;
  readonly at: number;
}

export interface SavedAccount {
  readonly sessionId: string;
  readonly project: string;
  readonly name?: string;
  readonly usedAt: number;
  readonly totals: UsageTotals;
  readonly byModel: NamedTotals;
  /** By model; a hookline that kept no models saved totals. */
  readonly agents: Readonly<Record<string, NamedTotals | UsageTotals>>;
  readonly prompts?: Readonly<Record<string, NamedTotals>>;
  readonly open?: readonly OpenRow[];
  readonly reported?: SavedReport;
  readonly forked?: true;
  readonly carried?: NamedTotals;
  readonly end?: End;
  readonly starts?: readonly number[];
}

/** How the last run ended: the agent said so, or its process was found gone. */
type End = 'told' | 'exited';

/** Runs of which nothing was told yet; there are that many when hooks tell of them before the transcript does. */
const STARTS = 50;

export class Account {
  readonly sessionId: string;
  /** The folder the session was started in, as far as known. */
  project: string;
  name: string | undefined;
  /** When anything was used last, in milliseconds since 1970. */
  usedAt: number;
  totals: UsageTotals;
  byModel: ByModel;
  /** By id, then by model. */
  readonly agents: Map<string, ByModel>;
  /** The same by prompt; what subagents used counts for the prompt that they work for. */
  readonly prompts: Map<string, ByModel>;
  /** The client's last word. */
  reported: Reported | undefined;
  /** It began as the fork of another session. */
  forked: boolean;
  /** What was used in runs that were killed before the client wrote an account of them; none of its later ones has it. */
  carried: ByModel;
  /** What was used since the client's last word, in the order it was used. */
  #open: readonly OpenRow[];
  /** Undefined while it runs, as far as is known. */
  #end: End | undefined;
  /** When runs began after one that did not end in order, in milliseconds since 1970, as long as nothing of theirs is known. */
  #starts: readonly number[];

  constructor(saved: SavedAccount) {
    this.sessionId = saved.sessionId;
    this.project = saved.project;
    this.name = saved.name;
    this.usedAt = saved.usedAt;
    this.totals = saved.totals;
    this.byModel = mapOf(saved.byModel);
    this.agents = new Map(Object.entries(saved.agents).map(([id, used]) => [id, modelsOf(used)]));
    this.prompts = new Map(Object.entries(saved.prompts ?? {}).map(([id, used]) => [id, mapOf(used)]));
    this.#open = saved.open ?? [];
    this.reported = saved.reported && { ...saved.reported, byModel: mapOf(saved.reported.byModel) };
    this.forked = saved.forked ?? false;
    this.carried = mapOf(saved.carried ?? {});
    this.#end = saved.end;
    this.#starts = saved.starts ?? [];
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
    this.byModel = add(this.byModel, model, used);
  }

  /** Keeps apart what a subagent used. */
  addTo(agentId: string, model: string, used: UsageTotals): void {
    addApart(this.agents, AGENTS, agentId, model, used);
  }

  /** Keeps apart what was used for a prompt. */
  addFor(promptId: string, model: string, used: UsageTotals): void {
    addApart(this.prompts, PROMPTS, promptId, model, used);
  }

  /** Nobody has told the cost of it yet. */
  leaveOpen(row: OpenRow): void {
    this.#open = withOpen(this.#open, row);
  }

  /** The client has told a cost: gives what that is the cost of. */
  close(): readonly OpenRow[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }

  /** What was used that the client has told no cost of, by model. */
  get open(): ByModel {
    if (this.reported) return difference(this.byModel, this.reported.byModel);
    return new Map([...this.byModel].filter(([, { costUsd }]) => costUsd === undefined));
  }

  /** `session.discovered`. */
  starts({ timestamp, data: { startedBy } }: EventDraft): void {
    const anew =
      startedBy === 'found' ? this.#end === 'exited' : startedBy === 'resume' && this.#end !== 'told';
    if (anew) this.#starts = [...this.#starts, timestamp].slice(-STARTS);
    this.#end = undefined;
  }

  /** `session.removed`. */
  ends({ data: { reason } }: EventDraft): void {
    this.#end = reason === 'process_exited' ? 'exited' : 'told';
  }

  /** Something was used at that time. The first use in another run shows that the client has no account of those before. */
  usedIn(at: number): void {
    const rest = this.#starts.filter(start => start > at);
    if (rest.length < this.#starts.length) this.#carry(rest);
  }

  /** What the client told comes to all of this. It is of another run than what was counted when it is short of it. */
  covers(told: ByModel): ByModel {
    const off = difference(together(this.carried, told), this.byModel);
    const isShort = [...off.values()].some(used => !isLeft(used));
    if (isShort && this.#starts.length > 0) this.#carry(this.#starts.slice(1));
    return together(this.carried, told);
  }

  #carry(starts: readonly number[]): void {
    this.#starts = starts;
    this.carried = difference(this.byModel, this.reported?.byModel ?? new Map());
    // It will never tell what that cost.
    this.#open = [];
  }

  /** Takes over totals told by others; returns by how much each model's were off. */
  set(totals: UsageTotals, byModel: ByModel): ByModel {
    const off = difference(byModel, this.byModel);
    this.totals = totals;
    this.byModel = byModel;
    return off;
  }

  save(): SavedAccount {
    const { sessionId, project, name, usedAt, totals, byModel, reported } = this;
    const { forked, carried } = this;
    return {
      sessionId,
      project,
      ...(name === undefined ? {} : { name }),
      usedAt,
      totals,
      byModel: Object.fromEntries(byModel),
      agents: namedApart(this.agents),
      ...(this.prompts.size > 0 ? { prompts: namedApart(this.prompts) } : {}),
      ...(this.#open.length > 0 ? { open: this.#open } : {}),
      ...(reported && { reported: { ...reported, byModel: Object.fromEntries(reported.byModel) } }),
      ...(forked ? { forked } : {}),
      ...(carried.size > 0 ? { carried: Object.fromEntries(carried) } : {}),
      ...(this.#end === undefined ? {} : { end: this.#end }),
      ...(this.#starts.length > 0 ? { starts: this.#starts } : {}),
    };
  }
}

function addApart(
  all: Map<string, ByModel>,
  most: number,
  id: string,
  model: string,
  used: UsageTotals,
): void {
  all.set(id, add(all.get(id) ?? new Map(), model, used));
  for (const oldest of all.keys()) {
    if (all.size <= most) break;
    all.delete(oldest);
  }
}

function namedApart(all: ReadonlyMap<string, ByModel>): Record<string, NamedTotals> {
  return Object.fromEntries([...all].map(([id, byModel]) => [id, Object.fromEntries(byModel)]));
}

function modelsOf(saved: NamedTotals | UsageTotals): Map<string, UsageTotals> {
  return typeof saved.input === 'number'
    ? new Map([['unknown', saved as UsageTotals]])
    : mapOf(saved as NamedTotals);
}

function mapOf(saved: NamedTotals): Map<string, UsageTotals> {
  return new Map(Object.entries(saved));
}
