// Somebody deletes, replaces or cuts short the database while the daemon has it open: it notices, says so, and keeps what it can.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogRecord, SqliteStore } from '../../src/log/index.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';
import {
  complaintsIn,
  health,
  logWithComplaint,
  makePlace,
  messagesOf,
  post,
  seqsOf,
  wholeLog,
} from './place.ts';

let place: ReturnType<typeof makePlace>;
let daemon: Daemon | undefined;
beforeEach(() => {
  place = makePlace('vanish');
});
afterEach(async () => {
  await daemon?.stop('SIGKILL');
  daemon = undefined;
  fs.rmSync(place.folder, { recursive: true, force: true });
});

const inHome = (name: string): string => path.join(place.hooklineHome, name);
const sizeOf = (name: string): number => fs.statSync(inHome(name)).size;
const asides = (): string[] => fs.readdirSync(place.hooklineHome).filter(name => name.includes('.damaged-'));

interface Harm {
  readonly what: string;
  readonly harm: () => void;
  /** What the complaint says. */
  readonly says: RegExp;
  /** Whether what is left is put aside. */
  readonly aside: boolean;
}

const HARMS: readonly Harm[] = [
  {
    what: 'the database is deleted',
    harm: () => fs.rmSync(inHome('events.db')),
    says: /events\.db was deleted while/,
    aside: false,
  },
  {
    what: 'everything is deleted',
    harm: () => {
      for (const name of ['events.db', 'events.db-wal', 'events.db-instance']) fs.rmSync(inHome(name));
    },
    says: /events\.db was deleted while/,
    aside: false,
  },
  {
    what: 'its journal is deleted',
    harm: () => fs.rmSync(inHome('events.db-wal')),
    says: /events\.db-wal was deleted while/,
    aside: false,
  },
  {
    what: 'another file is put in its place',
    harm: () => {
      fs.copyFileSync(inHome('events.db'), inHome('copy'));
      fs.renameSync(inHome('copy'), inHome('events.db'));
    },
    says: /events\.db was replaced while/,
    aside: false,
  },
  {
    what: 'it is cut down to nothing',
    harm: () => fs.truncateSync(inHome('events.db')),
    says: /events\.db was cut short while/,
    aside: true,
  },
  {
    what: 'it is cut in half',
    harm: () => fs.truncateSync(inHome('events.db'), sizeOf('events.db') / 2),
    says: /events\.db was cut short while/,
    aside: true,
  },
  {
    what: 'its journal is cut down to nothing',
    harm: () => fs.truncateSync(inHome('events.db-wal')),
    says: /events\.db-wal was cut short while/,
    aside: true,
  },
];

/** A daemon with a past in its database, and a present in the journal. */
async function inUse(): Promise<{ running: Daemon; posted: string[]; epoch: string }> {
  fs.mkdirSync(place.hooklineHome, { mode: 0o700 });
  const past = new SqliteStore(inHome('events.db'));
  past.append([DAY_BEFORE]);
  past.close();
  daemon = await startDaemon(place);
  const posted = ['one', 'two', 'three'];
  for (const message of posted) await post(daemon, message);
  const { epoch } = await health(daemon);
  expect(epoch).toBe(past.epoch);
  return { running: daemon, posted, epoch };
}

const DAY_BEFORE: LogRecord = {
  seq: 1,
  timestamp: Date.now(),
  type: 'session.notification',
  sessionId: 'past',
  agentId: undefined,
  source: 'test',
  data: JSON.stringify({ message: 'the day before' }),
  hook: undefined,
};

describe.each(HARMS)('$what', ({ harm, says, aside }) => {
  it('while nothing happens: it is noticed, told, and nothing acknowledged since the start is lost', async () => {
    const { running, posted, epoch } = await inUse();
    const client = await connect(running);
    await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
    harm();
    await until('it is noticed', async () => (await health(running)).status === 'degraded', 5000);
    expect((await client.closed).code).toBe(1001);
    await post(running, 'after');
    const log = await logWithComplaint(running);
    expect(messagesOf(log)).toEqual([...posted, 'after']);
    expect(seqsOf(log)).toEqual(log.map((_, index) => (log[0]?.seq ?? 0) + index));
    const [complaint] = complaintsIn(log) as [{ code: string; message: string }];
    expect([complaint.code, complaint.message]).toEqual(['store_failed', expect.stringMatching(says)]);
    expect(running.log()).toMatch(says);
    const again = await connect(running);
    const resumed = await again.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 1 } });
    expect(resumed).toMatchObject({ recovered: false, reason: 'epoch_changed' });
    again.close();
    expect(asides().length > 0).toBe(aside);
    if (aside) expect(complaint.message).toContain(asides()[0]);
    const now = await health(running);
    expect(await running.stop()).toBe(0);

    daemon = await startDaemon(place);
    const next = await health(daemon);
    expect(next.status).toBe('ok');
    expect([epoch, now.epoch]).not.toContain(next.epoch);
    await post(daemon, 'the day after');
    expect(messagesOf(await wholeLog(daemon)).at(-1)).toBe('the day after');
  });
});

it.each(HARMS.filter(({ what }) => /deleted|nothing/.test(what)))(
  '$what, and it is killed at once: the next start does not give the same seqs again under the same epoch',
  async ({ harm }) => {
    const { running, epoch } = await inUse();
    const { seq } = await health(running);
    harm();
    await running.stop('SIGKILL');
    daemon = await startDaemon(place);
    await post(daemon, 'the day after');
    const next = await health(daemon);
    expect(next.status).toBe('ok');
    // Everything may still have been in the database.
    if (next.epoch === epoch) expect(next.seq).toBeGreaterThan(seq);
    expect(messagesOf(await wholeLog(daemon)).at(-1)).toBe('the day after');
  },
);

it('its journal is cut in half after it was killed: the same seqs are not given again under the same epoch', async () => {
  const { running, epoch } = await inUse();
  await running.stop('SIGKILL');
  fs.truncateSync(inHome('events.db-wal'), sizeOf('events.db-wal') / 2);
  daemon = await startDaemon(place);
  const next = await health(daemon);
  expect([next.status, next.epoch === epoch]).toEqual(['ok', false]);
  expect(daemon.log()).toMatch(/goes on under a new epoch: its last events are missing/);
});

it('the database alone is missing at the start: its journal is not taken for that of a new one', async () => {
  const { running, epoch } = await inUse();
  await running.stop('SIGKILL');
  fs.rmSync(inHome('events.db'));
  daemon = await startDaemon(place);
  const next = await health(daemon);
  expect([next.status, next.epoch === epoch]).toEqual(['ok', false]);
  expect(messagesOf(await wholeLog(daemon))).toEqual([]);
  expect(asides()).toEqual([expect.stringMatching(/^events\.db\.damaged-.*-wal$/)]);
});

it('what is beside it is missing at the start: the events are there, the epoch is another', async () => {
  const { running, posted, epoch } = await inUse();
  await running.stop();
  fs.rmSync(inHome('events.db-instance'));
  daemon = await startDaemon(place);
  const next = await health(daemon);
  expect([next.status, next.epoch === epoch]).toEqual(['ok', false]);
  expect(messagesOf(await wholeLog(daemon))).toEqual(['the day before', ...posted]);
  expect(daemon.log()).toContain('goes on under a new epoch');
});

it('the whole log is missing at the start: that is said, in the new log too', async () => {
  const { running, epoch } = await inUse();
  const { seq } = await health(running);
  await running.stop();
  fs.rmSync(inHome('events.db'));
  daemon = await startDaemon(place);
  const next = await health(daemon);
  expect([next.status, next.epoch === epoch]).toEqual(['ok', false]);
  const said = `every event that was in it is gone (the last one had seq ${seq})`;
  expect(daemon.log()).toContain(said);
  const [first] = await wholeLog(daemon);
  expect(first).toMatchObject({ type: 'system.error', seq: 1, data: { code: 'epoch_ended' } });
  expect(first?.data?.['message']).toContain(said);
});
