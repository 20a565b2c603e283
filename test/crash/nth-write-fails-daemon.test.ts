// The same for a whole daemon: whichever write fails, hooks are answered, clients are sent away and told why, and it says that it is degraded.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Fault, FaultyDisk } from '../support/faulty-database.ts';
import { connect } from '../support/ws.ts';
import { complaintsIn, health, logWithComplaint, messagesOf, post, seqsOf } from './place.ts';

const KINDS: readonly [string, Omit<Fault, 'at'>][] = [
  ['a full disk', { code: 'SQLITE_FULL', lasting: true }],
  ['an error, though it was written', { code: 'SQLITE_IOERR', done: true }],
];

let daemon: TestDaemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

const startOn = (disk: FaultyDisk): Promise<TestDaemon> =>
  startTestDaemon({
    config: { store: true },
    openStore: (home, now) => openStore(home, now, { open: disk.open }),
  });

/** A daemon that is well when a client comes, and whose n-th write after that fails; false when there were fewer. */
async function failsWhileRunning(fault: Fault): Promise<boolean> {
  const disk = new FaultyDisk();
  daemon = await startOn(disk);
  const client = await connect(daemon);
  const { epoch } = await health(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
  disk.failAt(fault);
  for (const message of ['one', 'two', 'three']) await post(daemon, message);
  if (!disk.struck) return false;

  const now = await health(daemon);
  expect(now.status).toBe('degraded');
  expect(now.epoch).not.toBe(epoch);
  expect((await client.closed).code).toBe(1001);
  // Whoever looks for the daemon finds the epoch that it goes on with.
  const found = JSON.parse(fs.readFileSync(path.join(daemon.home, 'daemon.json'), 'utf8'));
  expect(found).toMatchObject({ epoch: now.epoch, port: daemon.port });
  const log = await logWithComplaint(daemon);
  expect(complaintsIn(log)).toHaveLength(1);
  expect(complaintsIn(log)[0]).toMatchObject({ code: 'store_failed' });
  expect(messagesOf(log)).toEqual(['one', 'two', 'three']);
  expect(seqsOf(log)).toEqual(log.map((_, index) => index + 1));
  const received = client.events();
  expect(received).toEqual(log.slice(0, received.length));
  const again = await connect(daemon);
  const since = { epoch, seq: received.at(-1)?.seq ?? 0 };
  const resumed = await again.ask({ type: 'subscribe', topics: ['**'], since });
  expect(resumed).toMatchObject({ recovered: false, reason: 'epoch_changed', epoch: now.epoch });
  again.close();
  return true;
}

/** A daemon whose n-th write of all fails, the very first included; false when there were fewer. */
async function failsFromTheStart(fault: Fault): Promise<boolean> {
  const disk = new FaultyDisk();
  disk.failAt(fault);
  daemon = await startOn(disk);
  await post(daemon, 'one');
  if (!disk.struck) return false;
  expect((await health(daemon)).status).toBe('degraded');
  const log = await logWithComplaint(daemon);
  expect(complaintsIn(log)).toHaveLength(1);
  expect(messagesOf(log)).toEqual(['one']);
  return true;
}

describe.each(KINDS)('%s', (_what, kind) => {
  it.each([
    ['while it runs', failsWhileRunning],
    ['from the start', failsFromTheStart],
  ])('at every write %s, one after the other', { timeout: 60_000 }, async (_when, life) => {
    let count = 0;
    for (let at = 1; await life({ ...kind, at }); at++) {
      count = at;
      await daemon?.stop();
    }
    expect(count).toBeGreaterThan(5);
  });
});
