// What a log of a million events costs: to start with it, to replay all of it, and to search in it.
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'libsql';
import { startDaemon } from '../test/support/hookline.ts';
import { searchRows } from './long-log/searches.ts';
import type { Rows } from './report/row.ts';
import { fill } from './support/fill.ts';
import { Reader } from './support/load.ts';
import { timed } from './support/numbers.ts';
import { type BenchPlace, makePlace } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const EVENTS = 1_000_000;
const MANY = EVENTS.toLocaleString('en');

/** How long a daemon may take to read all of it, in milliseconds. */
const START_MS = 120_000;

/** Milliseconds until a daemon listens, Node's own start included. */
async function startTime(place: BenchPlace): Promise<number> {
  let daemon: Awaited<ReturnType<typeof startDaemon>> | undefined;
  const ms = await timed(async () => {
    daemon = await startDaemon(place);
  });
  await daemon?.stop();
  return ms;
}

async function* startRows(place: BenchPlace): Rows {
  const empty = makePlace();
  // The first start reads everything to know the sessions; later ones have it from there.
  const first = await startTime(place);
  await startTime(empty);
  const values: number[] = [];
  const control: number[] = [];
  for (let round = 0; round < 3; round++) {
    values.push(await startTime(place));
    control.push(await startTime(empty));
  }
  empty.remove();
  yield {
    ...{ id: 'start', what: `start with ${MANY} events, until it listens`, unit: 'ms', values },
    control: { what: 'with none', values: control },
  };
  yield {
    ...{ id: 'start-rebuilding', what: `the same, when the state has to be made anew from all of them` },
    ...{ unit: 'ms', values: [first], control: { what: 'with none', values: control.slice(0, 1) } },
  };
}

/** Events a second that SQLite itself reads in the order of the log, with their payloads. */
function readBare({ log }: BenchPlace): number {
  const database = new Database(log, { readonly: true });
  const from = performance.now();
  let bytes = 0;
  for (const row of database.prepare('SELECT * FROM events ORDER BY seq').iterate() as Iterable<{
    data: string;
  }>)
    bytes += row.data.length;
  const seconds = (performance.now() - from) / 1000;
  database.close();
  if (bytes === 0) throw new Error('the log that was filled is empty');
  return EVENTS / seconds;
}

async function* replayRows(place: BenchPlace): Rows {
  // While a daemon has the log, nobody else may read it.
  const alone = readBare(place);
  const daemon = await startDaemon(place);
  try {
    const { epoch, seq } = (await (await fetch(`${daemon.url}/health`)).json()) as {
      epoch: string;
      seq: number;
    };
    const cpu = cpuOf(daemon.pid);
    const from = performance.now();
    const reader = new Reader(daemon, {
      ...{ type: 'subscribe', topics: ['**'] },
      ...{ since: { epoch, seq: 0 }, batch: true },
    });
    await reader.ready;
    await reader.received(seq);
    const seconds = (performance.now() - from) / 1000;
    const used = (cpuOf(daemon.pid) - cpu) / 1e6;
    reader.close();
    yield {
      ...{ id: 'replay', what: `replay of ${MANY} events from disk to one client, in batches` },
      ...{ unit: 'events/s', values: [seq / seconds] },
      control: { what: 'SQLite alone, read row by row', values: [alone] },
    };
    yield {
      ...{ id: 'replay-cpu', what: 'the same, by the CPU of the daemon' },
      ...{ unit: 'events/s of CPU', values: [seq / used] },
    };
    await delay(1000);
    yield {
      id: 'replay-memory',
      what: 'memory of the daemon after that',
      unit: 'MB',
      values: [rssOf(daemon.pid)],
    };
    yield* searchRows(daemon);
  } finally {
    await daemon.stop();
  }
}

export async function* rows(): Rows {
  const place = { ...makePlace(), startMs: START_MS };
  try {
    fill(place.log, EVENTS);
    yield* startRows(place);
    yield* replayRows(place);
  } finally {
    place.remove();
  }
}
