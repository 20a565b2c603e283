// The client: consumers of events and requests, over as few connections as keep them out of each other's way.
import type {
  Answer,
  Answered,
  EventEnvelope,
  HooklineEvent,
  Message,
  MessagePage,
  Position,
  RequestOfApproval,
  Sent,
  SessionState,
  Usage,
} from '../protocol/index.ts';
import { AgentLog } from './agent-log.ts';
import { Connections } from './connections.ts';
import { Consumer, type ConsumerOptions } from './consumer.ts';
import { ClosedError, type HooklineError } from './errors.ts';
import type { CheckedTopic, EventFor, Topics } from './event-types.ts';
import { checkFrame } from './frame-size.ts';
import { Http } from './http.ts';
import { takeFrom } from './inbox.ts';
import { listen } from './listener.ts';
import { Messages } from './messages.ts';
import { Requests } from './requests.ts';
import type { DialOptions } from './stream.ts';
import type {
  AgentLogLines,
  EventsOptions,
  FilterOptions,
  History,
  HistoryOptions,
  InboxOptions,
  Listener,
  Loss,
  MessageFilter,
  MessageOptions,
  NewMessage,
  OnLoss,
  PositionStore,
  ReplayOptions,
  RequestOptions,
  Snapshot,
  Status,
  Subscription,
  TakenMessage,
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
  readonly #http: Http;
  readonly #messages: Messages;
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
    this.#http = new Http(dial, timeoutMs);
    this.#messages = new Messages(this.#http, (message, options) =>
      this.#ask(() => this.#requests.ask(message, 'message_sent', options)),
    );
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
    const { totals, byModel, costUsd, costEstimateUsd } = await this.#ask(() =>
      this.#requests.ask({ type: 'get_usage', ...which }, 'usage', rest),
    );
    return {
      totals,
      byModel,
      ...(costUsd === undefined ? {} : { costUsd }),
      ...(costEstimateUsd === undefined ? {} : { costEstimateUsd }),
    };
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

  /**
   * Sends a message to a session or a program, by its name; resolves once it is on record. It goes again until it is answered, and is
   * never sent twice: one without a `key` is given one. After a `TimeoutError` nobody knows whether it arrived; with a key of your own
   * it can be sent again within a day, also by another program, and is `duplicate` then if it did.
   *
   * It goes over HTTP, so its token needs only the scope `send`. A page of another origin than the daemon may only read there; its
   * messages go over the WebSocket, which takes `read` besides, and may be as long as a frame.
   *
   * @throws RequestError (`invalid_message`, `not_found`, `forbidden`, `conflict`, `payload_too_large`, `inbox_full`, `not_durable`),
   * TimeoutError, RefusedError, ClosedError
   * @example
   * const { id } = await client.send({ to: 'backend', message: 'The build is green.', from: 'ci' });
   * const { state } = await client.message(id, { wait: 'delivered', timeoutMs: 50 });
   * console.log(id, state);
   */
  async send(message: NewMessage, options?: RequestOptions): Promise<Sent> {
    this.#mustBeOpen();
    return this.#messages.send(message, options);
  }

  /** Messages, the newest first, and how each stands. @throws RequestError, TimeoutError, RefusedError, ClosedError */
  async messages(filter: MessageFilter = {}, options?: RequestOptions): Promise<MessagePage> {
    this.#mustBeOpen();
    return this.#messages.list(filter, options);
  }

  /**
   * One message as it stands; with `wait`, once it is in that state or at an end, or as it stands when the time is up.
   *
   * @throws RequestError (`not_found`), TimeoutError, RefusedError, ClosedError
   */
  async message(id: string, options?: MessageOptions): Promise<Message> {
    this.#mustBeOpen();
    return this.#messages.find(id, options);
  }

  /**
   * What is sent to a name, one message after the other, for as long as the loop runs; through restarts of the daemon. Each is to be
   * acknowledged: one that is not comes again once its lease is over, here or with somebody else who takes for the name. Nothing is
   * taken while the loop is busy. Its token needs only the scope `send`. Pages of another origin than the daemon may not take.
   *
   * @throws ClosedError. The iteration throws RequestError (`forbidden`, `forbidden_origin`, `invalid_message`) and RefusedError.
   * @example
   * await client.send({ to: 'deployer', message: 'Ship it.' });
   * for await (const { message, ack } of client.inbox('deployer')) {
   *   console.log(message.from, message.message);
   *   await ack();
   *   break;
   * }
   */
  inbox(name: string, options: InboxOptions = {}): AsyncIterableIterator<TakenMessage> {
    this.#mustBeOpen();
    return takeFrom(this.#http, name, options);
  }

  /**
   * What sessions ask that can be answered now, the oldest first; whole with a token of the scope `approve`. Sessions wait for an
   * answer only while somebody with that scope listens to their events: `events('permission.*')`, or by its single topics.
   *
   * @throws RequestError, TimeoutError, RefusedError, ClosedError
   */
  async approvals(options?: RequestOptions): Promise<RequestOfApproval[]> {
    const ask = (): Promise<{ requests: RequestOfApproval[] }> =>
      this.#requests.ask({ type: 'get_approvals' }, 'approvals', options);
    return (await this.#ask(ask)).requests;
  }

  /**
   * Answers a request in the place of its user; resolves once that is on record and the agent has it. The first answer counts. After
   * a lost connection it goes again, and may then be told `already_answered` of its own answer; the words say by whom it was.
   *
   * @throws RequestError (`already_answered`, `not_found`, `invalid_message`, `forbidden`, `payload_too_large`), TimeoutError,
   * RefusedError, ClosedError
   * @example
   * const open = await client.approvals();
   * console.log(`${open.length} wait for an answer`);
   * for (const { requestId, toolName } of open)
   *   if (toolName === 'Bash') await client.answer(requestId, { behavior: 'deny', message: 'Not now.' });
   */
  async answer(requestId: string, answer: Answer, options?: RequestOptions): Promise<Answered> {
    const message = { type: 'answer_permission' as const, requestId, ...answer };
    checkFrame(message, 'the answer', 'send it to POST /api/approvals/ID');
    const ask = (): Promise<Answered> => this.#requests.ask(message, 'permission_answered', options);
    const { outcome, by } = await this.#ask(ask);
    return { requestId, outcome, by };
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
    this.#http.close(this.#over);
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
