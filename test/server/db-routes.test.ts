// The log as a whole over HTTP: what it holds, all of it as lines, and its size.
import fs from 'node:fs';
import http from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqliteStore, toRecord } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const EVENTS = 3000;
const home = fs.mkdtempSync(path.join(import.meta.dirname, '../../node_modules/.hookline-db-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

let daemon: TestDaemon;
let epoch: string;
beforeAll(async () => {
  const store = new SqliteStore(path.join(home, 'events.db'));
  const data = { text: 'x'.repeat(10_000) };
  const event = (seq: number) => {
    const type = seq % 3 ? 'test.tick' : 'test.tock';
    return toRecord({ type, timestamp: 1.8e12 + seq, sessionId: `s${seq % 2}`, source: 'x', data }, seq);
  };
  store.append(Array.from({ length: EVENTS }, (_, index) => event(index + 1)));
  epoch = store.epoch;
  store.close();
  daemon = await startTestDaemon({ config: { home, store: true, retentionDays: 36_500 } });
});

const lines = async (query: string): Promise<Record<string, unknown>[]> => {
  const answer = await daemon.get(`/api/db/export${query}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const text = await answer.text();
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Record<string, unknown>);
};

test('GET /api/db tells what the log holds', async () => {
  const stats = (await (await daemon.get('/api/db')).json()) as { events: number; bytes: number };
  expect(stats).toMatchObject({
    path: path.join(home, 'events.db'),
    schema: 8,
    epoch,
    sessions: 2,
    oldest: { seq: 1, timestamp: 1.8e12 + 1 },
    types: [
      { type: 'test.tick', events: 2000 },
      { type: 'test.tock', events: 1000 },
      { type: 'system.started', events: expect.any(Number) },
    ],
    retention: { days: 36_500, bytes: 1024 ** 3 },
  });
  expect(stats.events).toBeGreaterThan(EVENTS);
  expect(stats.bytes).toBeGreaterThan(EVENTS * 10_000);
});

test('GET /api/db/sessions finds ids by how they begin', async () => {
  const ids = async (query: string): Promise<unknown> =>
    (await daemon.get(`/api/db/sessions${query}`)).json();
  expect(await ids('')).toEqual({ sessionIds: ['s0', 's1'] });
  expect(await ids('?prefix=s1')).toEqual({ sessionIds: ['s1'] });
  expect(await ids('?prefix=t')).toEqual({ sessionIds: [] });
});

describe('GET /api/db/export', () => {
  test('gives all of it, or a part', async () => {
    const [header, ...events] = await lines('');
    expect(header).toMatchObject({ hookline: 'export', format: 1, epoch, from: 1, to: events.length });
    expect(header).not.toHaveProperty('filtered');
    expect(events.map(event => event['seq'])).toEqual(events.map((_, index) => index + 1));
    const [part, ...some] = await lines('?topics=*.tock&sessionId=s1&after=9&before=30&since=1800000000010');
    expect(part).toMatchObject({ from: 10, to: 29, filtered: true });
    expect(some.map(event => event['seq'])).toEqual([15, 21, 27]);
    expect(await lines('?after=2990&before=2993')).toHaveLength(3);
  });

  test('waits for whoever reads slowly, and ends when the reader goes away', async () => {
    const others = new Set(daemon.sockets());
    const request = http.get(`${daemon.url}/api/db/export`, {
      agent: false,
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    request.on('error', () => {});
    // Nobody reads it.
    await new Promise(resolve => request.once('response', resolve));
    const ours = (): Socket | undefined => daemon.sockets().find(socket => !others.has(socket));
    const written = (): number => ours()?.bytesWritten ?? 0;
    let before = -1;
    await until('it waits for the reader', async () => {
      if (written() > 0 && written() === before) return true;
      before = written();
      await new Promise(resolve => setTimeout(resolve, 200));
      return false;
    });
    // All of it is 30 MB.
    expect(written()).toBeLessThan(20_000_000);
    request.destroy();
    await until('the connection is gone', () => !ours());
    expect((await daemon.get('/api/db')).status).toBe(200);
    expect(daemon.logged.filter(line => line.includes('error'))).toEqual([]);
  });

  test('answers HEAD without a body, and refuses what it does not know', async () => {
    const head = await fetch(`${daemon.url}/api/db/export`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const wrong = await daemon.get('/api/db/export?limit=3');
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining('"limit\\"; those known here: topics, sessionId, after, before, since, until'),
    ]);
  });
});

test('POST /api/db/vacuum gives free space back, for whoever may', async () => {
  const vacuum = (token: string): Promise<Response> =>
    fetch(`${daemon.url}/api/db/vacuum`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  expect((await vacuum(daemon.hookToken)).status).toBe(403);
  const answer = (await (await vacuum(daemon.token)).json()) as { before: number; after: number };
  expect(answer).toEqual({ before: expect.any(Number), after: expect.any(Number) });
  expect(answer.after).toBeLessThanOrEqual(answer.before);
});

test('a log in memory has no path and no size', async () => {
  const memory = await startTestDaemon();
  const stats = (await (await memory.get('/api/db')).json()) as object;
  expect(stats).toMatchObject({ events: 1, types: [{ type: 'system.started', events: 1 }] });
  expect(stats).not.toHaveProperty('path');
  const vacuum = await fetch(`${memory.url}/api/db/vacuum`, {
    method: 'POST',
    headers: { authorization: `Bearer ${memory.token}` },
  });
  expect(await vacuum.json()).toEqual({});
  await memory.stop();
});

// Last: it stops the daemon.
test('a stop in the middle of an export or a search waits for neither, and does not end the epoch', async () => {
  const headers = { authorization: `Bearer ${daemon.token}` };
  const answer = await fetch(`${daemon.url}/api/db/export`, { headers });
  const search = fetch(`${daemon.url}/api/events?q=never`, { headers });
  const asked = Promise.allSettled([search]);
  await daemon.stop();
  // Broken off, unless all of it was under way already.
  await Promise.allSettled([answer.text(), asked]);
  const store = new SqliteStore(path.join(home, 'events.db'));
  expect([store.epoch, store.epochEnd]).toEqual([epoch, undefined]);
  store.close();
});
