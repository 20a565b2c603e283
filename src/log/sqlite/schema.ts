// The tables, and how a file of an older hookline becomes one of this.
import type { Database } from './driver.ts';

/**
 * Each entry takes a file one version further; what is here is never edited, only added to.
 * Payloads have a table of their own: the stream reads events all the time and payloads hardly ever.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY,
     timestamp INTEGER NOT NULL,
     type TEXT NOT NULL,
     session TEXT NOT NULL,
     agent TEXT,
     source TEXT NOT NULL,
     data TEXT NOT NULL,
     hook TEXT
   ) STRICT;
   CREATE INDEX events_session ON events (session, seq);
   CREATE TABLE payloads (seq INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT;
   CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  // Summaries of the past are large, and whoever looks for a row without a rowid reads those it passes, whole: they were passed
  // with every look at a fact. They are found by number now. The oldest hookline kept one, with its seq in front of the text.
  `CREATE TABLE checkpoints (
     seq INTEGER PRIMARY KEY,
     bytes INTEGER NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE checkpoint_parts (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
   INSERT INTO checkpoint_parts (id, text)
     SELECT CAST(value AS INTEGER), substr(value, instr(value, ' ') + 1) FROM meta WHERE key = 'checkpoint';
   INSERT OR REPLACE INTO checkpoint_parts (id, text)
     SELECT CAST(substr(key, 12) AS INTEGER), value FROM meta WHERE key >= 'checkpoint ' AND key < 'checkpoint!';
   INSERT INTO checkpoints (seq, bytes, first, last) SELECT id, length(text), id, id FROM checkpoint_parts;
   DELETE FROM meta WHERE key >= 'checkpoint' AND key < 'checkpoint!';`,
  // Payloads may be packed from here on, see packed-payload.ts; those that are there stay as they are.
  '',
  // Messages are looked for by id, which sorts by time, and by what their senders call them. Most of them are over.
  `CREATE TABLE messages (
     id TEXT PRIMARY KEY,
     sender TEXT NOT NULL,
     key TEXT,
     head TEXT NOT NULL,
     ended INTEGER
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX messages_open ON messages (id) WHERE ended IS NULL;
   CREATE INDEX messages_ended ON messages (ended) WHERE ended IS NOT NULL;
   CREATE INDEX messages_key ON messages (sender, key, id) WHERE key IS NOT NULL;
   CREATE TABLE message_contents (id TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;`,
  // The events of a session are listed in lots from here on, see session-index.ts.
  `CREATE TABLE session_events (
     session TEXT NOT NULL,
     seq INTEGER NOT NULL,
     PRIMARY KEY (session, seq)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO session_events (session, seq) SELECT session, seq FROM events ORDER BY session, seq;
   INSERT INTO meta (key, value) SELECT 'listed', coalesce(max(seq), 0) FROM events;
   DROP INDEX events_session;`,
  // Sessions of which retention has deleted events: whoever finds their transcripts knows that they were told.
  'CREATE TABLE told_sessions (session TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;',
  // What was used, by quarter of an hour, project and model: it stays when the events are deleted that told of it.
  `CREATE TABLE usage_rows (
     quarter INTEGER NOT NULL,
     project TEXT NOT NULL,
     model TEXT NOT NULL,
     used TEXT NOT NULL,
     PRIMARY KEY (quarter, project, model)
   ) STRICT, WITHOUT ROWID;`,
  // What was done, by quarter of an hour and project, kept in the same way. Which events of the log count, the next start finds out.
  `CREATE TABLE activity_rows (
     quarter INTEGER NOT NULL,
     project TEXT NOT NULL,
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     counted TEXT NOT NULL,
     PRIMARY KEY (quarter, project, kind, name)
   ) STRICT, WITHOUT ROWID;`,
];

/** The file was written by a newer hookline; it is left as it is. */
export class NewerSchemaError extends Error {
  readonly code = 'newer_schema';
  override readonly name = 'NewerSchemaError';
}

/** The version of a file, 0 for a new one. @throws NewerSchemaError */
export function checkSchema(database: Database, file: string): number {
  const version = Number(database.prepare('PRAGMA user_version').rows()[0]?.[0] ?? 0);
  if (version <= MIGRATIONS.length) return version;
  throw new NewerSchemaError(
    `${file} was written by a newer hookline (schema ${version}, this one knows ${MIGRATIONS.length}); update hookline, or choose another HOOKLINE_HOME`,
  );
}

/** @throws NewerSchemaError */
export function migrate(database: Database, file: string): void {
  const version = checkSchema(database, file);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
