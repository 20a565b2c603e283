// Checks the query strings of the HTTP API.
import { z } from 'zod';
import { compileTopic, TooManyTopicsError } from '../fanout/index.ts';
import type { LogRecord } from '../log/index.ts';
import { FIXED_LIMITS, InvalidTopicError } from '../protocol/index.ts';
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

const StreamQuery = z.object({ topics: list.optional(), sessionId: list.optional() });
const EventsQuery = StreamQuery.extend({
  after: seq.optional(),
  before: seq.optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(FIXED_LIMITS.historyEvents)
    .default(FIXED_LIMITS.historyEventsDefault),
  q: z.string().max(1000).optional(),
});

export type StreamQuery = z.infer<typeof StreamQuery>;
export type EventsQuery = z.infer<typeof EventsQuery>;

/** @throws HttpError invalid_query (400) */
export const parseStreamQuery = (query: Record<string, string>): StreamQuery => parse(StreamQuery, query);
/** @throws HttpError invalid_query (400) */
export const parseEventsQuery = (query: Record<string, string>): EventsQuery => parse(EventsQuery, query);

/**
 * Whether a record is one the query asks for.
 *
 * @throws HttpError invalid_query (400) for a topic outside the grammar.
 */
export function matcherOf({ topics = [], sessionId = [], q }: EventsQuery): (record: LogRecord) => boolean {
  const sessions = new Set(sessionId);
  const matchers = orInvalid(() => topics.map(compileTopic));
  const words = (q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  return record =>
    (sessions.size === 0 || sessions.has(record.sessionId)) &&
    (matchers.length === 0 ||
      matchers.some(
        matches => matches(record.type) || (record.hook !== undefined && matches(record.hook.topic)),
      )) &&
    words.every(word => contains(record, word));
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

function contains(record: LogRecord, word: string): boolean {
  return (
    record.type.includes(word) ||
    record.data.toLowerCase().includes(word) ||
    (record.hook?.payload.toLowerCase().includes(word) ?? false)
  );
}

function parse<T>(schema: z.ZodType<T>, query: Record<string, string>): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new HttpError('invalid_query', `the query is not right: ${said}`);
}
