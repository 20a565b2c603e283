// Tokens and cost of all sessions: by session, by subagent, by model and by day, each API message counted once.
import {
  type DayUsage,
  type EventDraft,
  type SessionUsage,
  type Usage,
  UsageTotals,
} from '../../protocol/index.ts';
import { listed } from '../json.ts';
import { Account, type SavedAccount } from './account.ts';
import { CountedMessages, type SavedMessages } from './counted.ts';
import { Days, type SavedDays } from './days.ts';
import { takenAlong } from './forks.ts';
import {
  add,
  asUsage,
  type ByModel,
  isNothing,
  isSound,
  minus,
  most,
  type NamedTotals,
  NOTHING,
  plus,
  sum,
  toldByModel,
} from './totals.ts';

/** Sessions whose use is kept apart; that of older ones is in the totals and the days only. */
const SESSIONS = 2000;

export interface SavedUsage {
  readonly sessions: readonly SavedAccount[];
  readonly messages: SavedMessages;
  readonly days: SavedDays;
  readonly all: NamedTotals;
}

/** Where events come from that follow from others. */
const OURSELVES = 'hookline';

/** What is known of the session that uses something. */
export interface User {
  readonly project: string;
  readonly name?: string | undefined;
  readonly startedBy?: string | undefined;
}

export class UsageLedger {
  readonly #accounts = new Map<string, Account>();
  readonly #messages = new CountedMessages();
  readonly #days = new Days();
  #all: ByModel = new Map();

  /** Counts what an event says was used; returns the session's new totals as an event, if it does not tell them itself. */
  apply(event: EventDraft, user: User | undefined): EventDraft[] {
    const { type, sessionId } = event;
    // Whose it is has to be known once the session is over: the end of its transcript is read after that.
    const known = type === 'session.discovered' || type === 'session.removed';
    if (!known && type !== 'message.assistant' && type !== 'usage.updated') return [];
    const account = this.#account(sessionId, user);
    return this.#note(account, event) ? [updated(account, event)] : [];
  }

  /** Returns whether the session's totals are others now than were told last. */
  #note(account: Account, event: EventDraft): boolean {
    if (event.type === 'message.assistant') return this.#count(account, event);
    if (event.type === 'usage.updated') return this.#set(account, event);
    if (event.type === 'session.discovered') account.starts(event);
    else account.ends(event);
    return false;
  }

  /** Of one session, or of all together. */
  usage(sessionId?: string): Usage {
    if (sessionId === undefined) return asUsage(sum(this.#all), this.#all);
    const account = this.#accounts.get(sessionId);
    if (!account) return asUsage(NOTHING, new Map());
    const agents = account.agents.size === 0 ? {} : { agents: Object.fromEntries(account.agents) };
    return { ...asUsage(account.totals, account.byModel), ...agents };
  }

  /** The totals of a session, or of one of its subagents. */
  totals(sessionId: string, agentId?: string): UsageTotals {
    const account = this.#accounts.get(sessionId);
    return (agentId === undefined ? account?.totals : account?.agents.get(agentId)) ?? NOTHING;
  }

  /** By the days of a time zone. @throws RangeError for no time zone */
  byDay(zone: string): DayUsage[] {
    return this.#days.rows(zone);
  }

  /** The one that used something last comes last. */
  bySession(): SessionUsage[] {
    return [...this.#accounts.values()]
      .filter(({ totals }) => !isNothing(totals))
      .map(({ sessionId, project, name, usedAt, totals }) => ({
        sessionId,
        project,
        ...(name === undefined ? {} : { name }),
        usedAt,
        ...totals,
      }))
      .sort((a, b) => a.usedAt - b.usedAt);
  }

  /** A `SavedUsage` of this moment as JSON, in pieces. */
  saving(): Iterable<string> {
    const sessions = [...this.#accounts.values()].map(account => account.save());
    return savedUsage(sessions, this.#messages.save(), this.#days.save(), Object.fromEntries(this.#all));
  }

  /** Takes over what was saved; false when it is no sum of anything. */
  load(saved: SavedUsage): boolean {
    if (!totalsIn(saved).every(isSound)) return false;
    const { sessions, messages, days, all } = saved;
    for (const account of sessions) this.#accounts.set(account.sessionId, new Account(account));
    this.#messages.load(messages);
    this.#days.load(days);
    this.#all = new Map(Object.entries(all));
    return true;
  }

  /**
   * Totals that are told: by ourselves in a log whose beginning is gone, or by the client, of the runs it has an account of.
   * What they correct was spent when the session was at work last: the account may be read much later.
   * Returns whether the session's totals are more than those told.
   */
  #set(account: Account, { data, source, timestamp }: EventDraft): boolean {
    const { byModel = {}, ...totals } = data;
    const told = UsageTotals.safeParse(totals);
    const models = toldByModel(byModel);
    if (!told.success || !models) return false;
    const ours = source === OURSELVES;
    const all = ours ? models : account.covers(models);
    const { carried, reported, forked } = account;
    const before: ByModel =
      !ours && forked && !reported ? takenAlong(account, all, this.#accounts) : new Map();
    for (const [model, used] of account.set(ours ? told.data : plus(told.data, sum(carried)), all))
      this.#spend(account, account.usedAt || timestamp, model, minus(used, before.get(model) ?? NOTHING));
    if (!ours) account.reported = { byModel: models, at: timestamp };
    return !ours && carried.size > 0;
  }

  /** Returns whether the session's totals are others now. */
  #count(account: Account, { agentId, timestamp, data }: EventDraft): boolean {
    const { usage, messageId } = data;
    const used = UsageTotals.safeParse(usage);
    if (!used.success || typeof messageId !== 'string') return false;
    const before = this.#messages.get(messageId);
    // The copy of a message in a fork.
    if (before && before.sessionId !== account.sessionId) return false;
    // Should an early line of a message not know all of its usage yet, a later one does.
    const now = most(used.data, before?.used ?? NOTHING);
    const more = minus(now, before?.used ?? NOTHING);
    this.#messages.set(messageId, { sessionId: account.sessionId, used: now });
    if (isNothing(more)) return false;
    account.usedIn(timestamp);
    if (agentId !== undefined) {
      account.addTo(agentId, more);
      // The end of a subagent's transcript may be read after the client's last word about it all, which includes it.
      if (account.reported && timestamp <= account.reported.at) return false;
    }
    const model = typeof data['model'] === 'string' ? data['model'] : 'unknown';
    account.add(model, more);
    this.#spend(account, timestamp, model, more);
    return true;
  }

  #spend(account: Account, timestamp: number, model: string, used: UsageTotals): void {
    account.usedAt = Math.max(account.usedAt, timestamp);
    this.#days.add(timestamp, account.project, model, used);
    this.#all = add(this.#all, model, used);
  }

  #account(sessionId: string, user: User | undefined): Account {
    const account = this.#accounts.get(sessionId) ?? Account.open(sessionId);
    account.project = user?.project || account.project;
    account.name = user?.name ?? account.name;
    account.forked ||= user?.startedBy === 'fork';
    // The session touched last is the last to be forgotten.
    this.#accounts.delete(sessionId);
    this.#accounts.set(sessionId, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= SESSIONS) break;
      this.#accounts.delete(oldest);
    }
    return account;
  }
}

function* savedUsage(
  sessions: SavedUsage['sessions'],
  messages: SavedUsage['messages'],
  days: SavedUsage['days'],
  all: SavedUsage['all'],
): Generator<string> {
  yield '{"sessions":';
  yield* listed(sessions);
  yield ',"messages":';
  yield* listed(messages);
  yield ',"days":';
  yield* listed(days);
  yield `,"all":${JSON.stringify(all)}}`;
}

function totalsIn({ sessions, days, all }: SavedUsage): UsageTotals[] {
  const of = ({ totals, byModel, agents, reported, carried = {} }: SavedAccount): UsageTotals[] => [
    totals,
    ...[byModel, agents, carried, reported?.byModel ?? {}].flatMap(named => Object.values(named)),
  ];
  const daily = days.flatMap(([, rows]) => rows.map(([, , used]) => used));
  return [...Object.values(all), ...sessions.flatMap(of), ...daily];
}

function updated({ totals, byModel }: Account, event: EventDraft): EventDraft {
  const { agentId: _agentId, hook: _hook, ...rest } = event;
  return {
    ...rest,
    type: 'usage.updated',
    source: OURSELVES,
    data: { ...totals, byModel: Object.fromEntries(byModel) },
  };
}
