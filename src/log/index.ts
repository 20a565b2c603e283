// The door of the log.
export { EventLog, type EventLogOptions, type LogReader } from './event-log.ts';
export { type Filter, matches, type TopicFilter } from './filter.ts';
export { MemoryStore } from './memory-store.ts';
export { type Opened, openStore, STORE_FILE, StoreBusyError } from './open.ts';
export { type Page, type PageQuery, readPage } from './page.ts';
export {
  envelopeText,
  type Form,
  type LogRecord,
  recordSize,
  toDraft,
  toEnvelope,
  toRecord,
} from './record.ts';
export { Ring, type RingOptions } from './ring.ts';
export type { Range, Scan, ScanLimit } from './scan.ts';
export { StoreDamagedError } from './sqlite/damage.ts';
export { type SqliteOptions, SqliteStore } from './sqlite/store.ts';
export type { PruneLimits, ReadLimit, Store } from './store.ts';
export { ownTurn, STRETCH_MS } from './turns.ts';
