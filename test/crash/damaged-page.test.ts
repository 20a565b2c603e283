// Random bytes in the database: what is found out is put aside and named, and what cannot be read is never passed over.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LogRecord, SqliteStore } from '../../src/log/index.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
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
  place = makePlace('damage');
});
afterEach(async () => {
  await daemon?.stop('SIGKILL');
  daemon = undefined;
  fs.rmSync(place.folder, { recursive: true, force: true });
});

const inHome = (name: string): string => path.join(place.hooklineHome, name);
const asides = (): string[] => fs.readdirSync(place.hooklineHome).filter(name => name.includes('.damaged-'));

const PAGE = 4096;
/** More than the daemon reads at its start, and far more than SQLite keeps in memory. */
const EVENTS = 30_000;

/** A log of many events, as a daemon would leave it. */
function longPast(): { epoch: string } {
  fs.mkdirSync(place.hooklineHome, { mode: 0o700 });
  const store = new SqliteStore(inHome('events.db'));
  for (let seq = 1; seq <= EVENTS; seq += 1000)
    store.append(Array.from({ length: 1000 }, (_, index) => past(seq + index)));
  store.close();
  return { epoch: store.epoch };
}

const past = (seq: number): LogRecord => ({
  seq,
  timestamp: Date.now(),
  type: 'test.past',
  sessionId: 'past',
  agentId: undefined,
  source: 'test',
  data: JSON.stringify({ seq, text: 'x'.repeat(300) }),
  hook: undefined,
});

/** Writes garbage over pages of the database, a quarter of the way into it, where the old events are. */
function garble(pages: number): void {
  const file = fs.openSync(inHome('events.db'), 'r+');
  const from = Math.floor(fs.fstatSync(file).size / PAGE / 4) * PAGE;
  fs.writeSync(file, randomBytes(pages * PAGE), 0, pages * PAGE, from);
  fs.closeSync(file);
}

it('a page was overwritten while nobody had it open: it is noticed at the start, put aside, and a new log begun', async () => {
  const { epoch } = longPast();
  garble(1);
  const garbled = fs.readFileSync(inHome('events.db'));
  daemon = await startDaemon(place);
  const now = await health(daemon);
  expect([now.status, now.epoch === epoch]).toEqual(['ok', false]);
  const [aside = ''] = asides();
  // Opening it has touched the first page, nothing else.
  expect(fs.readFileSync(inHome(aside)).subarray(PAGE).equals(garbled.subarray(PAGE))).toBe(true);
  const log = await logWithComplaint(daemon);
  const [complaint] = complaintsIn(log) as [{ code: string; message: string }];
  expect(complaint.code).toBe('store_open');
  expect(complaint.message).toContain(`set aside as ${inHome(aside)} and a new log was begun`);
  expect(complaint.message).toContain(`sqlite3 ${inHome(aside)} .recover`);
  expect(daemon.log()).toContain(inHome(aside));
  await post(daemon, 'kept');
  await daemon.stop();
  daemon = await startDaemon(place);
  expect(messagesOf(await wholeLog(daemon))).toEqual(['kept']);
});

it('pages rot while the daemon runs: whoever reads them is sent to a new epoch, and the file is not used again', async () => {
  const { epoch } = longPast();
  daemon = await startDaemon(place);
  await post(daemon, 'before');
  const client = await connect(daemon);
  garble(50);
  client.send({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
  expect((await client.closed).code).toBe(1001);
  // What came until then came without a hole.
  const received = client.events();
  expect(seqsOf(received)).toEqual(received.map((_, index) => index + 1));
  expect(received.length).toBeLessThan(EVENTS);

  const now = await health(daemon);
  expect([now.status, now.epoch === epoch]).toEqual(['degraded', false]);
  await post(daemon, 'after');
  const log = await logWithComplaint(daemon);
  expect(messagesOf(log)).toEqual(['before', 'after']);
  const [aside = ''] = asides();
  const [complaint] = complaintsIn(log) as [{ code: string; message: string }];
  expect(complaint.code).toBe('store_failed');
  expect(complaint.message).toContain(`set aside as ${inHome(aside)}`);
  expect(complaint.message).toContain('Restart hookline to begin a new log on the disk');
  const again = await connect(daemon);
  const since = { epoch, seq: received.length };
  expect(await again.ask({ type: 'subscribe', topics: ['**'], since })).toMatchObject({
    recovered: false,
    reason: 'epoch_changed',
  });
  again.close();

  await daemon.stop();
  daemon = await startDaemon(place);
  const next = await health(daemon);
  expect(next.status).toBe('ok');
  expect([epoch, now.epoch]).not.toContain(next.epoch);
  expect(asides()).toContain(aside);
});

it('a search that runs into rotten pages fails, and does not pass its part off as the whole', async () => {
  longPast();
  daemon = await startDaemon(place);
  garble(50);
  const answer = await fetch(`${daemon.url}/api/events?after=0&limit=1000&sessionId=nobody&q=nothing`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  const other = await fetch(`${daemon.url}/api/events?after=5000&limit=1000&topics=no.such`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  expect([answer.status, other.status]).toContain(500);
  expect((await health(daemon)).status).toBe('degraded');
});
