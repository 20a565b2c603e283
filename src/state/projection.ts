// The projection of the log that snapshots show: which sessions and agents there are and what they do.

import type { UsageRow } from '../log/index.ts';
import type { AgentSnapshot, AgentState, BudgetUsage, EventDraft, SessionState } from '../protocol/index.ts';
import { isAlertEvent, isInboxEvent } from '../protocol/index.ts';
import { Activity, type Done } from './activity/activity.ts';
import { KnownAlerts, type SavedAlerts } from './alerts/known-alerts.ts';
import { type Crossing, type SavedTroubles, Troubles } from './alerts/troubles.ts';
import type { WatchedSession } from './alerts/watched.ts';
import type { SessionAttributes } from './attributes.ts';
import { Bookmarks, type SavedBookmarks } from './bookmarks.ts';
import { EndedSessions, type SavedEndedSessions } from './ended-sessions.ts';
import { field, listed } from './json.ts';
import { discovered, type Known, type SavedSession, Session } from './session.ts';
import { type LeftBehind, SessionHandoffs } from './session-handoff.ts';
import { type Budget, Budgets } from './usage/budgets.ts';
import { Crossings, type SavedCrossings } from './usage/crossings.ts';
import { type SavedUsage, UsageLedger, type Used } from './usage/ledger.ts';
import { NO_PRICES, type PriceList } from './usage/price-list.ts';

/** Changes whenever a saved state would be read wrongly by this code. */
const SHAPE = 7;

interface Saved {
  readonly shape: number;
  readonly sessions: readonly SavedSession[];
  readonly usage: SavedUsage;
  readonly bookmarks: SavedBookmarks;
  readonly handovers: readonly LeftBehind[];
  /** A hookline that counted anew has none. */
  readonly ended?: SavedEndedSessions;
  readonly crossings?: SavedCrossings;
  /** A hookline that told no alerts saved none of these. */
  readonly alerts?: SavedAlerts;
  readonly troubles?: SavedTroubles;
  /** What was taken in of sessions that were over; a hookline that took in nothing saved none. */
  readonly past?: { readonly upTo: number; readonly bookmarks: SavedBookmarks };
}

/** A session that lives, without a copy being made: for those who look at all of them again and again. */
export interface LivingSession {
  readonly about: Readonly<SessionAttributes>;
  readonly state: AgentState;
}

/** A request that a session puts to its user, and that can be answered from outside. */
export interface AskedRequest {
  readonly sessionId: string;
  readonly agentId: string | undefined;
  readonly requestId: string;
}

/** A pure function of the events applied: the same events in the same order give the same state. */
export class Projection {
  readonly #sessions = new Map<string, Session>();
  readonly #prices: PriceList;
  readonly #usage: UsageLedger;
  readonly #bookmarks = new Bookmarks();
  readonly #handovers = new SessionHandoffs();
  readonly #ended = new EndedSessions();
  readonly #crossings = new Crossings();
  readonly #budgets: Budgets;
  readonly #activity = new Activity();
  readonly #troubles = new Troubles();
  /** Alerts whose cause has not ended. */
  readonly alerts = new KnownAlerts();
  /** Of sessions that were over before anybody told of them, which are not to drive out those of the others. */
  readonly #pastBookmarks = new Bookmarks();
  #pastUpTo = 0;
  /** Up to here their use is among the rows that were kept of it. */
  #pastCounted = 0;

  /**
   * @param prices what the cost of what was used is estimated with. Default: there are no estimates
   * @param budgets what may be spent before it is told. Default: whatever anybody likes
   */
  constructor(prices: PriceList = NO_PRICES, budgets: readonly Budget[] = []) {
    this.#prices = prices;
    this.#usage = new UsageLedger(prices);
    this.#budgets = new Budgets(budgets, this.#crossings);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** What was used. */
  get usage(): Used {
    return this.#usage;
  }

  /** What was done. It counts what `count` is given. */
  get activity(): Done {
    return this.#activity;
  }

  /** How the budgets stand: of the day and the window of a moment, and of the sessions that live. */
  usageByBudget(now: number): BudgetUsage[] {
    return this.#budgets.standing(now, [...this.#sessions.keys()], this.#usage);
  }

  /** All sessions that live. What is given MUST NOT be kept. */
  living(): LivingSession[] {
    return Array.from(this.#sessions.values(), ({ main }) => main);
  }

  /** One of them, if it lives. What is given MUST NOT be kept. */
  lives(sessionId: string): LivingSession | undefined {
    return this.#sessions.get(sessionId)?.main;
  }

  /** What alerts look at in each session that lives. What is given MUST NOT be kept. */
  watched(): WatchedSession[] {
    return Array.from(this.#sessions.values(), ({ sessionId, main, waits, hasHelp }) => {
      const { about, state, stateSince, currentTool } = main;
      return {
        ...{ about, state, stateSince, currentTool, waits: waits.all, hasHelp },
        failedTurn: this.#troubles.failedTurn(sessionId),
        failedCalls: this.#troubles.failedCalls(sessionId),
      };
    });
  }

  /** Budgets that were crossed, the oldest first. */
  get crossings(): readonly Crossing[] {
    return this.#troubles.crossings;
  }

  /** The byte offset up to which a transcript has been told. */
  readUpTo(sessionId: string, agentId?: string): number {
    return this.#bookmarks.of(sessionId, agentId) || this.#pastBookmarks.of(sessionId, agentId);
  }

  transcriptPath(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.main.about.transcriptPath;
  }

  /** What a session may do unasked, as it said last: `default`, `bypassPermissions`, ... */
  permissionMode(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.main.about.permissionMode;
  }

  has(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  /** Whether anything that counts is known of a session, though it may be over. */
  remembers(sessionId: string): boolean {
    return this.has(sessionId) || this.#usage.has(sessionId) || this.readUpTo(sessionId) > 0;
  }

  /** Whether the user is known to be waited for in a session. */
  waits(sessionId: string): boolean {
    return (this.#sessions.get(sessionId)?.waits.all.length ?? 0) > 0;
  }

  /** Whether the dialog of a request is still open, as far as is known. */
  isAsked(sessionId: string, requestId: string): boolean {
    const waits = this.#sessions.get(sessionId)?.waits.all ?? [];
    return waits.some(wait => wait.requestId === requestId);
  }

  /** Every request whose dialog is open, as far as is known. */
  asked(): AskedRequest[] {
    return [...this.#sessions.values()].flatMap(({ sessionId, waits }) =>
      waits.all.flatMap(({ agentId, requestId }) =>
        requestId === undefined ? [] : [{ sessionId, agentId, requestId }],
      ),
    );
  }

  /** A session that lives, as it stands. */
  session(sessionId: string): SessionState | undefined {
    const session = this.#sessions.get(sessionId);
    return session?.shown(this.#knownOf(session));
  }

  sessions(): SessionState[] {
    return [...this.#sessions.values()].map(session => session.shown(this.#knownOf(session)));
  }

  agents(): AgentSnapshot[] {
    return [...this.#sessions.values()].flatMap(session => session.shownAgents(this.#knownOf(session)));
  }

  /** A subagent that is at work, as it stands. */
  agent(sessionId: string, agentId: string): AgentSnapshot | undefined {
    const session = this.#sessions.get(sessionId);
    return session?.shownAgent(agentId, this.#knownOf(session));
  }

  /**
   * All sessions, subagents and open alerts as JSON in pieces: `"sessions":[...],"agents":[...]`. Costs what has changed since the last time.
   * What is given MUST NOT be changed: the next snapshot has most of it too.
   */
  snapshotJson(): Buffer[] {
    const all = [...this.#sessions.values()].map(session => session.json(this.#knownOf(session)));
    const sessions = all.length === 0 ? [] : [Buffer.concat(all.map(({ session }) => session))];
    const agents = all.flatMap(one => one.agents);
    const { open } = this.alerts;
    const alerts = open.length === 0 ? [] : [Buffer.from(`,"alerts":${JSON.stringify(open)}`)];
    return [...field('sessions', sessions), Buffer.from(','), ...field('agents', agents), ...alerts];
  }

  /** The whole state as JSON text, for `load`. */
  save(): string {
    return [...this.saving()].join('');
  }

  /**
   * The same in pieces. They tell of this moment, whatever is applied while they are asked for: now only those are made whose like
   * there is not yet, of what has changed since the last snapshot.
   */
  saving(): Iterable<string> {
    const sessions = [...this.#sessions.values()].map(session => session.saving(this.#knownOf(session)));
    return savedState(sessions, this.#usage.saving(), this.#bookmarks.save(), {
      handovers: this.#handovers.save(),
      ended: this.#ended.save(),
      crossings: this.#crossings.save(),
      alerts: this.alerts.save(),
      troubles: this.#troubles.save(),
      ...(this.#pastUpTo > 0 && {
        past: { upTo: this.#pastUpTo, bookmarks: this.#pastBookmarks.save() },
      }),
    });
  }

  /** Takes over a saved state; false when it was saved by a hookline that kept other things, or counted wrongly. */
  load(text: string): boolean {
    const saved = JSON.parse(text) as Saved;
    if (saved.shape !== SHAPE || !this.#usage.load(saved.usage)) return false;
    for (const session of saved.sessions)
      this.#sessions.set(session.main.shown.sessionId, new Session(session));
    this.#bookmarks.load(saved.bookmarks);
    this.#handovers.load(saved.handovers);
    this.#ended.load(saved.ended ?? []);
    this.#crossings.load(saved.crossings ?? []);
    this.alerts.load(saved.alerts ?? []);
    if (saved.troubles) this.#troubles.load(saved.troubles);
    this.#pastUpTo = saved.past?.upTo ?? 0;
    this.#pastBookmarks.load(saved.past?.bookmarks ?? []);
    return true;
  }

  /** Goes on from what was kept of use, with nothing applied yet. @param past up to which seq of the past it counts */
  restoreUsageRows(kept: readonly UsageRow[], past: number): void {
    this.#usage.restoreRows(kept);
    this.#pastCounted = past;
  }

  /**
   * Counts what an event that was applied says was done, for what is told of all sessions. It MUST be none that is among the rows that
   * the store keeps of that.
   */
  count(event: EventDraft): void {
    this.#activity.count(event, this.#projectOf(event.sessionId));
  }

  /** Up to which seq of the past all of it counts: what was used, and what was done. */
  get pastCountsUpTo(): number {
    return Math.min(this.#pastUpTo, this.#activity.pastUpTo);
  }

  /** The seq, in the log of sessions that were over before anybody told of them, up to which those count here. */
  get pastUpTo(): number {
    return this.#pastUpTo;
  }

  /** That log begins anew, with nothing in it. */
  pastBeginsAnew(): void {
    this.#pastUpTo = 0;
    this.#pastCounted = 0;
    this.#activity.pastCountsUpTo(0);
  }

  /**
   * Takes an event of that log into account: what was used, and how far the transcript is known. Who lives does not change by it. They
   * MUST come in order; one that counts already changes nothing.
   */
  applyPast(event: EventDraft, seq: number): void {
    if (seq > this.#pastUpTo) {
      this.#pastUpTo = seq;
      this.#pastBookmarks.apply(event);
      this.#usage.applyPast(event, seq <= this.#pastCounted);
    }
    this.#activity.countPast(event, this.#projectOf(event.sessionId), seq);
  }

  /** The message that something which happens now in a session follows from: the one it works on. */
  causeOf({ type, sessionId, data }: EventDraft): string | undefined {
    const session = this.#sessions.get(sessionId)?.main;
    const { currentPrompt } = session?.about ?? {};
    const messageId = currentPrompt?.origin?.messageId;
    if (session === undefined || messageId === undefined) return undefined;
    if (type === 'prompt.submitted' || isInboxEvent(type) || isAlertEvent(type)) return undefined;
    const promptId = data['promptId'];
    // What is told after the turn says under which prompt it happened.
    const isUnderIt =
      typeof promptId === 'string' ? promptId === currentPrompt?.promptId : session.state !== 'idle';
    return isUnderIt ? messageId : undefined;
  }

  /** Applies one event and returns the events that follow from it
   * (`agent.state_changed`, `usage.updated`, `usage.budget_crossed`, `agent.started` in a session that goes on after `/clear`). When a log
   * is replayed they are in it already.
   *
   * @param isCounted whether what it used is among the rows that were kept of that
   */
  apply(event: EventDraft, isCounted = false): EventDraft[] {
    const { type, sessionId } = event;
    if (isAlertEvent(type)) return this.#alert(event);
    this.#troubles.note(event);
    if (type === 'usage.budget_crossed') return this.#cross(event);
    if (sessionId === '' || type === 'agent.state_changed' || isInboxEvent(type)) return [];
    this.#bookmarks.apply(event);
    if (type === 'session.discovered' && !this.#sessions.has(sessionId))
      this.#sessions.set(sessionId, discovered(event, this.#ended.take(sessionId)));
    const session = this.#sessions.get(sessionId);
    if (session) this.#handOver(session, event);
    const changed = (type !== 'usage.updated' && session?.apply(event)) || [];
    const spent = this.#usage.apply(event, session?.main.about, isCounted);
    const crossed = this.#budgets.crossedBy(event, this.#usage.moments, this.#usage);
    if (type === 'usage.updated') session?.spent();
    if (type === 'session.removed') this.#remove(sessionId);
    return [...spent, ...crossed, ...changed, ...this.#goOn(event)].map(derived =>
      afterTheFact(derived, event),
    );
  }

  /** The folder a session was started in, also of one that is over; empty when it is not known. */
  #projectOf(sessionId: string): string {
    return this.#sessions.get(sessionId)?.main.about.project || this.#usage.session(sessionId)?.project || '';
  }

  /** A budget was crossed: what is shown of its session says so. */
  #cross(event: EventDraft): EventDraft[] {
    this.#crossings.note(event);
    this.#sessions.get(event.sessionId)?.spent();
    return [];
  }

  /** No session does anything by it. */
  #alert(event: EventDraft): EventDraft[] {
    this.alerts.note(event);
    return [];
  }

  #remove(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session) this.#ended.keep(sessionId, session.main.about.counts);
    this.#sessions.delete(sessionId);
  }

  /** A session is cleared with subagents at work, or one of those goes on in another session. */
  #handOver(session: Session, { type, agentId, data }: EventDraft): void {
    if (type === 'session.removed' && data['reason'] === 'clear') this.#handovers.keep(session.leaveBehind());
    if (type !== 'agent.started' || agentId === undefined) return;
    const left = this.#handovers.take(data['continuedFrom'], agentId);
    if (left) session.takeIn(left);
  }

  /** Tells who goes on in which session, once it is known that the same process has both. */
  #goOn({ type, data, timestamp }: EventDraft): EventDraft[] {
    if (!(type === 'session.removed' || data['pid'] !== undefined)) return [];
    const told: EventDraft[] = [];
    for (const { main } of this.#sessions.values()) {
      if (main.about.startedBy !== 'clear') continue;
      for (const { sessionId: continuedFrom, agents } of this.#handovers.of(main.about))
        for (const { shown } of agents)
          told.push(goesOn(main.about.sessionId, continuedFrom, shown, timestamp));
    }
    return told;
  }

  #knownOf({ sessionId }: Session): Known {
    return {
      usage: agentId => this.#usage.totals(sessionId, agentId),
      contextWindow: model => this.#prices.contextWindow(model),
      overBudget: () => this.#crossings.largestOf(sessionId),
    };
  }
}

/** A `Saved` as JSON. */
function* savedState(
  sessions: readonly (() => string)[],
  usage: Iterable<string>,
  bookmarks: SavedBookmarks,
  rest: Pick<Saved, 'handovers' | 'ended' | 'crossings' | 'alerts' | 'troubles' | 'past'>,
): Generator<string> {
  yield `{"shape":${SHAPE},"sessions":`;
  yield* listed(sessions, json => json());
  yield ',"usage":';
  yield* usage;
  yield ',"bookmarks":';
  yield* listed(bookmarks);
  yield `,${JSON.stringify(rest).slice(1)}`;
}

function goesOn(
  sessionId: string,
  continuedFrom: string,
  { agentId, agentType }: Pick<AgentSnapshot, 'agentId' | 'agentType'>,
  timestamp: number,
): EventDraft {
  const data = { agentType, continuedFrom };
  return { type: 'agent.started', timestamp, sessionId, agentId, source: 'hookline', data };
}

/** What follows from something told after the fact is told after the fact too, and must not pose as live. */
function afterTheFact(derived: EventDraft, { data: { recovered } }: EventDraft): EventDraft {
  return recovered === true ? { ...derived, data: { ...derived.data, recovered } } : derived;
}
