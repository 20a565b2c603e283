// The client: consumers of events and requests, over as few connections as keep them out of each other's way.
import type { EventEnvelope, HooklineEvent, Position, SessionState, Usage } from '../protocol/index.ts';
import { AgentLog } from './agent-log.ts';
import { Connections } from './connections.ts';
import { Consumer, type ConsumerOptions } from './consumer.ts';
import { ClosedError, type HooklineError } from './errors.ts';
import type { CheckedTopic, EventFor, Topics } from './event-types.ts';
import { listen } from './listener.ts';
import { Requests } from './requests.ts';
import type { DialOptions } from './stream.ts';
import type {
  AgentLogLines,
  EventsOptions,
  FilterOptions,
  History,
  HistoryOptions,
  Listener,
  Loss,
  OnLoss,
  PositionStore,
  ReplayOptions,
  RequestOptions,
  Snapshot,
  Status,
  Subscription,
  ViewItem,
} from './types.ts';

export interface Settings {
  readonly dial: DialOptions;
  readonly timeoutMs: number;
  readonly buffer: number;
  readonly onLoss: OnLoss;
  readonly onStatus: ((status: Status) => void) | undefined;
}

type From = 'now' | 'oldest' | Position;

/** What a consumer is to be; the rest follows from the settings. */
type Wanted<T> = Omit<ConsumerOptions<T>, 'topics' | 'onLoss' | 'buffer' | 'clock' | 'onSeek' | 'onGone'> & {
  readonly topics: Topics;
  readonly onLoss?: OnLoss;
};

/** `Loss` among the events, where that is (or may be) asked for. */
type AndLoss<O> = 'onLoss' extends keyof O ? ('yield' extends O['onLoss'] ? Loss : never) : never;

/**
 * A client of one daemon. Nothing is connected before something is asked for; whatever breaks is connected again, and consumers
 * go on where they were.
 *
 * Consumers of what comes from now on share one connection with the requests. One that starts in the past, asks for hooks by their
 * own name, or falls behind by more than `buffer` events gets a connection of its own, which goes as fast as it reads: nothing is
 * buffered without bound, and no consumer slows another down.
 */
export class Client {
  /** Settles when the client is over: with nothing after `close()`, with the `RefusedError` that ended it otherwise. Never rejects. */
  readonly closed: Promise<HooklineError | undefined>;
  readonly #settings: Settings;
  readonly #requests: Requests;
  readonly #connections: Connections;
  /** Whoever has to be told of the end. */
  readonly #consumers = new Set<{ close(): void; fail(error: Error): void }>();
  #over: HooklineError | undefined;
  #settleClosed: (error: HooklineError | undefined) => void = () => {};

  /** Made by `connect`. */
  constructor(settings: Settings) {
    const { dial, timeoutMs, onStatus } = settings;
    this.#settings = settings;
    this.#requests = new Requests(dial.clock, timeoutMs, () => this.#connections.trouble);
    this.#connections = new Connections({
      dial,
      guest: this.#requests,
      onStatus: status => tell(onStatus, status),
      onFatal: error => this.#finish(error),
    });
    this.closed = new Promise(resolve => {
      this.#settleClosed = resolve;
    });
  }

  /** How the connections are doing: `live` when all of them are. */
  get status(): Status {
    return this.#connections.status;
  }

  /**
   * The events of some topics: `'tool.*'`, `'{agent,session}.*'`, `'**'`, or several of them. Typed by the pattern: those of
   * `'tool.use'` are `EventOf<'tool.use'>`, those of `'tool.*'` narrow by `type`. A literal that no event of hookline's has does
   * not compile; for one of somebody else, see `ForeignTopic`. It begins at once, iterated over or not.
   *
   * @throws SubscriptionError for a pattern outside the grammar; ClosedError. The iteration throws `RefusedError`, `LossError`
   * (see `onLoss`), and whatever the position's `load` and `save` throw.
   * @example
   * for await (const event of client.events('tool.*')) {
   *   if (event.type === 'tool.use') console.log(event.sessionId, event.data.toolName);
   *   if (event.type === 'tool.result') break;
   * }
   */
  events<const P extends string>(topics: (P | readonly P[]) & CheckedTopic<P>): Subscription<EventFor<P>>;
  events<const P extends string, const O extends EventsOptions>(
    topics: (P | readonly P[]) & CheckedTopic<P>,
    options: O,
  ): Subscription<EventFor<P> | AndLoss<O>>;
  events<P extends string>(topics: P | readonly P[], options: EventsOptions = {}): Subscription<EventFor<P>> {
    const { position: store, from = 'now', ...rest } = options;
    return this.#consume<EventFor<P>>({ ...rest, topics, store, event: typed<P> }, from);
  }

  /**
   * Calls a handler with every event, one after the other: the next one waits for the promise the handler returned.
   *
   * @throws SubscriptionError, ClosedError. What comes later, and what the handler throws, ends it and rejects `done`: look there, or
   * it is an unhandled rejection.
   * @example
   * const listener = client.on('tool.use', event => console.log(event.data.toolName));
   * await listener.ready;
   * listener.off();
   */
  on<const P extends string>(
    topics: (P | readonly P[]) & CheckedTopic<P>,
    handler: (event: EventFor<P>) => unknown,
  ): Listener;
  on<const P extends string, const O extends EventsOptions>(
    topics: (P | readonly P[]) & CheckedTopic<P>,
    handler: (event: EventFor<P> | AndLoss<O>) => unknown,
    options: O,
  ): Listener;
  on<P extends string>(
    topics: P | readonly P[],
    handler: (event: EventFor<P>) => unknown,
    options: EventsOptions = {},
  ): Listener {
    return listen(this.events(topics as Topics, options) as Subscription<EventFor<P>>, handler);
  }

  /**
   * The state and what happens to it, as one consistent story: first a `snapshot`, then every `event` after it, none twice and none
   * left out. After a loss comes a new snapshot, with the `loss` that made it necessary: forget what you held.
   *
   * @example
   * let prompts = new Map();
   * for await (const { snapshot, event } of client.view('prompt.submitted')) {
   *   if (snapshot) prompts = new Map(snapshot.sessions.map(one => [one.sessionId, one.counts.prompts]));
   *   if (event) prompts.set(event.sessionId, (prompts.get(event.sessionId) ?? 0) + 1);
   *   console.log(prompts);
   *   if (event) break;
   * }
   */
  view<const P extends string = '**'>(
    topics?: (P | readonly P[]) & CheckedTopic<P>,
    options: FilterOptions = {},
  ): Subscription<ViewItem<EventFor<P>>> {
    return this.#consume<ViewItem<EventFor<P>>>(
      {
        ...options,
        topics: topics ?? '**',
        event: one => ({ event: typed<P>(one) }),
        snapshot: (snapshot, loss) => ({ snapshot, ...(loss === undefined ? {} : { loss }) }),
      },
      'now',
    );
  }

  /**
   * What the log holds, up to its head at this moment; then it ends.
   *
   * @example
   * for await (const event of client.replay('tool.result')) console.log(event.seq, event.data.success);
   */
  replay<const P extends string>(topics: (P | readonly P[]) & CheckedTopic<P>): Subscription<EventFor<P>>;
  replay<const P extends string, const O extends ReplayOptions>(
    topics: (P | readonly P[]) & CheckedTopic<P>,
    options: O,
  ): Subscription<EventFor<P> | AndLoss<O>>;
  replay<P extends string>(topics: P | readonly P[], options: ReplayOptions = {}): Subscription<EventFor<P>> {
    const { after = 'oldest', ...rest } = options;
    return this.#consume<EventFor<P>>({ ...rest, topics, event: typed<P>, finite: true }, after);
  }

  /**
   * A session's transcript and those of its subagents, line by line as they are written from now on. It has no place to resume from:
   * when the connection is lost it throws `InterruptedError`. Throws `RequestError` (`not_found`) for a session that does not live.
   *
   * @example
   * const lines = client.agentLog(sessionId);
   * for await (const { agentId, line } of lines) {
   *   console.log(agentId ?? 'main', line);
   *   break;
   * }
   */
  agentLog(sessionId: string, options: { readonly signal?: AbortSignal } = {}): AgentLogLines {
    this.#mustBeOpen();
    const log = new AgentLog({
      sessionId,
      buffer: this.#settings.buffer,
      signal: options.signal,
      onGone: () => this.#forget(log),
    });
    this.#consumers.add(log);
    if (options.signal?.aborted) log.close();
    else this.#connections.invite(log);
    return log;
  }

  /** The state right now: every session and subagent that lives. @throws RequestError, TimeoutError, RefusedError, ClosedError */
  getSnapshot(options?: RequestOptions): Promise<Snapshot> {
    return this.#ask(() => this.#requests.ask({ type: 'get_snapshot' }, 'snapshot', options));
  }

  /** The sessions that live. @throws RequestError, TimeoutError, RefusedError, ClosedError */
  async getSessions(options?: RequestOptions): Promise<SessionState[]> {
    const ask = (): Promise<{ sessions: SessionState[] }> =>
      this.#requests.ask({ type: 'get_session_list' }, 'session_list', options);
    return (await this.#ask(ask)).sessions;
  }

  /** Tokens and cost, of one session or of all together. @throws RequestError (`not_found`), TimeoutError, RefusedError, ClosedError */
  async getUsage(options: RequestOptions & { readonly sessionId?: string } = {}): Promise<Usage> {
    const { sessionId, ...rest } = options;
    const which = sessionId === undefined ? {} : { sessionId };
    const { totals, byModel, costUsd } = await this.#ask(() =>
      this.#requests.ask({ type: 'get_usage', ...which }, 'usage', rest),
    );
    return { totals, byModel, ...(costUsd === undefined ? {} : { costUsd }) };
  }

  /**
   * The newest events of a session, ascending by seq; `before` goes further back.
   *
   * @throws RequestError (`not_found`), TimeoutError, RefusedError, ClosedError
   */
  async getSessionHistory(sessionId: string, options: HistoryOptions = {}): Promise<History> {
    const { limit = 100, before, ...rest } = options;
    const page = before === undefined ? { limit } : { limit, before };
    const { events, hasMore } = await this.#ask(() =>
      this.#requests.ask({ type: 'get_session_history', sessionId, ...page }, 'session_history', rest),
    );
    return { events: events as HooklineEvent[], hasMore };
  }

  /** Ends every connection. Iterations end, what was asked rejects with `ClosedError`, and nothing keeps the process alive. */
  close(): void {
    this.#finish(undefined);
  }

  #consume<T>(wanted: Wanted<T>, from: From): Consumer<T> {
    this.#mustBeOpen();
    const { buffer, onLoss, dial } = this.#settings;
    const consumer: Consumer<T> = new Consumer<T>({
      onLoss,
      buffer,
      clock: dial.clock,
      ...wanted,
      topics: [wanted.topics].flat(),
      onSeek: position => this.#connections.move(consumer, position),
      onGone: () => this.#forget(consumer),
    });
    this.#consumers.add(consumer);
    if (wanted.signal?.aborted) consumer.close();
    void startOf(wanted.store, from).then(
      start => consumer.ended || this.#connections.place(consumer, start),
      (error: Error) => consumer.fail(error),
    );
    return consumer;
  }

  /** Asks over the shared connection, which is opened if need be. */
  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    const answer = ask();
    this.#connections.share();
    return answer;
  }

  #mustBeOpen(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  #forget(one: { close(): void; fail(error: Error): void }): void {
    this.#consumers.delete(one);
    this.#connections.leave(one);
  }

  #finish(error: HooklineError | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = error ?? new ClosedError();
    for (const one of [...this.#consumers]) error === undefined ? one.close() : one.fail(error);
    this.#requests.failAll(this.#over);
    this.#connections.close(error?.message);
    this.#settleClosed(error);
  }
}

/** An event as the patterns that asked for it promise it. */
function typed<P extends string>(event: EventEnvelope): EventFor<P> {
  return event as unknown as EventFor<P>;
}

/** Where a consumer begins: at the position that was saved, if any was. */
async function startOf(store: PositionStore | undefined, from: From): Promise<From> {
  const saved = await store?.load();
  if (saved === undefined || saved === null) return from;
  if (typeof saved.epoch === 'string' && Number.isInteger(saved.seq) && saved.seq >= 0) return saved;
  throw new TypeError(`position.load() gave ${JSON.stringify(saved)}, which is no { epoch, seq }`);
}

/** What the program's callback throws is the program's to see, and must not stop the stream it was told about. */
function tell(onStatus: Settings['onStatus'], status: Status): void {
  try {
    onStatus?.(status);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
