// What connections and routes may ask of the daemon.
import type { Agent, RawTranscript } from '../agents/index.ts';

import type {
  EventLog,
  Filter,
  Form,
  Histogram,
  HistogramQuery,
  LogReader,
  LogRecord,
} from '../log/index.ts';
import { envelopeText, Histograms, readPage } from '../log/index.ts';
import {
  type BlockUsage,
  type BudgetUsage,
  type DayUsage,
  groupUses,
  type Limits,
  type NodePositions,
  type OpenAlert,
  PROTOCOL_VERSION,
  type PromptUsage,
  type RequestId,
  type SessionState,
  type SessionUsage,
  type Stats,
  sumOfUses,
  type Usage,
} from '../protocol/index.ts';
import type { Sanitizer } from '../sanitize/index.ts';
import {
  ActivityReport,
  type AskedRequest,
  type Crossing,
  type KnownAlert,
  type PriceList,
  type Projection,
  type Range,
  type Wanted,
  type WatchedSession,
  weekdayOf,
} from '../state/index.ts';
import type { Source } from '../story/index.ts';
import { sessionSource } from './session-source.ts';
import { TimeTravel } from './time-travel.ts';

export interface HistoryPage {
  /** The events as a JSON array. */
  readonly events: string;
  readonly hasMore: boolean;
  /** Given when they are of sessions from before hookline: their seqs are of a numbering of their own, with this epoch. */
  readonly past?: string;
}

export interface HistoryQuery {
  readonly filter: Filter;
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  readonly from: 'newest' | 'oldest';
  /** Looks through sessions from before hookline. Default: only for what the log itself has nothing of. */
  readonly past?: boolean;
  /** In which form a record is told; default: the normal one. */
  readonly form?: (record: LogRecord) => Form;
  /** Ends a search that nobody waits for any more. */
  readonly signal?: AbortSignal;
}

export interface StatsQuery extends Wanted {
  readonly range: Range;
}

export interface QueriesOptions {
  readonly log: EventLog;
  readonly projection: Projection;
  readonly limits: Limits;
  readonly version: string;
  readonly sanitize: Sanitizer;
  /** The agent whose events have this source. */
  readonly agentOf: (source: string) => Agent | undefined;
  /** The log of sessions from before hookline, once there is one. Default: there is none. */
  readonly past?: () => LogReader | undefined;
  /** How far each hookline is known here; undefined: there are no others. */
  readonly nodes?: (() => NodePositions) | undefined;
  /** What the cost of what was used is estimated with, in past states too. Default: there are no estimates. */
  readonly prices?: PriceList;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

const SNAPSHOT = Buffer.from('{"type":"snapshot",');

export class Queries {
  readonly log: LogReader;
  readonly version: string;
  /** Redacts and trims as configured, for what is sent without having been stored. */
  readonly sanitize: Sanitizer;
  readonly #projection: Projection;
  readonly #agentOf: (source: string) => Agent | undefined;
  readonly #limits: Limits;
  readonly #timeTravel: TimeTravel;
  readonly #histograms: Histograms;
  readonly #nodes: (() => NodePositions) | undefined;
  readonly #now: () => number;
  readonly #store: Pick<EventLog, 'activity'>;
  readonly #past: () => LogReader | undefined;
  #snapshot: { readonly key: string; readonly body: readonly Buffer[] } = { key: '', body: [] };

  constructor({
    log,
    projection,
    limits,
    version,
    sanitize,
    agentOf,
    past = () => undefined,
    nodes,
    prices,
    now = Date.now,
  }: QueriesOptions) {
    this.#now = now;
    this.#past = past;
    this.#nodes = nodes;
    this.#agentOf = agentOf;
    this.log = log;
    this.#store = log;
    this.version = version;
    this.sanitize = sanitize;
    this.#projection = projection;
    this.#limits = limits;
    this.#timeTravel = new TimeTravel(log, prices);
    this.#histograms = new Histograms(log);
  }

  get sessionCount(): number {
    return this.#projection.sessionCount;
  }

  /** How far each hookline is known here, as of the head of the log; undefined: there are no others. */
  nodes(): NodePositions | undefined {
    return this.#nodes?.();
  }

  /** Who lives, what they are called and where they run, without a copy of what is known of them. What is given MUST NOT be kept. */
  living(): Readonly<Pick<SessionState, 'sessionId' | 'node' | 'name' | 'project' | 'pid' | 'procStart'>>[] {
    return this.#projection.living().map(({ about }) => about);
  }

  /** What a session that lives is doing; undefined when there is none. */
  session(sessionId: string): SessionState | undefined {
    return this.#projection.session(sessionId);
  }

  sessions(): SessionState[] {
    return this.#projection.sessions();
  }

  usage(sessionId?: string): Usage {
    return this.#projection.usage.of(sessionId);
  }

  /** @throws RangeError for no time zone */
  usageByDay(zone: string, range?: Range): DayUsage[] {
    return this.#projection.usage.byDay(zone, range);
  }

  /**
   * What was done in a range of time, and what that cost, by the days and hours of a time zone.
   *
   * @throws RangeError for no time zone; the store's error
   */
  async stats({ range, ...wanted }: StatsQuery): Promise<Stats> {
    const { zone, fits = () => true } = wanted;
    const { activity } = this.#store;
    const report = await this.#projection.activity.look(activity, range, () => new ActivityReport(wanted));
    const used = this.usageByDay(zone, range).filter(({ project }) => fits(project));
    const countsFrom = this.#projection.activity.oldest(activity);
    return {
      zone,
      ...(countsFrom === undefined ? {} : { countsFrom }),
      tools: report.tools(),
      hours: report.hours(),
      errors: report.errors(),
      projects: groupUses(used, 'project'),
      weekdays: [1, 2, 3, 4, 5, 6, 7].flatMap(weekday => {
        const rows = used.filter(({ day }) => weekdayOf(day) === weekday);
        return rows.length === 0 ? [] : [{ weekday, ...sumOfUses(rows) }];
      }),
    };
  }

  /** How the budgets stand now. */
  usageByBudget(): BudgetUsage[] {
    return this.#projection.usageByBudget(this.#now());
  }

  usageBySession(): SessionUsage[] {
    return this.#projection.usage.bySession();
  }

  /** Windows of five hours, the oldest first. */
  usageByBlock(): BlockUsage[] {
    return this.#projection.usage.byBlock(this.#now());
  }

  /** The last prompts of a session. */
  usageByPrompt(sessionId: string): PromptUsage[] {
    return this.#projection.usage.byPrompt(sessionId);
  }

  /** Alerts whose cause has not ended, those that were acknowledged among them. */
  alerts(): readonly KnownAlert[] {
    return this.#projection.alerts.all;
  }

  /** Alerts that nobody has acknowledged. */
  openAlerts(): readonly OpenAlert[] {
    return this.#projection.alerts.open;
  }

  /** What alerts look at in each session that lives. What is given MUST NOT be kept. */
  watched(): WatchedSession[] {
    return this.#projection.watched();
  }

  /** Budgets that were crossed, the oldest first. */
  crossings(): readonly Crossing[] {
    return this.#projection.crossings;
  }

  /** Whether the user is waited for at a dialog that was told under this name, as far as is known. */
  isAsked(sessionId: string, requestId: string): boolean {
    return this.#projection.isAsked(sessionId, requestId);
  }

  /** Every dialog that is open, as far as is known, and that was told under a name. */
  asked(): AskedRequest[] {
    return this.#projection.asked();
  }

  /** Where the main transcript of a living session is, as its hooks told. */
  transcriptPath(sessionId: string): string | undefined {
    return this.#projection.transcriptPath(sessionId);
  }

  /** What is written from now on to the transcripts of a living session; undefined when there is nothing that could be read. */
  openTranscript(sessionId: string): RawTranscript | undefined {
    const path = this.transcriptPath(sessionId);
    const source = this.#projection.session(sessionId)?.source;
    if (path === undefined || source === undefined) return undefined;
    return this.#agentOf(source)?.openTranscript?.(path);
  }

  /** The same as of a past seq. @throws OutOfReachError, what the signal was aborted with */
  async snapshotAt(seq: number, signal: AbortSignal): Promise<Buffer[]> {
    if (seq === this.log.head) return this.snapshot();
    return this.#timeTravel.at(seq, signal, state => [SNAPSHOT, ...this.#body(seq, state)]);
  }

  /**
   * A `snapshot` message as of the log's head, as JSON in pieces. They are made once for all who ask between two commits, are
   * never joined, and MUST NOT be changed: whoever is slow to read them costs no memory for as long as they are the newest.
   */
  snapshot(id?: RequestId): Buffer[] {
    const key = `${this.log.epoch}:${this.log.head}:${this.log.oldest}`;
    if (this.#snapshot.key !== key)
      this.#snapshot = { key, body: this.#body(this.log.head, this.#projection, this.nodes()) };
    const withId = id === undefined ? [] : [Buffer.from(`"id":${JSON.stringify(id)},`)];
    return [SNAPSHOT, ...withId, ...this.#snapshot.body];
  }

  /** A snapshot but for its type and id. */
  #body(seq: number, state: Projection, nodes?: NodePositions): Buffer[] {
    const head = {
      protocol: PROTOCOL_VERSION,
      server: { name: 'hookline', version: this.version },
      epoch: this.log.epoch,
      seq,
      oldestSeq: this.log.oldest,
      ...(nodes && { nodes }),
    };
    const told = Buffer.from(`${JSON.stringify(head).slice(1, -1)},`);
    return [told, ...state.snapshotJson(), Buffer.from('}')];
  }

  /** Ids of sessions that there are events of, from before hookline too, in order: the first `most` that begin like this. */
  sessionIds(prefix: string, most: number): string[] {
    const past = this.#past()?.sessionIds(prefix, most) ?? [];
    const ids = this.log.sessionIds(prefix, most);
    return past.length === 0 ? ids : [...new Set([...ids, ...past])].sort().slice(0, most);
  }

  /** A session is known while it lives, and as long as the log, or that of the past, holds an event of it. */
  knows(sessionId: string): boolean {
    // The events of the daemon itself belong to none.
    if (sessionId === '') return false;
    const sessions = new Set([sessionId]);
    return this.#projection.has(sessionId) || holds(this.log, sessions) || holds(this.#past(), sessions);
  }

  /** What a document about a session is made of, as it is now; undefined for one that is not known. */
  sessionSource(sessionId: string): Source | undefined {
    if (!this.knows(sessionId)) return undefined;
    return {
      ...{ sessionId, version: this.version, now: this.#now() },
      ...{ usage: this.usage(sessionId), prompts: this.usageByPrompt(sessionId) },
      ...sessionSource(sessionId, { log: this.log, past: this.#past() }),
    };
  }

  /** @throws what the signal was aborted with. */
  async history(query: HistoryQuery): Promise<HistoryPage> {
    const past = this.#past();
    const { sessions } = query.filter;
    const onlyPast = past && sessions && !holds(this.log, sessions) && holds(past, sessions);
    if (past && (query.past ?? onlyPast)) return this.#page(past, query, past.epoch);
    if (query.past) return { events: '[]', hasMore: false };
    const page = await this.#page(this.log, query);
    // Whoever pages counts by the seqs of one log; and a time alone is asked about to find a place in the log.
    const { after, before, filter } = query;
    const looksFor = after === undefined && before === undefined && (filter.words ?? []).length > 0;
    if (!past || page.events !== '[]' || query.past === false || !looksFor) return page;
    const found = await this.#page(past, query, past.epoch);
    return found.events === '[]' ? page : found;
  }

  /** How many events there were when; not those of sessions from before hookline. @throws what the signal was aborted with. */
  histogram(query: Omit<HistogramQuery, 'now'>): Promise<Histogram> {
    return this.#histograms.of({ ...query, now: this.#now() });
  }

  async #page(log: LogReader, query: HistoryQuery, past?: string): Promise<HistoryPage> {
    const { form = () => 'normal', past: _past, ...rest } = query;
    const page = await readPage(log, { ...rest, bytes: this.#limits.historyBytes });
    return {
      events: `[${page.records.map(record => envelopeText(record, form(record))).join(',')}]`,
      hasMore: page.hasMore,
      ...(past === undefined ? {} : { past }),
    };
  }
}

function holds(log: LogReader | undefined, sessions: ReadonlySet<string>): boolean {
  const all = { after: 0, before: Number.MAX_SAFE_INTEGER, from: 'newest' } as const;
  // The events of other sessions do not count as a look.
  return [...sessions].some(session => {
    const found = log?.scan(all, { sessions: new Set([session]) }, { look: 1, take: 1, bytes: 1 });
    return found !== undefined && found.records.length > 0;
  });
}
