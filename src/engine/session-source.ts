// Gives the events of one session to whoever makes a document of them: as they are needed, and never many at once.
import { BatchSize, type LogReader, type Range, toEnvelope } from '../log/index.ts';
import type { EventEnvelope } from '../protocol/index.ts';
import type { Page, Source } from '../story/index.ts';

/** Characters read in one go. */
const BYTES = 256 * 1024;
const ONE = { events: 1, bytes: 1 };

export interface SessionLogs {
  readonly log: LogReader;
  /** Of sessions from before hookline, where there is one. */
  readonly past: LogReader | undefined;
}

/** Events that come in while somebody reads are left out. */
export function sessionSource(
  sessionId: string,
  { log, past }: SessionLogs,
): Pick<Source, 'pages' | 'event'> {
  const ends = { events: log.head, history: past?.head ?? 0 };
  const readers = { events: log, history: past };
  const filter = { sessions: new Set([sessionId]) };
  const pages = new BatchSize();
  const singles = new BatchSize();

  async function* pagesOf(name: Page['log']): AsyncGenerator<Page> {
    const reader = readers[name];
    let range: Range | undefined = { after: 0, before: ends[name] + 1, from: 'oldest' };
    while (range && reader) {
      await pages.next();
      const limit = { look: pages.look, take: pages.look, bytes: BYTES };
      const { records, rest } = reader.scan(range, filter, limit);
      if (records.length > 0) yield { log: name, events: records.map(record => toEnvelope(record)) };
      range = rest;
    }
  }

  return {
    async *pages() {
      yield* pagesOf('history');
      yield* pagesOf('events');
    },
    async event({ log: name, seq }): Promise<EventEnvelope | undefined> {
      await singles.next();
      const [record] = readers[name]?.read(seq - 1, ONE) ?? [];
      return record?.seq === seq ? toEnvelope(record) : undefined;
    },
  };
}
