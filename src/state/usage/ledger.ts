// Tokens and cost of all sessions: by session, by subagent, by model and by day, each API message counted once.

import type { UsageRow } from '../../log/index.ts';
import type {
  BlockUsage,
  DayUsage,
  EventDraft,
  PromptUsage,
  SessionUsage,
  Usage,
  UsageTotals,
} from '../../protocol/index.ts';
import { listed } from '../json.ts';
import { Account, type SavedAccount } from './account.ts';
import type { Span } from './blocks.ts';
import type { Spending } from './budgets.ts';
import { burnOf } from './burn.ts';
import { Days, quarterOf, type Range, type SavedDays } from './days.ts';
import { takenAlong } from './forks.ts';
import { divided, type OpenRow } from './open-use.ts';
import { NO_PRICES, type PriceList } from './price-list.ts';
import { listedShelf, type SavedShelf, Shelf } from './shelf.ts';
import {
  add,
  asUsage,
  type ByModel,
  difference,
  estimated,
  isNothing,
  isSound,
  minus,
  most,
  type NamedTotals,
  NOTHING,
  plus,
  sum,
  Told,
  toldByModel,
} from './totals.ts';

export interface SavedUsage extends SavedShelf {
  /** The same of what was taken in long after; a hookline that took in nothing saved none. */
  readonly past?: SavedShelf;
  readonly days: SavedDays;
  readonly all: NamedTotals;
  /** What of it nobody has told the cost of. */
  readonly open?: NamedTotals;
}

/** Where events come from that follow from others. */
const OURSELVES = 'hookline';

/** What is known of the session that uses something. */
export interface User {
  readonly project: string;
  readonly name?: string | undefined;
  readonly startedBy?: string | undefined;
  readonly currentPrompt?: { readonly promptId?: string | undefined } | undefined;
}

/** What was used, for whoever asks, and for whoever keeps it. */
export type Used = Pick<
  UsageLedger,
  'of' | 'byDay' | 'bySession' | 'byBlock' | 'byPrompt' | 'takeRows' | 'touchRows'
>;

export class UsageLedger implements Spending {
  readonly #present = new Shelf();
  /** Sessions that were over before anybody told of them. */
  readonly #past = new Shelf({ isLongOver: true });
  readonly #days = new Days();
  readonly #prices: PriceList;
  /** When that was used which the last event told of, or what it cost, in milliseconds since 1970. */
  moments: readonly number[] = [];
  #all: ByModel = new Map();
  #open: ByModel = new Map();
  /** What is applied is in the days and in the totals of all already. */
  #isCounted = false;

  /** @param prices what estimates are made with, when somebody asks: what is counted does not depend on it */
  constructor(prices: PriceList = NO_PRICES) {
    this.#prices = prices;
  }

  /**
   * Counts what an event says was used; returns the session's new totals as an event, if it does not tell them itself.
   *
   * @param isCounted whether the days have it already, from what was kept of them
   */
  apply(event: EventDraft, user: User | undefined, isCounted = false): EventDraft[] {
    const { type, sessionId } = event;
    this.moments = [];
    this.#isCounted = isCounted;
    // Whose it is has to be known once the session is over: the end of its transcript is read after that.
    const known = type === 'session.discovered' || type === 'session.removed';
    if (!known && type !== 'message.assistant' && type !== 'usage.updated') return [];
    const account = this.#account(sessionId, user, this.#present);
    return this.#note(account, event, user) ? [this.#updated(account, event)] : [];
  }

  /** Counts what an event of a session says that is long over; nobody is told of its totals as they grow. */
  applyPast(event: EventDraft, isCounted = false): void {
    const { type, sessionId, data } = event;
    this.moments = [];
    this.#isCounted = isCounted;
    const known = type === 'session.discovered' || type === 'session.removed';
    if (!known && type !== 'message.assistant' && type !== 'usage.updated') return;
    const begun = type === 'session.discovered' ? data : {};
    const project = typeof begun['cwd'] === 'string' ? begun['cwd'] : '';
    const user = { project, startedBy: begun['startedBy'] === 'fork' ? 'fork' : undefined };
    this.#note(this.#account(sessionId, user, this.#past), event, user);
  }

  /** Whether the use of a session is kept apart. */
  has(sessionId: string): boolean {
    return this.#find(sessionId) !== undefined;
  }

  #find(sessionId: string): Account | undefined {
    return this.#present.accounts.get(sessionId) ?? this.#past.accounts.get(sessionId);
  }

  get #accounts(): ReadonlyMap<string, Account> {
    if (this.#past.accounts.size === 0) return this.#present.accounts;
    return new Map([...this.#past.accounts, ...this.#present.accounts]);
  }

  /** Returns whether the session's totals are others now than were told last. */
  #note(account: Account, event: EventDraft, user: User | undefined): boolean {
    if (event.type === 'message.assistant') return this.#count(account, event, user);
    if (event.type === 'usage.updated') return this.#set(account, event);
    if (event.type === 'session.discovered') account.starts(event);
    else account.ends(event);
    return false;
  }

  /** What one session, or all of them together, have used. */
  of(sessionId?: string): Usage {
    if (sessionId === undefined) return asUsage(sum(this.#all), this.#all, this.#open, this.#prices);
    const account = this.#find(sessionId);
    if (!account) return asUsage(NOTHING, new Map(), new Map(), this.#prices);
    const { totals, byModel, open } = account;
    const agents = [...account.agents].map(([id, used]) => [id, this.#inAll(used)] as const);
    return {
      ...asUsage(totals, byModel, open, this.#prices),
      ...(agents.length === 0 ? {} : { agents: Object.fromEntries(agents) }),
    };
  }

  /** What each of the last prompts of a session has used, the newest last. */
  byPrompt(sessionId: string): PromptUsage[] {
    const prompts = this.#find(sessionId)?.prompts ?? [];
    return [...prompts].map(([promptId, used]) => ({ promptId, ...this.#inAll(used) }));
  }

  /** The totals of a session, or of one of its subagents. */
  totals(sessionId: string, agentId?: string): UsageTotals {
    const account = this.#find(sessionId);
    if (!account) return NOTHING;
    if (agentId === undefined) return estimated(this.#prices, account.totals, account.open);
    return this.#inAll(account.agents.get(agentId) ?? new Map());
  }

  /** By the days of a time zone, project and model. @throws RangeError for no time zone */
  byDay(zone: string, range?: Range): DayUsage[] {
    return this.#days.rows(zone, this.#prices, range);
  }

  session(sessionId: string): { readonly project: string; readonly used: UsageTotals } | undefined {
    const account = this.#accounts.get(sessionId);
    return (
      account && {
        project: account.project,
        used: estimated(this.#prices, account.totals, account.open),
      }
    );
  }

  within(span: Span, fits: (project: string) => boolean): UsageTotals {
    return this.#days.within(span, fits, this.#prices);
  }

  windowAt(at: number): Span | undefined {
    return this.#days.windowAt(at);
  }

  /** By windows of five hours, the oldest first. */
  byBlock(now: number): BlockUsage[] {
    return this.#days.blocks(this.#prices).map(block => ({ ...block, ...burnOf(block, now) }));
  }

  /** By session, those that are over included; the one that used something last comes last. */
  bySession(): SessionUsage[] {
    return [...this.#accounts.values()]
      .filter(({ totals }) => !isNothing(totals))
      .map(({ sessionId, project, name, usedAt, totals, byModel, open }) => ({
        sessionId,
        project,
        ...(name === undefined ? {} : { name }),
        usedAt,
        models: [...byModel.keys()],
        ...estimated(this.#prices, totals, open),
      }))
      .sort((a, b) => a.usedAt - b.usedAt);
  }

  /** A `SavedUsage` of this moment as JSON, in pieces. */
  saving(): Iterable<string> {
    const [all, open] = [Object.fromEntries(this.#all), Object.fromEntries(this.#open)];
    return savedUsage(this.#present.save(), this.#past.save(), this.#days.save(), all, open);
  }

  /** Takes over what was saved; false when it is no sum of anything. */
  load(saved: SavedUsage): boolean {
    if (!totalsIn(saved).every(isSound)) return false;
    const { days, all, open = {}, past } = saved;
    this.#present.load(saved);
    if (past) this.#past.load(past);
    this.#days.load(days);
    this.#all = new Map(Object.entries(all));
    this.#open = new Map(Object.entries(open));
    return true;
  }

  /** What was used over time and is to be kept: what has changed since this was asked last. */
  takeRows(): UsageRow[] {
    return this.#days.takeChanged();
  }

  /** All of it is to be kept anew: what is kept is not known to be the same. */
  touchRows(): void {
    this.#days.touchAll();
  }

  /** Goes on from what was kept, with nothing counted yet. */
  restoreRows(kept: readonly UsageRow[]): void {
    const { all, open } = this.#days.restore(kept);
    this.#all = all;
    this.#open = open;
  }

  /**
   * Totals that are told: by ourselves in a log whose beginning is gone, or by the client, of the runs it has an account of.
   * What they correct was spent when the session was at work last: the account may be read much later.
   * Returns whether the session's totals are more than those told.
   */
  #set(account: Account, { data, source, timestamp }: EventDraft): boolean {
    const { byModel = {}, ...totals } = data;
    const told = Told.safeParse(totals);
    const models = toldByModel(byModel);
    if (!told.success || !models) return false;
    const ours = source === OURSELVES;
    const all = ours ? models : account.covers(models);
    const { carried, reported, forked } = account;
    const before: ByModel =
      !ours && forked && !reported ? takenAlong(account, all, this.#accounts) : new Map();
    const at = account.usedAt || timestamp;
    const open = ours ? [] : account.close();
    for (const [model, off] of account.set(ours ? told.data : plus(told.data, sum(carried)), all)) {
      const { costUsd, ...tokens } = minus(off, before.get(model) ?? NOTHING);
      this.#spend(account, at, model, tokens, ours && costUsd === undefined);
      if (costUsd !== undefined) this.#pay(account, at, model, costUsd, open);
    }
    for (const row of open) this.#close(row);
    if (!ours) account.reported = { byModel: models, at: timestamp };
    return !ours && carried.size > 0;
  }

  /** A cost was told: it was spent when the model was used. */
  #pay({ project }: Account, at: number, model: string, costUsd: number, open: readonly OpenRow[]): void {
    if (this.#isCounted) return;
    const shares = divided(costUsd, model, open, { at, project });
    for (const share of shares)
      this.#days.add(share.at, share.project, model, { ...NOTHING, costUsd: share.costUsd });
    this.moments = [...this.moments, ...shares.map(share => share.at)];
    this.#all = add(this.#all, model, { ...NOTHING, costUsd });
  }

  #close([at, project, model, used]: OpenRow): void {
    if (this.#isCounted) return;
    this.#days.close(at, project, model, used);
    this.#open = difference(this.#open, new Map([[model, used]]));
  }

  /** Returns whether the session's totals are others now. */
  #count(account: Account, { agentId, timestamp, data }: EventDraft, user: User | undefined): boolean {
    const { usage, messageId } = data;
    const used = Told.safeParse(usage);
    if (!used.success || typeof messageId !== 'string') return false;
    const shelf = this.#present.accounts.has(account.sessionId) ? this.#present : this.#past;
    const before = this.#present.messages.get(messageId) ?? this.#past.messages.get(messageId);
    // The copy of a message in a fork.
    if (before && before.sessionId !== account.sessionId) return false;
    // Should an early line of a message not know all of its usage yet, a later one does.
    const now = most(used.data, before?.used ?? NOTHING);
    const more = minus(now, before?.used ?? NOTHING);
    shelf.messages.set(messageId, { sessionId: account.sessionId, used: now });
    if (isNothing(more)) return false;
    account.usedIn(timestamp);
    const model = typeof data['model'] === 'string' ? data['model'] : 'unknown';
    const promptId = data['promptId'] ?? user?.currentPrompt?.promptId;
    if (typeof promptId === 'string') account.addFor(promptId, model, more);
    if (agentId !== undefined) {
      account.addTo(agentId, model, more);
      // The end of a subagent's transcript may be read after the client's last word about it all, which includes it.
      if (account.reported && timestamp <= account.reported.at) return false;
    }
    account.add(model, more);
    this.#spend(account, timestamp, model, more, true);
    return true;
  }

  /** @param isOpen whether nobody has told its cost */
  #spend(account: Account, at: number, model: string, used: UsageTotals, isOpen: boolean): void {
    account.usedAt = Math.max(account.usedAt, at);
    if (!this.#isCounted) {
      this.moments = [...this.moments, at];
      this.#days.add(at, account.project, model, used, isOpen ? used : NOTHING);
      this.#all = add(this.#all, model, used);
      if (isOpen) this.#open = add(this.#open, model, used);
    }
    if (isOpen) account.leaveOpen([quarterOf(at), account.project, model, used]);
  }

  /** Of a part of a session, which the client never tells the cost of. */
  #inAll(byModel: ByModel): UsageTotals {
    return estimated(this.#prices, sum(byModel), byModel);
  }

  #updated({ totals, byModel, open }: Account, event: EventDraft): EventDraft {
    const { agentId: _agentId, hook: _hook, ...rest } = event;
    const usage = asUsage(totals, byModel, open, this.#prices);
    return {
      ...rest,
      type: 'usage.updated',
      source: OURSELVES,
      data: { ...usage.totals, byModel: usage.byModel },
    };
  }

  /** @param wanted where it is kept from now on; what goes on now does not become past */
  #account(sessionId: string, user: User | undefined, wanted: Shelf): Account {
    const account = this.#find(sessionId) ?? Account.open(sessionId);
    account.project = user?.project || account.project;
    account.name = user?.name ?? account.name;
    account.forked ||= user?.startedBy === 'fork';
    this.#past.remove(sessionId);
    (this.#present.accounts.has(sessionId) ? this.#present : wanted).put(account);
    return account;
  }
}

function* savedUsage(
  present: SavedShelf,
  past: SavedShelf,
  days: SavedUsage['days'],
  all: NamedTotals,
  open: NamedTotals,
): Generator<string> {
  yield '{';
  yield* listedShelf(present);
  if (past.sessions.length > 0) {
    yield ',"past":{';
    yield* listedShelf(past);
    yield '}';
  }
  yield ',"days":';
  yield* listed(days);
  yield `,"all":${JSON.stringify(all)},"open":${JSON.stringify(open)}}`;
}

function totalsIn({ sessions, past, days, all }: SavedUsage): UsageTotals[] {
  const of = ({ totals, byModel, reported, carried = {} }: SavedAccount): UsageTotals[] => [
    totals,
    ...[byModel, carried, reported?.byModel ?? {}].flatMap(named => Object.values(named)),
  ];
  const daily = days.flatMap(([, rows]) => rows.map(([, , used]) => used));
  return [...Object.values(all), ...[...sessions, ...(past?.sessions ?? [])].flatMap(of), ...daily];
}
