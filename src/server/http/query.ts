// Checks the query strings of the HTTP API.
import { z } from 'zod';
import { compileTopic, TooManyTopicsError } from '../../fanout/index.ts';
import type { Form, LogRecord } from '../../log/index.ts';
import { FIXED_LIMITS, InvalidTopicError } from '../../protocol/index.ts';
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
export const parseStreamQuery = (query: Record<string, string[]>): StreamQuery => parse(StreamQuery, query);
/** @throws HttpError invalid_query (400) */
export const parseEventsQuery = (query: Record<string, string[]>): EventsQuery => parse(EventsQuery, query);

/**
 * In which form the query asks for a record, if it does: by a hook's topic, the payload as it came.
 *
 * @throws HttpError invalid_query (400) for a topic outside the grammar.
 */
export function formOf({
  topics = [],
  sessionId = [],
  q,
}: EventsQuery): (record: LogRecord) => Form | undefined {
  const sessions = new Set(sessionId);
  const matchers = orInvalid(() => topics.map(compileTopic));
  const words = (q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  const formByTopic = ({ type, hook }: LogRecord): Form | undefined => {
    if (matchers.length === 0 || matchers.some(matches => matches(type))) return 'normal';
    return hook && matchers.some(matches => matches(hook.topic)) ? 'hook' : undefined;
  };
  return record => {
    const wanted = sessions.size === 0 || sessions.has(record.sessionId);
    const form = wanted ? formByTopic(record) : undefined;
    return form && words.every(word => contains(record, word)) ? form : undefined;
  };
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

// A parameter given twice means both.
function parse<T>(schema: z.ZodType<T>, query: Record<string, string[]>): T {
  const parsed = schema.safeParse(
    Object.fromEntries(Object.entries(query).map(([key, values]) => [key, values.join(',')])),
  );
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new HttpError('invalid_query', `the query is not right: ${said}`);
}
