// Writes records into the tables.
import type { LogRecord } from '../record.ts';
import type { Database, Statement } from './driver.ts';
import { packPayload } from './packed-payload.ts';

export class Writer {
  readonly #event: Statement;
  readonly #payload: Statement;

  constructor(database: Database) {
    this.#event = database.prepare(
      'INSERT INTO events (seq, timestamp, type, session, agent, source, data, hook) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#payload = database.prepare('INSERT INTO payloads (seq, payload) VALUES (?, ?)');
  }

  /** Part of the transaction that is open. */
  insert({ seq, timestamp, type, sessionId, agentId, source, data, hook }: LogRecord): void {
    this.#event.run(seq, timestamp, type, sessionId, agentId ?? null, source, data, hook?.topic ?? null);
    if (hook) this.#payload.run(seq, packPayload(hook.payload, data));
  }
}
