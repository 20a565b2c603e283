// From a row of the events table to a record.
import type { LogRecord } from '../record.ts';
import type { Row, Statement } from './driver.ts';

export const COLUMNS = 'seq, timestamp, type, session, agent, source, data, hook';

export function toStoredRecord(row: Row, payloadOf: Statement): LogRecord {
  const [seq, timestamp, type, sessionId, agentId, source, data, hook] = row;
  return {
    seq: Number(seq),
    timestamp: Number(timestamp),
    type: String(type),
    sessionId: String(sessionId),
    agentId: agentId === null ? undefined : String(agentId),
    source: String(source),
    data: String(data),
    hook: hook === null ? undefined : new StoredHook(String(hook), Number(seq), payloadOf),
  };
}

/** A payload that is fetched when somebody wants it. */
class StoredHook {
  readonly topic: string;
  readonly #seq: number;
  readonly #payloadOf: Statement;

  constructor(topic: string, seq: number, payloadOf: Statement) {
    this.topic = topic;
    this.#seq = seq;
    this.#payloadOf = payloadOf;
  }

  get payload(): string {
    return String(this.#payloadOf.rows(this.#seq)[0]?.[0] ?? '{}');
  }
}
