// One numbered event as the log keeps it: the parts that are filtered by, and the rest as finished JSON text.
import type { EventDraft, EventEnvelope } from '../protocol/index.ts';

/** Which face of an event a consumer asked for: its normal type and data, or the hook's topic and payload. */
export type Form = 'normal' | 'hook';

export interface LogRecord {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly sessionId: string;
  readonly agentId: string | undefined;
  readonly source: string;
  /** The event's `data` as JSON text. */
  readonly data: string;
  /** The second topic and payload (as JSON text) of an event that carries a hook's payload. */
  readonly hook: { readonly topic: string; readonly payload: string } | undefined;
}

export function toRecord(draft: EventDraft, seq: number): LogRecord {
  return {
    seq,
    timestamp: draft.timestamp,
    type: draft.type,
    sessionId: draft.sessionId,
    agentId: draft.agentId,
    source: draft.source,
    data: JSON.stringify(draft.data),
    hook: draft.hook && { topic: draft.hook.topic, payload: JSON.stringify(draft.hook.payload) },
  };
}

/** The envelope as JSON text. Text is joined rather than objects stringified: `data` was stringified once, when it was appended. */
export function envelopeText(record: LogRecord, form: Form = 'normal'): string {
  const hook = form === 'hook' ? record.hook : undefined;
  const agent = record.agentId === undefined ? '' : `,"agentId":${JSON.stringify(record.agentId)}`;
  return (
    `{"type":${JSON.stringify(hook?.topic ?? record.type)},"timestamp":${record.timestamp}` +
    `,"sessionId":${JSON.stringify(record.sessionId)}${agent},"source":${JSON.stringify(record.source)}` +
    `,"seq":${record.seq},"data":${hook?.payload ?? record.data}}`
  );
}

/** The event as it was before it was numbered; the payload is parsed when somebody asks for it. */
export function toDraft(record: LogRecord): EventDraft {
  const { type, timestamp, sessionId, agentId, source, hook } = record;
  return {
    type,
    timestamp,
    sessionId,
    ...(agentId === undefined ? {} : { agentId }),
    source,
    data: JSON.parse(record.data) as Record<string, unknown>,
    ...(hook && {
      hook: {
        topic: hook.topic,
        get payload() {
          return JSON.parse(hook.payload) as Record<string, unknown>;
        },
      },
    }),
  };
}

export function toEnvelope(record: LogRecord, form: Form = 'normal'): EventEnvelope {
  return JSON.parse(envelopeText(record, form)) as EventEnvelope;
}

/** Roughly how many bytes a record occupies in memory. */
export function recordSize(record: LogRecord): number {
  return 256 + record.data.length + (record.hook?.payload.length ?? 0);
}
