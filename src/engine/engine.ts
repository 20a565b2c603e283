// The engine: the way of an event, from what an agent posts to who is told. It reads from top to bottom.
import { randomUUID } from 'node:crypto';
import { type Agent, makeAgents, type Past, type Watch } from '../agents/index.ts';
import type { Config } from '../config/config.ts';
import type { Reconciler } from '../dedup/index.ts';
import { Consumer, Pump } from '../fanout/index.ts';
import type { DeliveryPath, HookOutput, WakePath } from '../inbox/index.ts';
import { EventLog, inTurns, MemoryStore, type MessageWrite, type Opened, openStore } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { EventDraft, NodePositions } from '../protocol/index.ts';
import { finish, makeSanitizer, type Sanitizer, type Steps } from '../sanitize/index.ts';
import type { Chore, Service } from '../service.ts';
import { PriceList, type Projection } from '../state/index.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { AgeClock } from './age-clock.ts';
import { Checkpoints } from './checkpoints.ts';
import { GroupCommit } from './group-commit.ts';
import { askAll, type HookAnswerer, SILENT, type TakenIn } from './hook-answers.ts';
import { ownBudget } from './own-budget.ts';
import { ownModel } from './own-model.ts';
import { PastLog } from './past-log.ts';
import { Queries } from './queries.ts';
import { restore } from './restore.ts';
import { SpoolDrain } from './spool-drain.ts';

export interface EngineOptions {
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly logger: Logger;
  /** The daemon's own tokens, which never get into an event. */
  readonly ownTokens: () => readonly string[];
  /** The store failed: the log goes on in memory, under another epoch. */
  readonly onEpochLost: () => void;
  /** Who may have something to say to an agent in answer to its hook, the most important first. Default: nobody. */
  readonly hookAnswerers?: readonly HookAnswerer[];
  /** Default: the durable store in the state directory. */
  readonly openStore?: (home: string, now: () => number) => Opened;
  /** How far each hookline is known here, for snapshots. Default: nobody else is. */
  readonly nodes?: () => NodePositions;
  /** Whose hooks are understood, in the order they are asked. Default: all that hookline knows. */
  readonly agents?: readonly Agent[];
}

/** What is told of the daemon itself. */
type SystemEvent =
  | 'system.started'
  | 'system.error'
  | 'system.gap'
  | 'system.broker'
  | 'system.node'
  | 'system.history_imported';

/** What is committed together: events, and what they tell of messages. */
interface Submission {
  readonly events: readonly EventDraft[];
  readonly messages?: readonly MessageWrite[];
  /** Another hookline has told them so: nothing is left out, and all that follows comes from there. */
  readonly areTold?: true;
  /** Called the moment they are in the log, before anybody is told. */
  readonly onCommit?: () => void;
}

/** How often it is looked whether the store's files are still there, in milliseconds. */
const CHECK_MS = 1000;
/** How often some of the events that are too old or too many are deleted, in milliseconds. */
const PRUNE_MS = 5000;
/** A breath between two lots of deleted events, in milliseconds. */
const PRUNE_PAUSE_MS = 50;
const DAY_MS = 24 * 3600_000;
/** How long it is known what was done, also when the events are gone; as long as what was used. */
const ACTIVITY_DAYS = 400;

export class Engine implements Service {
  readonly name = 'engine';
  readonly log: EventLog;
  readonly pump: Pump;
  readonly queries: Queries;
  /** Sessions from before hookline. */
  readonly past: PastLog;
  /** The transcripts that agents keep of sessions, also of those. */
  readonly transcripts: readonly Past[];
  /** Secrets out, long texts trimmed. */
  readonly sanitize: Sanitizer;
  /** The ways into sessions, in the order they are to be tried. */
  readonly deliveryPaths: readonly DeliveryPath[];
  /** What hooks bring back into sessions that none of those reaches. */
  readonly hookOutputs: readonly HookOutput[];
  /** How hooks that wait wake those of them that are idle. */
  readonly wakePaths: readonly WakePath[];
  readonly counters = { hooks: 0, events: 0 };
  readonly #config: Config;
  readonly #options: EngineOptions;
  readonly #agents: readonly Agent[];
  readonly #sanitize: Sanitizer;
  readonly #commits: GroupCommit<Submission>;
  readonly #reconciler: Reconciler;
  readonly #projection: Projection;
  readonly #checkpoints: Checkpoints;
  readonly #ageClock: AgeClock;
  readonly #spool: SpoolDrain;
  /** What is in the batch under way, accounted for and not appended yet. */
  #taken: EventDraft[] = [];
  /** What those tell of messages. */
  #messages: MessageWrite[] = [];
  /** Who is told that those are in the log. */
  #onCommit: (() => void)[] = [];
  #degraded = false;
  #closed = false;

  /** What goes on beside hooks: what they kept is taken in, and what no hook tells is looked for. To be started after the engine. */
  readonly services: readonly Service[];

  readonly chores: readonly Chore[] = [
    { what: 'store: looking after its files', everyMs: CHECK_MS, run: () => this.log.check() },
    { what: 'store: deleting old events', everyMs: PRUNE_MS, run: () => this.prune() },
  ];

  /** @throws StoreBusyError, NewerSchemaError */
  constructor(config: Config, options: EngineOptions) {
    const { now, uptime, logger, ownTokens } = options;
    this.#config = config;
    this.#options = options;
    this.#agents = options.agents ?? makeAgents(config);
    this.#sanitize = makeSanitizer({ redact: config.redact, trim: config.trim, ownTokens });
    const ring = { events: config.ringEvents, bytes: config.ringBytes };
    const { store, problem, notice } = this.#openStore();
    if (notice !== undefined) logger.warn(notice);
    this.log = new EventLog(store ?? new MemoryStore(randomUUID(), ring), {
      ring,
      failed: what => this.#storeFailed(what),
    });
    this.pump = new Pump();
    const prices = new PriceList([
      ...config.prices.map(ownModel),
      ...this.#agents.flatMap(({ models = [] }) => models),
    ]);
    const { projection, projected, reconciler, memory, rememberedFrom } = restore(
      this.log,
      source => this.#agentOf(source)?.implied,
      { prices, budgets: config.budgets.map(ownBudget) },
    );
    this.#projection = projection;
    this.#reconciler = reconciler;
    this.#checkpoints = new Checkpoints(this.log, projection, projected, logger);
    const [newest] = this.log.read(this.log.head - 1, { events: 1, bytes: 1 });
    this.#ageClock = new AgeClock({ now, uptime, lastKnown: newest?.timestamp });
    this.#commits = new GroupCommit({ take: one => this.#take(one), commit: () => this.#commit() });
    this.sanitize = this.#sanitize;
    this.transcripts = this.#agents.flatMap(({ past }) => past ?? []);
    this.past = new PastLog({
      home: config.store && store !== undefined ? config.home : undefined,
      projection,
      warn: what => logger.warn(what),
      now,
    });
    this.queries = new Queries({
      past: () => this.past.log,
      log: this.log,
      projection,
      limits: config.limits,
      version: VERSION,
      sanitize: this.#sanitize,
      agentOf: source => this.#agentOf(source),
      nodes: options.nodes,
      prices,
      now,
    });
    const ways = { projection, home: config.home, now };
    this.deliveryPaths = this.#agents.flatMap(agent => agent.deliveryPaths?.(ways) ?? []);
    this.hookOutputs = this.#agents.flatMap(agent => agent.hookOutput?.(ways) ?? []);
    this.wakePaths = this.#agents.flatMap(agent => agent.wakePath?.(ways) ?? []);
    this.#spool = new SpoolDrain({
      home: config.home,
      read: (body, at) => finish(this.#read(this.#agentFor(body), body, at)),
      submit: draft => this.#commits.submit({ events: [draft] }),
      lost: count => void this.tell('system.gap', { reason: 'spool_full', count }),
      isDegraded: () => this.#degraded,
      now,
      logger,
    });
    const watches = this.#agents.flatMap(agent => {
      const watch = agent.watch?.({
        home: config.home,
        log: this.log,
        projection,
        memory,
        rememberedFrom,
        sanitize: this.#sanitize,
        submit: draft => this.#submitFound(draft),
        hooksAreDone: () => this.#spool.empty,
        durable: config.store && store !== undefined,
        isDegraded: () => this.#degraded,
        silentOverMs: config.silentHours * 3600_000,
        now,
        logger,
      });
      return watch ? [this.#told(watch), watch] : [];
    });
    this.services = [...watches, this.#spool];
    if (notice) void this.tell('system.error', { code: 'epoch_ended', message: notice });
    if (problem) this.#complain('store_open', problem, store === undefined);
  }

  /**
   * Takes a hook's body in; resolves once it is in the log, with what answers it.
   *
   * @param prints whether the hook says that it hands on what it is answered
   * @throws InvalidPayloadError
   */
  async ingest(body: unknown, prints = false): Promise<TakenIn> {
    const agent = this.#agentFor(body);
    const draft = await inTurns(this.#read(agent, body, this.#options.now()));
    this.counters.hooks++;
    if (!draft) return SILENT;
    const { hookAnswerers = [], logger } = this.#options;
    const { event, taken } = askAll(
      hookAnswerers,
      { event: draft, body, prints, asked: agent.asks?.(agent.read(body)) },
      error => logger.error(`/hook: no answer could be made for ${draft.type}: ${inWords(error)}`),
    );
    await this.#commits.submit({ events: [event] });
    return taken;
  }

  #agentFor(body: unknown): Agent {
    const agent = this.#agents.find(one => one.claims(body));
    if (!agent) throw new Error('engine: no agent takes what the others leave');
    return agent;
  }

  /** What it holds without secrets and too much, and the event that it tells. */
  *#read(agent: Agent, body: unknown, at: number): Steps<EventDraft | undefined> {
    const draft = agent.translate(yield* this.#sanitize.inSteps(agent.read(body)), at);
    return draft && withoutOurs(draft);
  }

  /** What it adds to the log: nothing for a duplicate, more where something is missing before it. */
  #take({ events, messages = [], areTold, onCommit }: Submission): void {
    for (const draft of events)
      if (areTold) this.#believe(draft);
      else for (const event of this.#reconciler.reconcile(draft)) this.#account(event);
    this.#messages.push(...messages);
    if (onCommit) this.#onCommit.push(onCommit);
  }

  /** Takes an event into account, and those that follow from it. */
  #account(told: EventDraft): void {
    const causedBy = this.#projection.causeOf(told);
    const event = causedBy === undefined ? told : { ...told, data: { ...told.data, causedBy } };
    this.#taken.push(event);
    this.#reconciler.observe(event);
    const derived = this.#projection.apply(event);
    this.#projection.count(event);
    for (const one of derived) this.#account(one);
  }

  #believe(event: EventDraft): void {
    this.#taken.push(event);
    this.#projection.apply(event);
    this.#projection.count(event);
  }

  /** Makes what was taken durable, or at least readable, numbers it, and wakes who waits for it. */
  #commit(): void {
    const [events, messages, onCommit] = [this.#taken, this.#messages, this.#onCommit];
    [this.#taken, this.#messages, this.#onCommit] = [[], [], []];
    if (events.length === 0 && messages.length === 0) return;
    this.log.append(events, messages);
    this.counters.events += events.length;
    for (const tell of onCommit) tell();
    this.pump.wakeAll();
    this.#checkpoints.saveIfDue();
  }

  /** Takes in what no hook told. */
  #submitFound(draft: EventDraft): Promise<void> {
    const { logger } = this.#options;
    return this.#commits
      .submit({ events: [{ ...draft, data: this.#sanitize(draft.data) }] })
      .catch(error => logger.error(`${draft.type} could not be told: ${inWords(error, this.#config.home)}`));
  }

  /**
   * Takes in what other hooklines have told, as they did; resolves once it is in the log.
   *
   * @param onCommit called the moment it is, before anybody is told; MUST NOT throw
   */
  takeOver(events: readonly EventDraft[], onCommit: () => void): Promise<void> {
    return this.#commits.submit({ events, areTold: true, onCommit });
  }

  /** Tells something of the daemon itself. */
  tell(type: SystemEvent, data: Record<string, unknown>): Promise<void> {
    const event = { type, timestamp: this.#options.now(), sessionId: '', source: 'hookline', data };
    return this.#commits.submit({ events: [event] });
  }

  /** Tells of something that a program pushed for others, without secrets; resolves once it is committed. */
  push(data: Record<string, unknown>): Promise<void> {
    const event = {
      type: 'relay.pushed',
      timestamp: this.#options.now(),
      sessionId: '',
      source: 'hookline',
      data,
    };
    return this.submitMessages([event], []);
  }

  /** Tells what became of a request; resolves once it is durable. */
  tellResolved(event: EventDraft): Promise<void> {
    return this.#commits.submit({ events: [{ ...event, data: this.#sanitize(event.data) }] });
  }

  /** Tells what becomes of alerts, without secrets; resolves once it is durable. */
  async tellAlerts(events: readonly Omit<EventDraft, 'timestamp' | 'source'>[]): Promise<void> {
    const timestamp = this.#options.now();
    if (events.length === 0) return;
    await this.#commits.submit({
      events: events.map(({ data, ...event }) => ({
        ...{ ...event, timestamp, source: 'hookline' },
        data: this.#sanitize(data),
      })),
    });
  }

  /** Whether nothing that hooks kept is left to take in, as far as is known; while the store is broken, nothing of it is taken in. */
  get isCaughtUp(): boolean {
    return this.#spool.empty || this.#degraded;
  }

  /** Commits what happened to messages: the events without secrets, the messages as they are. Resolves once it is durable. */
  submitMessages(events: readonly EventDraft[], messages: readonly MessageWrite[]): Promise<void> {
    const clean = events.map(event => ({ ...event, data: this.#sanitize(event.data) }));
    return this.#commits.submit({ events: clean, messages });
  }

  /**
   * Deletes events that are too old or too many, a few at a time: nobody should have to wait for it. What they add up to is
   * kept first: a living session stays, though the event that announced it goes.
   */
  async prune(): Promise<void> {
    const { retentionDays, retentionBytes } = this.#config;
    const now = this.#ageClock.read();
    const olderThan = now - retentionDays * DAY_MS;
    const activityFrom = now - Math.max(retentionDays, ACTIVITY_DAYS) * DAY_MS;
    this.#projection.activity.forget(this.log.activity, activityFrom);
    while (!this.#closed && !this.#degraded) {
      const { seq } = this.#checkpoints;
      if (this.log.prune({ olderThan, bytes: retentionBytes, upTo: seq }) === 0) {
        if (this.log.oldest <= seq || seq === this.log.head) return;
        await this.#checkpoints.save();
        if (this.#checkpoints.seq === seq) return;
      }
      await new Promise(resolve => setTimeout(resolve, PRUNE_PAUSE_MS).unref());
    }
  }

  /** Events are kept in memory only though they should be stored. */
  health(): string | undefined {
    return this.#degraded ? 'events are kept in memory only' : undefined;
  }

  /** Counts what was taken in of sessions from before and is not counted yet; hardly ever is there any. */
  start(): void {
    this.past
      .catchUp()
      .catch(error => this.#options.logger.error(`history: it could not be read: ${inWords(error)}`));
  }

  /** Whether a session was told of, as it happened or after the fact, however long ago. @throws the store's error */
  hasTold(sessionId: string): boolean {
    return this.#projection.remembers(sessionId) || this.isInLog(sessionId);
  }

  /** Whether events of a session are, or were, in the log. @throws the store's error */
  isInLog(sessionId: string): boolean {
    return this.log.hasHad(sessionId);
  }

  /** Saves a summary of the state now. */
  saveState(): Promise<void> {
    return this.#checkpoints.save();
  }

  /** Commits what waits and closes the log. */
  stop(): void {
    this.#closed = true;
    this.#commits.flush();
    this.#checkpoints.close();
    for (const one of [this.past, this.log]) {
      try {
        one.close();
      } catch (error) {
        this.#options.logger.error(`store: it could not be closed in order: ${(error as Error).message}`);
      }
    }
  }

  #agentOf(source: string): Agent | undefined {
    return this.#agents.find(agent => agent.source === source);
  }

  /** Tells a watch every event from now on. */
  #told(watch: Watch): Consumer {
    return new Consumer({
      name: watch.name,
      log: this.log,
      pump: this.pump,
      deliver: deliveries => {
        for (const { record } of deliveries) watch.note(record);
      },
      failed: error => this.#options.logger.error(`${watch.name}: ${inWords(error)}`),
    });
  }

  #openStore(): Opened {
    const { openStore: open = openStore, now } = this.#options;
    return this.#config.store ? open(this.#config.home, now) : { store: undefined, problem: undefined };
  }

  // Told a moment later: whoever ran into the failure is in the middle of something.
  #storeFailed(problem: string): void {
    this.#degraded = true;
    setImmediate(() => {
      this.#complain('store_failed', problem, true);
      this.#options.onEpochLost();
    });
  }

  #complain(code: string, message: string, degraded: boolean): void {
    this.#degraded ||= degraded;
    this.#options.logger.error(message);
    void this.tell('system.error', { code, message });
  }
}

/** Only we name requests: whoever posts an event must not have one pass for another. */
function withoutOurs(draft: EventDraft): EventDraft {
  if (draft.type !== 'permission.requested' || draft.data['requestId'] === undefined) return draft;
  const { requestId: _, ...data } = draft.data;
  return { ...draft, data };
}
