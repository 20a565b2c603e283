// What the prompts in the log tell the inbox: which messages arrived, and when a person typed something.
import { Consumer, type Pump } from '../fanout/index.ts';
import type { Inbox } from '../inbox/index.ts';
import type { Filter, LogReader, LogRecord, Range, Scan } from '../log/index.ts';
import type { PromptOrigin } from '../protocol/index.ts';

export interface PromptsOptions {
  readonly log: LogReader;
  readonly pump: Pump;
  readonly inbox: Inbox;
}

const TOPIC = 'prompt.submitted';
/** How much of a session is looked through for what was typed, in events; whoever typed nothing for so long is not there. */
const LOOK = 20_000;

/** Tells the inbox of every prompt, and of those that the last daemon was not there any more to tell. */
export function tellPrompts({ log, pump, inbox }: PromptsOptions): Consumer {
  const since = inbox.promptsMatterSince;
  const began = log.head;
  return new Consumer({
    name: 'prompts of sessions',
    log,
    pump,
    topics: [TOPIC],
    ...(since === undefined ? {} : { from: { epoch: log.epoch, seq: seqBefore(log, since) } }),
    deliver: async deliveries => {
      for (const { record } of deliveries) {
        const { prompt, origin, recovered } = contentOf(record);
        if (typeof prompt !== 'string') continue;
        const isOld = record.seq <= began || recovered === true;
        const { sessionId, timestamp } = record;
        await inbox.prompted({ sessionId, prompt, origin, at: isOld ? timestamp : undefined });
      }
    },
  });
}

/**
 * When somebody last typed something into one of these sessions, if that was since then.
 *
 * @param since milliseconds since 1970, as what it returns
 */
export function lastTyped(log: LogReader, sessions: readonly string[], since: number): number | undefined {
  const found = sessions.flatMap(session => lastTypedIn(log, session, since) ?? []);
  return found.length === 0 ? undefined : Math.max(...found);
}

function lastTypedIn(log: LogReader, session: string, since: number): number | undefined {
  const filter: Filter = {
    sessions: new Set([session]),
    since,
    topics: { globs: [TOPIC], match: ({ type }) => type === TOPIC },
  };
  let range: Range | undefined = { after: log.oldest - 1, before: log.head + 1, from: 'newest' };
  for (let looked = 0; range !== undefined && looked < LOOK; looked += 1000) {
    const { records, rest }: Scan = log.scan(range, filter, { look: 1000, take: 100, bytes: 1e6 });
    const typed = records.find(record => contentOf(record).origin?.kind === 'user');
    if (typed) return typed.timestamp;
    range = rest;
  }
  return undefined;
}

/** What we wrote: the schema of the event, but for what an older one may lack. */
interface Content {
  readonly prompt?: unknown;
  readonly origin?: PromptOrigin;
  readonly recovered?: unknown;
}

const contentOf = ({ data }: LogRecord): Content => JSON.parse(data) as Content;

/** The seq before the first event that is not older than a time in milliseconds since 1970. */
function seqBefore(log: LogReader, since: number): number {
  let range: Range | undefined = { after: log.oldest - 1, before: log.head + 1, from: 'oldest' };
  while (range !== undefined) {
    const { records, rest }: Scan = log.scan(range, { since }, { look: 50_000, take: 1, bytes: 1 });
    if (records[0] !== undefined) return records[0].seq - 1;
    range = rest;
  }
  return log.head;
}
