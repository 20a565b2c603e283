// Reads events out of a database, whoever opened it: in order, or by what they are about.
import { RESULT } from '../../protocol/index.ts';
import { type About, type Filter, matches, type WordlessFilter } from '../filter.ts';
import type { LogRecord } from '../record.ts';
import {
  clip,
  type Range,
  restOf,
  type Scan,
  type ScanLimit,
  type Tally,
  type TimeCount,
  type TimeTally,
} from '../scan.ts';
import type { ReadLimit } from '../store.ts';
import { StoreDamagedError } from './damage.ts';
import type { Database, Row, Statement } from './driver.ts';
import { unpackPayload } from './packed-payload.ts';
import { type Condition, conditionOf } from './search.ts';
import { sessionsIn } from './session-index.ts';

const COLUMNS = 'e.seq, e.timestamp, e.type, e.session, e.agent, e.source, e.data, e.hook';
const ORDER = { oldest: 'ASC', newest: 'DESC' } as const;

/** Whether an event is a tool's result that failed. Text in it cannot look like that, for its quotes are escaped; what is nested can. */
const FAILED = `e.type = '${RESULT}' AND instr(e.data, '"success":false') > 0 AND json_extract(e.data, '$.success') = 0`;

interface Search {
  readonly condition: Condition;
  readonly statements: Partial<Record<Range['from'] | 'count', Statement>>;
}

export class Reader {
  readonly #database: Database;
  /** Where the seqs of a session's events are selected from. */
  readonly #sessions: string;
  readonly #bounds: Statement;
  readonly #read: Statement;
  readonly #payloadOf: Statement;
  readonly #tally: Statement;
  readonly #session: Statement;
  readonly #nextSession: Statement;
  readonly #ofSession: Readonly<Record<Range['from'], Statement>>;
  /** What a filter comes to, for as long as somebody searches with it. */
  readonly #searches = new WeakMap<Filter, Search>();
  #rowSize = 1024;

  constructor(database: Database) {
    this.#database = database;
    const sessions = sessionsIn(database);
    this.#sessions = sessions;
    // Each by itself is looked up; both at once are found by reading all there is.
    this.#bounds = database.prepare('SELECT (SELECT min(seq) FROM events), (SELECT max(seq) FROM events)');
    this.#read = database.prepare(`SELECT ${COLUMNS} FROM events e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`);
    this.#payloadOf = database.prepare('SELECT payload FROM payloads WHERE seq = ?');
    this.#tally = database.prepare(
      'SELECT type, session, count(*) FROM events WHERE seq > ? AND seq < ? GROUP BY type, session',
    );
    this.#session = database.prepare(
      `SELECT session FROM ${sessions} WHERE session >= ? ORDER BY session LIMIT 1`,
    );
    this.#nextSession = database.prepare(
      `SELECT session FROM ${sessions} WHERE session > ? ORDER BY session LIMIT 1`,
    );
    const ofSession = (from: Range['from']): Statement =>
      database.prepare(
        `SELECT seq FROM ${sessions} WHERE session = ? AND seq > ? AND seq < ? ORDER BY seq ${ORDER[from]} LIMIT 1 OFFSET ?`,
      );
    this.#ofSession = { oldest: ofSession('oldest'), newest: ofSession('newest') };
  }

  /** The seqs of the oldest and the newest event; undefined when there is none. */
  bounds(): { readonly oldest: number; readonly newest: number } | undefined {
    const [oldest, newest] = this.#bounds.rows()[0] ?? [];
    return typeof oldest === 'number' && typeof newest === 'number' ? { oldest, newest } : undefined;
  }

  read(after: number, { events, bytes }: ReadLimit): LogRecord[] {
    return this.#records(this.#read.rows(after, this.#rowsFor(events, bytes)), bytes);
  }

  /** @param held the oldest seq that is held, and the last one. */
  scan(range: Range, filter: Filter, limit: ScanLimit, held: { oldest: number; head: number }): Scan {
    const part = clip(range, held.oldest, held.head);
    if (!part) return { records: [], rest: undefined };
    const search = this.#searchFor(filter);
    const last = this.#lastSeq(part, search.condition, limit.look);
    const slice = upTo(part, last);
    const take = this.#rowsFor(limit.take, limit.bytes);
    const rows = this.#statement(search, part.from).rows(
      slice.after,
      slice.before,
      ...search.condition.values,
      take,
    );
    const candidates = this.#records(rows, limit.bytes);
    const whole = rows.length < take && candidates.length === rows.length;
    return {
      records: candidates.filter(record => matches(record, filter)),
      rest: restOf(part, whole ? last : (candidates.at(-1)?.seq ?? last)),
    };
  }

  /** @param held the oldest seq that is held, and the last one. */
  tally(range: Range, look: number, held: { oldest: number; head: number }): Tally {
    const part = clip(range, held.oldest, held.head);
    if (!part) return { counts: [], rest: undefined };
    const last = lastSeq(part, look);
    const slice = upTo(part, last);
    const counts = this.#tally.rows(slice.after, slice.before).map(([type, sessionId, events]) => ({
      type: String(type),
      sessionId: String(sessionId),
      events: Number(events),
    }));
    return { counts, rest: restOf(part, last) };
  }

  /** @param held the oldest seq that is held, and the last one. */
  tallyByTime(
    range: Range,
    filter: WordlessFilter,
    width: number,
    look: number,
    held: { oldest: number; head: number },
  ): TimeTally {
    const part = clip(range, held.oldest, held.head);
    if (!part) return { counts: [], rest: undefined };
    const search = this.#searchFor(filter);
    const { condition, statements } = search;
    const last = this.#lastSeq(part, condition, look);
    const slice = upTo(part, last);
    statements.count ??= this.#database.prepare(
      `SELECT e.timestamp / CAST(?3 AS INTEGER) AS slot, e.type, e.hook, ${FAILED} AS failed, count(*) FROM events e WHERE e.seq > ?1 AND e.seq < ?2${condition.sql} GROUP BY 1, 2, 3, 4`,
    );
    const rows = statements.count.rows(slice.after, slice.before, width, ...condition.values);
    const { topics } = filter;
    // What SQLite lets through is roughly what is asked for.
    const exact = rows.filter(([, type, hook]) => topics === undefined || topics.match(aboutOf(type, hook)));
    return { counts: exact.map(timeCount), rest: restOf(part, last) };
  }

  /** From one to the next by the list of them, so that the number of events does not matter. */
  sessionIds(prefix: string, most: number): string[] {
    const ids: string[] = [];
    let [id] = this.#session.rows(prefix)[0] ?? [];
    while (typeof id === 'string' && id.startsWith(prefix) && ids.length < most) {
      if (id !== '') ids.push(id);
      [id] = this.#nextSession.rows(id)[0] ?? [];
    }
    return ids;
  }

  /** The last seq to look at in this go. Seqs have no holes, but those of one session do. */
  #lastSeq(part: Range, { session }: Condition, look: number): number {
    if (session === undefined) return lastSeq(part, look);
    const { after, before, from } = part;
    const [last] = this.#ofSession[from].rows(session, after, before, look - 1)[0] ?? [];
    return typeof last === 'number' ? last : lastSeq(part, Number.POSITIVE_INFINITY);
  }

  #searchFor(filter: Filter): Search {
    const known = this.#searches.get(filter);
    if (known) return known;
    const search = { condition: conditionOf(filter, this.#sessions), statements: {} };
    this.#searches.set(filter, search);
    return search;
  }

  #statement({ condition, statements }: Search, from: Range['from']): Statement {
    const join = condition.payloads ? 'LEFT JOIN payloads p ON p.seq = e.seq' : '';
    statements[from] ??= this.#database.prepare(
      `SELECT ${COLUMNS} FROM events e ${join} WHERE e.seq > ?1 AND e.seq < ?2${condition.sql} ORDER BY e.seq ${ORDER[from]} LIMIT ?`,
    );
    return statements[from];
  }

  // Rows beyond the byte limit are read for nothing, so the size of the last ones tells how many to ask for.
  #rowsFor(events: number, bytes: number): number {
    return Math.max(1, Math.min(events, Math.ceil(bytes / this.#rowSize)));
  }

  #records(rows: readonly Row[], most: number): LogRecord[] {
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of rows) {
      const record = toRecord(row, this.#payloadOf);
      const size = 256 + record.data.length;
      if (bytes + size > most && records.length > 0) break;
      bytes += size;
      records.push(record);
    }
    if (records.length > 0) this.#rowSize = bytes / records.length;
    return records;
  }
}

function lastSeq({ after, before, from }: Range, look: number): number {
  return from === 'oldest' ? Math.min(before - 1, after + look) : Math.max(after + 1, before - look);
}

/** A range up to the last seq to look at. */
function upTo(range: Range, last: number): Range {
  return range.from === 'oldest' ? { ...range, before: last + 1 } : { ...range, after: last - 1 };
}

const aboutOf = (type: Row[number] = '', hook: Row[number] = null): About => ({
  type: String(type),
  hook: hook === null ? undefined : { topic: String(hook) },
});

const timeCount = ([slot, type, , failed, events]: Row): TimeCount => ({
  slot: Number(slot),
  type: String(type),
  failed: failed === 1,
  events: Number(events),
});

function toRecord(row: Row, payloadOf: Statement): LogRecord {
  const [seq, timestamp, type, sessionId, agentId, source, , hook] = row;
  const data = String(row[6]);
  return {
    seq: Number(seq),
    timestamp: Number(timestamp),
    type: String(type),
    sessionId: String(sessionId),
    agentId: agentId === null ? undefined : String(agentId),
    source: String(source),
    data,
    hook: hook === null ? undefined : new StoredHook(String(hook), Number(seq), data, payloadOf),
  };
}

/** A payload that is fetched when somebody wants it. */
class StoredHook {
  readonly topic: string;
  readonly #seq: number;
  readonly #data: string;
  readonly #payloadOf: Statement;

  constructor(topic: string, seq: number, data: string, payloadOf: Statement) {
    this.topic = topic;
    this.#seq = seq;
    this.#data = data;
    this.#payloadOf = payloadOf;
  }

  get payload(): string {
    const payload = this.#payloadOf.rows(this.#seq)[0]?.[0];
    if (typeof payload !== 'string')
      throw new StoreDamagedError(`the payload of event ${this.#seq} is gone, by retention or by damage`);
    return unpackPayload(payload, this.#data);
  }
}
