// The door of the log.
export type { ActivityMark, ActivityRow, ActivityShelf } from './activity-row.ts';
export { BatchSize } from './batch-size.ts';
export { type Compacted, compactLog } from './compact.ts';
export { EventLog, type EventLogOptions, type LogReader } from './event-log.ts';
export { type Filter, matches, type TopicFilter } from './filter.ts';
export { type Histogram, type HistogramQuery, Histograms } from './histogram.ts';
export { MemoryStore } from './memory/store.ts';
export type { MessageQuery, MessageRow, MessageShelf, MessageWrite } from './message-row.ts';
export { ExportBrokenError, type ExportQuery, exportLog } from './offline/export.ts';
export { ImportError, type Imported, type ImportSource, importLog } from './offline/import.ts';
export { vacuumFile } from './offline/open-to-change.ts';
export { NoLogError, openLogFile, type ReadOnlyLog } from './offline/read-only-log.ts';
export { type Stats, statsOf } from './offline/stats.ts';
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
export type { Count, Range, Scan, ScanLimit, Tally, TimeCount, TimeTally } from './scan.ts';
export { StoreDamagedError } from './sqlite/damage.ts';
export { NewerSchemaError } from './sqlite/schema.ts';
export { type SqliteOptions, SqliteStore } from './sqlite/store.ts';
export type { Checkpoint, CheckpointDraft, PruneLimits, ReadLimit, Space, Store } from './store.ts';
export type { UsageMark, UsageRow, UsageShelf } from './usage-row.ts';
export { inTurns, ownTurn, STRETCH_MS, Stretch } from './yielding.ts';
