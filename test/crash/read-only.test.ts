// A place that cannot be written to: the daemon serves from memory, says what to do, and goes on when it can be written again.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { canMount, canProtect, mountMemory, protect, unmountAll } from '../support/mounts.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';
import {
  complaintsIn,
  health,
  logWithComplaint,
  makePlace,
  messagesOf,
  post,
  startHidden,
  wholeLog,
} from './place.ts';

let place: ReturnType<typeof makePlace>;
let daemon: Daemon | undefined;
let undo: () => void = () => {};
beforeEach(() => {
  place = makePlace('readonly');
});
afterEach(async () => {
  await daemon?.stop('SIGKILL');
  const log = daemon?.log() ?? '';
  daemon = undefined;
  undo();
  undo = () => {};
  unmountAll();
  fs.rmSync(place.folder, { recursive: true, force: true });
  expect(log).not.toMatch(/^ +at /m); // A stack trace, where nothing is wrong with the program.
});

const inHome = (name: string): string => path.join(place.hooklineHome, name);

/** A run with one event in it, orderly ended. */
async function firstRun(): Promise<{ epoch: string; seq: number }> {
  const first = await startDaemon(place);
  await post(first, 'on the disk');
  const { epoch, seq } = await health(first);
  await first.stop();
  return { epoch, seq };
}

/** Serves, says that nothing is stored and what to do about it. */
async function servesFromMemory(running: Daemon): Promise<void> {
  expect((await health(running)).status).toBe('degraded');
  await post(running, 'in memory');
  const log = await logWithComplaint(running);
  expect(messagesOf(log)).toEqual(['in memory']);
  expect(complaintsIn(log)).toEqual([
    {
      code: 'store_open',
      message: expect.stringMatching(
        /events\.db cannot be used .*memory only\. Let hookline write to .*, then restart/,
      ),
    },
  ]);
  expect(running.log()).toContain('Let hookline write to');
  expect(running.log()).not.toMatch(/^ +at /m);
}

it.skipIf(!canMount())('a read-only folder at the start', async () => {
  const disk = mountMemory(place.hooklineHome, '8m');
  await firstRun();
  disk.change('ro');
  daemon = await startHidden(place);
  await servesFromMemory(daemon);
  expect(await daemon.stop()).toBe(0);
  disk.change('rw');
  daemon = await startDaemon(place);
  expect((await health(daemon)).status).toBe('ok');
  expect(messagesOf(await wholeLog(daemon))).toEqual(['on the disk']);
});

it.skipIf(!canProtect(false))('a read-only events.db at the start', async () => {
  const { epoch, seq } = await firstRun();
  undo = protect(inHome('events.db'));
  daemon = await startDaemon(place);
  await servesFromMemory(daemon);
  expect(await daemon.stop()).toBe(0);
  undo();
  undo = () => {};
  daemon = await startDaemon(place);
  expect((await health(daemon)).status).toBe('ok');
  expect(messagesOf(await wholeLog(daemon))).toEqual(['on the disk']);
  // It lacks what was acknowledged in between.
  const client = await connect(daemon);
  const resumed = await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq } });
  expect(resumed).toMatchObject({ recovered: false, reason: 'epoch_changed' });
  client.close();
});

it.skipIf(!canProtect(true))('files that become read-only while it runs', async () => {
  daemon = await startDaemon(place);
  const running = daemon;
  await post(running, 'on the disk');
  const { epoch } = await health(running);
  const client = await connect(running);
  await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
  undo = protect(inHome('events.db'), inHome('events.db-wal'));
  await post(running, 'in memory');
  expect((await health(running)).status).toBe('degraded');
  expect((await client.closed).code).toBe(1001);
  await until('the log tells', async () => complaintsIn(await wholeLog(running)).length === 1);
  expect(messagesOf(await wholeLog(running))).toEqual(['on the disk', 'in memory']);
  undo();
  undo = () => {};
  expect(await running.stop()).toBe(0);
  daemon = await startDaemon(place);
  const now = await health(daemon);
  expect([now.status, now.epoch === epoch]).toEqual(['ok', false]);
  expect(messagesOf(await wholeLog(daemon))).toEqual(['on the disk']);
});

it.skipIf(!canProtect(false))(
  'a spool from which nothing can be removed: what is in it is told once, and what comes after it too',
  async () => {
    const spool = spoolFolder(place.hooklineHome);
    fs.mkdirSync(spool, { recursive: true });
    const keep = (name: string, message: string): void =>
      fs.writeFileSync(
        path.join(spool, name),
        JSON.stringify({ session_id: 's', hook_event_name: 'Notification', message }),
      );
    const messages = Array.from({ length: 300 }, (_, index) => `message ${index}`);
    for (const [index, message] of messages.entries())
      keep(`${String(index).padStart(3, '0')}.json`, message);
    undo = protect(spool);
    for (let start = 0; start < 2; start++) {
      daemon = await startDaemon(place);
      const running = daemon;
      await until('all are told', async () => messagesOf(await wholeLog(running)).length === messages.length);
      await post(running, `live ${start}`);
      messages.push(`live ${start}`);
      expect(new Set(messagesOf(await wholeLog(running)))).toEqual(new Set(messages));
      await running.stop();
    }
  },
);
