// Asks the daemon over HTTP; the login is a cookie, so nothing has to be brought along.
import type {
  BlockUsage,
  BudgetUsage,
  DayUsage,
  EventEnvelope,
  NodeState,
  PromptUsage,
  ServerMessageOf,
  SessionUsage,
  Stats,
} from '../../src/protocol/index.ts';
import { field } from '../design/lookup.ts';
import { isPast, seqInLog, toPast } from './past.ts';

/** The daemon said no, or nothing; `status` is 0 when it did not answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Parameters of a question; those that are undefined or empty are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>;

/** A page of the log, ascending. */
export interface EventPage {
  readonly events: readonly EventEnvelope[];
  readonly hasMore: boolean;
}

/**
 * With `before` and no `after` it is the newest before it. Of the log only, unless a seq or `log: 'history'` means sessions from before
 * hookline. @throws ApiError; or AbortError when the signal says so.
 */
export async function getEvents(params: Params, signal?: AbortSignal): Promise<EventPage> {
  const { after, before } = params;
  if (params['log'] !== 'history' && !isOfPast(after) && !isOfPast(before))
    return get('/api/events', { ...params, log: 'events' }, signal);
  const inLog = { log: 'history', after: ofLog(after), before: ofLog(before) };
  const { events, hasMore } = await get<EventPage>('/api/events', { ...params, ...inLog }, signal);
  return { events: events.map(event => ({ ...event, seq: toPast(event.seq) })), hasMore };
}

const isOfPast = (seq: Params[string]): boolean => typeof seq === 'number' && isPast(seq);
const ofLog = (seq: Params[string]): Params[string] => (typeof seq === 'number' ? seqInLog(seq) : seq);

/** How many events there were when; those without an event are left out. Times are in milliseconds since 1970. */
export interface EventHistogram {
  /** All up to here were counted. */
  readonly seq: number;
  readonly since: number;
  readonly until: number;
  /** Of a bucket, in milliseconds. */
  readonly width: number;
  readonly buckets: readonly {
    readonly at: number;
    readonly events: number;
    readonly failed: number;
    readonly waiting: number;
  }[];
}

/** Counts events by time. @throws as `getEvents` does. */
export const getHistogram = (params: Params, signal?: AbortSignal): Promise<EventHistogram> =>
  get('/api/histogram', params, signal);

/** The state right after a seq. @throws as `getEvents` does. */
export const getSnapshot = (
  at: number,
  signal?: AbortSignal,
): Promise<Pick<ServerMessageOf<'snapshot'>, 'sessions' | 'agents'>> => get('/api/snapshot', { at }, signal);

/** The machines that are shown here, as they are now. @throws as `getEvents` does. */
export const getNodes = (signal?: AbortSignal): Promise<{ nodes: NodeState[] }> =>
  get('/api/nodes', {}, signal);

/** What was used, day by day. @throws as `getEvents` does. */
export const getUsageByDay = (zone: string, signal?: AbortSignal): Promise<{ rows: DayUsage[] }> =>
  get('/api/usage', { by: 'day', zone }, signal);

/** What was used, session by session. @throws as `getEvents` does. */
export const getUsageBySession = (signal?: AbortSignal): Promise<{ rows: SessionUsage[] }> =>
  get('/api/usage', { by: 'session' }, signal);

/** What was used in windows of five hours, the oldest first. @throws as `getEvents` does. */
export const getUsageByBlock = (signal?: AbortSignal): Promise<{ rows: BlockUsage[] }> =>
  get('/api/usage', { by: 'block' }, signal);

/** How the budgets stand. @throws as `getEvents` does. */
export const getUsageByBudget = (signal?: AbortSignal): Promise<{ rows: BudgetUsage[] }> =>
  get('/api/usage', { by: 'budget' }, signal);

/** What was done in all sessions, and what it cost. @throws as `getEvents` does. */
export const getStats = (params: Params, signal?: AbortSignal): Promise<Stats> =>
  get('/api/stats', params, signal);

/** What the last prompts of a session have used, the newest last. @throws as `getEvents` does. */
export const getUsageByPrompt = (sessionId: string, signal?: AbortSignal): Promise<{ rows: PromptUsage[] }> =>
  get('/api/usage', { by: 'prompt', sessionId }, signal);

/** The JSON at a path of the API. @throws as `ask` does */
const get = <T>(path: string, params: Params, signal: AbortSignal | undefined): Promise<T> =>
  ask('GET', path, { params, signal });

/** What is asked of the daemon, besides the path. */
export interface Asked {
  readonly params?: Params;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the daemon answers, which is of its making: its shape is taken for granted.
 *
 * @throws ApiError; or AbortError when the signal says so
 */
export async function ask<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { params = {}, body: sent, signal }: Asked = {},
): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const url = query.size > 0 ? `${path}?${query}` : path;
  const json = sent === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { accept: 'application/json', ...json },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'hookline does not answer');
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as T;
  const message = field(field(body, 'error'), 'message');
  throw new ApiError(
    response.status,
    typeof message === 'string' ? message : `hookline answered ${response.status}`,
  );
}
