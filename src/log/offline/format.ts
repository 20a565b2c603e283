// The form in which a log travels: lines of JSON, a header first, then one event each, with all that is kept of it.
import { z } from 'zod';
import { envelopeText, type LogRecord } from '../record.ts';

export const EXPORT_FORMAT = 1;

/** Far from where numbers are not exact any more, and one more would be the same one. */
const MAX_SEQ = 1e15;

const header = z.object({
  hookline: z.literal('export'),
  format: z.number(),
  /** Of the hookline that wrote it. */
  version: z.string(),
  /** In which the seqs of the lines mean something. */
  epoch: z.string().min(1),
  /** The seqs that were exported; `to` is less than `from` when there was nothing. */
  from: z.int().max(MAX_SEQ),
  to: z.int().max(MAX_SEQ),
  /** Only some of the events between the two are there. */
  filtered: z.literal(true).optional(),
});
export type ExportHeader = z.infer<typeof header>;

// Checked, and left as it is: what a copy could lose is the agent's.
const object = z.custom<Record<string, unknown>>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
const event = z.object({
  type: z.string().min(1),
  timestamp: z.int(),
  sessionId: z.string(),
  agentId: z.string().optional(),
  source: z.string().min(1),
  seq: z.int().min(1).max(MAX_SEQ),
  data: object,
  hook: z.object({ topic: z.string().min(1), payload: object }).optional(),
});

/** A line that is not what it should be; the message says why, without naming the line. */
export class LineError extends Error {
  readonly code = 'bad_line';
  override readonly name = 'LineError';
}

export function headerLine(fields: Omit<ExportHeader, 'hookline' | 'format'>): string {
  return JSON.stringify({ hookline: 'export', format: EXPORT_FORMAT, ...fields });
}

export function eventLine(record: LogRecord): string {
  const { hook } = record;
  if (!hook) return envelopeText(record);
  return `${envelopeText(record).slice(0, -1)},"hook":{"topic":${JSON.stringify(hook.topic)},"payload":${hook.payload}}}`;
}

/** @throws LineError */
export function parseHeader(line: string): ExportHeader {
  const value = parseJson(line);
  const parsed = header.safeParse(value);
  if (!parsed.success) throw new LineError('this is no export of hookline: its first line is not the header');
  if (parsed.data.format !== EXPORT_FORMAT)
    throw new LineError(
      `the export has format ${parsed.data.format}, and this hookline knows ${EXPORT_FORMAT}; update hookline`,
    );
  return parsed.data;
}

/** @throws LineError */
export function parseEvent(line: string): LogRecord {
  const parsed = event.safeParse(parseJson(line));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LineError(`this is no event: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const { agentId, data, hook, ...rest } = parsed.data;
  return {
    ...rest,
    agentId,
    data: JSON.stringify(data),
    hook: hook && { topic: hook.topic, payload: JSON.stringify(hook.payload) },
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new LineError(`this is not JSON: ${(cause as Error).message}`, { cause });
  }
}
