// Readers that are slower than the log: bounded memory, nothing lost, and an end only for those that do not move at all.
import { afterEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

const BACKLOG = 256 * 1024;
const EVENT = 50_000;

let daemon: TestDaemon;
afterEach(() => daemon.stop());

async function start(limits: TestDaemonOptions['limits'] = {}, subscribe: object = {}): Promise<Client> {
  daemon = await startTestDaemon({ limits });
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'], ...subscribe });
  return client;
}

/** The daemon's end of the only stream there is. */
function socketOf(): { readonly writableLength: number; readonly destroyed: boolean } {
  const found = daemon.sockets().find(socket => socket.bytesWritten > 0 && socket.listenerCount('drain') > 0);
  if (!found) throw new Error('there is no stream');
  return found;
}

const pour = (count: number): Promise<number> => daemon.emit(count, { data: { pad: 'x'.repeat(EVENT) } });

describe.each([
  ['one by one', {}],
  ['in batches', { batch: true }],
])('events %s', (_how, subscribe) => {
  test('a reader that pauses costs a bounded backlog and loses nothing when it goes on', async () => {
    const client = await start({}, subscribe);
    const socket = socketOf();
    client.socket.pause();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, socket.writableLength);
    }, 1);
    // 20 MB: more than the kernel takes.
    const head = await pour(400);
    clearInterval(watch);
    expect(socket.writableLength).toBeGreaterThan(BACKLOG);
    // One read of the log, or one event, beyond the mark at most.
    expect(Math.max(most, socket.writableLength)).toBeLessThan(2 * BACKLOG);
    client.socket.resume();
    await until('all came', () => client.events().at(-1)?.seq === head);
    expect(client.events().map(event => event.data?.['n'])).toEqual(
      Array.from({ length: 400 }, (_, at) => at),
    );
  });
});

test('others do not wait for a slow one', async () => {
  const slow = await start();
  slow.socket.pause();
  const quick = await connect(daemon);
  await quick.ask({ type: 'subscribe', topics: ['test.*'] });
  const head = await pour(400);
  await until('the quick one has all', () => quick.events().at(-1)?.seq === head);
});

test('a reader that takes nothing is closed with 4408', async () => {
  const client = await start({ slowReaderMs: 1000, pingEveryMs: 600_000 });
  const socket = socketOf();
  client.socket.pause();
  // No more than it takes: a busy machine may need longer for the rest than a reader has to see why it was closed, which is ten seconds.
  while (socket.writableLength <= BACKLOG) await pour(10);
  await new Promise(resolve => setTimeout(resolve, 6000));
  client.socket.resume();
  expect((await client.closed).code).toBe(4408);
  const seqs = client.events().map(({ seq }) => seq);
  expect(seqs.length).toBeGreaterThan(0);
  expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
});

/** Reads what is there (some 350 KB) and rests for a moment, and so on, until it is told to read on. */
function trickle(client: Client): () => void {
  let isResting = true;
  client.socket.on('message', () => {
    if (!isResting) return;
    client.socket.pause();
    setTimeout(() => client.socket.resume(), 400);
  });
  return () => {
    isResting = false;
  };
}

test('one that trickles is not closed, however far behind it is', async () => {
  const client = await start({ slowReaderMs: 10_000, pingEveryMs: 100, pongTimeoutMs: 60_000 });
  const readOn = trickle(client);
  const head = await pour(800);
  // For longer than a reader may take nothing.
  await new Promise(resolve => setTimeout(resolve, 11_000));
  expect(client.events().length).toBeLessThan(800);
  readOn();
  const closed = client.closed.then(({ code }) => Promise.reject(new Error(`it was closed with ${code}`)));
  await Promise.race([until('all came', () => client.events().at(-1)?.seq === head), closed]);
  closed.catch(() => {});
  expect(client.events()).toHaveLength(800);
  expect(client.frames.some(frame => frame.type === 'gap')).toBe(false);
});

test('a pause longer than the wait for a pong is no missing pong', async () => {
  const client = await start({ pingEveryMs: 100, pongTimeoutMs: 5000, slowReaderMs: 600_000 });
  client.socket.pause();
  const head = await pour(400);
  // Long enough for a ping to wait behind the events for longer than its time.
  await new Promise(resolve => setTimeout(resolve, 6500));
  client.socket.resume();
  await until('all came', () => client.events().at(-1)?.seq === head);
  expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
});

test('questions of a reader that does not read wait, in order, and too many are 4400', async () => {
  const client = await start({ pendingRequests: 20, rateMessages: 10_000, rateMessagesClose: 20_000 });
  client.socket.pause();
  const head = await pour(400);
  for (let id = 1; id <= 20; id++) client.send({ type: 'ping', id });
  client.socket.resume();
  await client.waitFor(frame => frame['id'] === 20);
  expect(client.frames.filter(frame => frame.type === 'pong').map(frame => frame['id'])).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
  await until('all came', () => client.events().at(-1)?.seq === head);
  client.socket.pause();
  await pour(400);
  for (let id = 1; id <= 200; id++) client.send({ type: 'ping', id });
  await new Promise(resolve => setTimeout(resolve, 200));
  client.socket.resume();
  expect((await client.closed).code).toBe(4400);
});

test('big answers asked for without reading them are made one at a time', async () => {
  const client = await start({ historyBytes: 4 * 1024 * 1024 });
  await client.ask({ type: 'unsubscribe', topics: ['test.*'] });
  await pour(100);
  const socket = socketOf();
  client.socket.pause();
  for (let id = 1; id <= 20; id++)
    client.send({ type: 'get_session_history', sessionId: 's1', limit: 1000, id });
  let most = 0;
  const began = Date.now();
  while (Date.now() - began < 500) {
    most = Math.max(most, socket.writableLength);
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(most).toBeLessThan(6 * 1024 * 1024);
  client.socket.resume();
  await client.waitFor(frame => frame['id'] === 20);
  expect(client.frames.filter(frame => frame.type === 'session_history')).toHaveLength(20);
});
