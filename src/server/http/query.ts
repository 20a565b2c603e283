// Checks the query strings of the HTTP API.
import { z } from 'zod';
import { PROOF } from '../../auth/index.ts';
import { TooManyTopicsError, topicFilter } from '../../fanout/index.ts';
import type { Filter, Form, LogRecord } from '../../log/index.ts';
import { FIXED_LIMITS, InvalidTopicError, parseTimestamp, splitWords } from '../../protocol/index.ts';
import { HttpError } from './http-error.ts';

/** Values between commas, but for those in braces; an empty parameter is none. */
const list = z.string().transform(value => {
  const values = value
    .split(/,(?![^{]*\})/)
    .map(one => one.trim())
    .filter(one => one !== '');
  return values.length > 0 ? values : undefined;
});
const seq = z.coerce.number().int().min(0);
/** A moment, in milliseconds since 1970. */
export const moment = z.string().transform((text, context) => {
  // A plus that nobody escaped arrives as a space.
  const time = parseTimestamp(text.replace(/(:\d\d(?:\.\d+)?) (\d\d:\d\d)$/, '$1+$2'));
  if (time !== undefined) return time;
  const shown = JSON.stringify(text.slice(0, 64));
  const message = `${shown} is neither milliseconds since 1970 nor a time such as 2026-11-30T14:05:00Z`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
export const zone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin');

/** For a route that takes none. */
export const NoQuery = z.strictObject({});
export const ProofQuery = z.strictObject({ challenge: z.string().regex(PROOF, 'must be 64 hex digits') });
export const TicketQuery = z.strictObject({
  readOnly: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .default(false),
});
export const LinkQuery = z.strictObject({
  wait: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .default(false),
});
export const ExportQuery = z.strictObject({
  format: z.enum(['md', 'json'], 'must be md or json').default('json'),
});
export const SnapshotQuery = z.strictObject({ at: seq.optional() });
export const StreamQuery = z.strictObject({
  topics: list.optional(),
  sessionId: list.optional(),
  // The gate's, who has seen it.
  token: z.string().optional(),
});
export const WantedQuery = z.strictObject({
  topics: list.optional(),
  sessionId: list.optional(),
  after: seq.optional(),
  before: seq.optional(),
  since: moment.optional(),
  until: moment.optional(),
});
export const EventsQuery = WantedQuery.extend({
  from: z.enum(['oldest', 'newest']).optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(FIXED_LIMITS.historyEvents)
    .default(FIXED_LIMITS.historyEventsDefault),
  q: z.string().max(FIXED_LIMITS.searchCharacters).optional(),
  log: z.enum(['events', 'history'], 'must be events or history').optional(),
});

export const HistogramQuery = WantedQuery.omit({ after: true, before: true }).extend({
  q: z.string().max(FIXED_LIMITS.searchCharacters).optional(),
  buckets: z.coerce
    .number()
    .int()
    .min(1)
    .max(FIXED_LIMITS.histogramBuckets)
    .default(FIXED_LIMITS.histogramBucketsDefault),
});

export type EventsQuery = z.infer<typeof EventsQuery>;

/**
 * The query as the schema has it; a parameter given twice means both.
 *
 * @throws HttpError invalid_query (400), naming the parameter that is wrong, or unknown and which there are.
 */
export function parseQuery<T extends z.ZodObject>(schema: T, query: Record<string, string[]>): z.infer<T> {
  const known = Object.keys(schema.shape).filter(name => name !== 'token');
  const unknown = Object.keys(query).find(name => !Object.hasOwn(schema.shape, name));
  if (unknown !== undefined) {
    const which = known.length === 0 ? 'there is none here' : `those known here: ${known.join(', ')}`;
    throw new HttpError(
      'invalid_query',
      `the query has an unknown parameter ${JSON.stringify(unknown.slice(0, 64))}; ${which}`,
    );
  }
  const parsed = schema.safeParse(
    Object.fromEntries(Object.entries(query).map(([key, values]) => [key, values.join(',')])),
  );
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new HttpError('invalid_query', `the query is not right: ${said}`);
}

/** The time zone of this machine. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** What a query asks for, and in which form each record is told. */
export interface Asked {
  readonly filter: Filter;
  /** Whoever asks by a hook's topic gets the payload as it came. */
  readonly form: (record: LogRecord) => Form;
}

/** @throws HttpError invalid_query (400) for a topic outside the grammar. */
export function askedFor(
  query: Omit<z.infer<typeof WantedQuery>, 'after' | 'before'> & { q?: string | undefined },
): Asked {
  const { topics, sessionId, since, until, q = '' } = query;
  const byTopic = topics && orInvalid(() => topicFilter(topics));
  const filter: Filter = {
    words: splitWords(q),
    ...(sessionId === undefined ? {} : { sessions: new Set(sessionId) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(byTopic === undefined ? {} : { topics: byTopic }),
  };
  return { filter, form: record => (byTopic?.normal(record) === false ? 'hook' : 'normal') };
}

/** Turns refused topics into a refused query. */
export function orInvalid<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InvalidTopicError || error instanceof TooManyTopicsError)
      throw new HttpError('invalid_query', error.message, { cause: error });
    throw error;
  }
}
