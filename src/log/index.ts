// The door of the log.
export { EventLog, type LogReader } from './event-log.ts';
export { MemoryStore } from './memory-store.ts';
export { type Page, type PageQuery, readPage } from './page.ts';
export { envelopeText, type Form, type LogRecord, recordSize, toEnvelope, toRecord } from './record.ts';
export { Ring, type RingOptions } from './ring.ts';
export type { ReadLimit, Store } from './store.ts';
