// No space left on the device, for real: a small file system that fills up while hooks come in, or is full from the start.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installHookFile } from '../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../src/agents/claude-code/install/index.ts';
import { writeDaemonFile } from '../../src/config/index.ts';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { canMount, type Mount, mountMemory, unmountAll } from '../support/mounts.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';
import { complaintsIn, health, makePlace, messagesOf, post, seqsOf, startHidden, wholeLog } from './place.ts';

const onFullDisk = it.skipIf(!canMount());

let place: ReturnType<typeof makePlace>;
let disk: Mount;
let daemon: Daemon | undefined;
beforeEach(() => {
  place = makePlace('full');
});
afterEach(async () => {
  await daemon?.stop('SIGKILL');
  const log = daemon?.log() ?? '';
  daemon = undefined;
  unmountAll();
  fs.rmSync(place.folder, { recursive: true, force: true });
  // The disk is no bug: no stack is of use to anybody.
  expect(log).not.toMatch(STACK);
});

/** A line of a stack trace. */
const STACK = /^ +at /m;

const inHome = (name: string): string => path.join(place.hooklineHome, name);

onFullDisk.each([
  ['the journal does not fit any more', '1m'],
  ['the journal has been worked into the database before', '9m'],
])(
  'fills up while hooks come in (%s): nothing that was acknowledged is lost or told as another',
  async (_when, size) => {
    disk = mountMemory(place.hooklineHome, size);
    daemon = await startDaemon(place);
    const client = await connect(daemon);
    const { epoch } = await health(daemon);
    await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
    const posted: string[] = [];
    for (let n = 0; (await health(daemon)).status === 'ok'; n++) {
      const message = `${n} ${'x'.repeat(20_000)}`;
      await post(daemon, message);
      posted.push(message);
      expect(n).toBeLessThan(1000);
    }
    await post(daemon, 'after');
    posted.push('after');

    const closed = await client.closed;
    expect(closed.code).toBe(1001);
    const received = client.events();
    const again = await connect(daemon);
    const resumed = await again.ask({
      type: 'subscribe',
      topics: ['**'],
      since: { epoch, seq: received.at(-1)?.seq },
    });
    expect(resumed).toMatchObject({ type: 'subscribed', recovered: false, reason: 'epoch_changed' });
    again.close();

    const now = await health(daemon);
    expect(now.epoch).not.toBe(epoch);
    const log = await wholeLog(daemon);
    expect(messagesOf(log)).toEqual(posted);
    expect(seqsOf(log)).toEqual(log.map((_, index) => index + 1));
    expect(received).toEqual(log.slice(0, received.length));
    expect(complaintsIn(log)).toEqual([
      {
        code: 'store_failed',
        message: expect.stringMatching(/events\.db failed .*full.*new epoch\. Make room/),
      },
    ]);
    expect(daemon.log()).toContain('Make room');
    // Commands find it, though nothing new can be written.
    const status = await hookline(place, 'status', '--json');
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining(now.epoch)]);

    expect(await daemon.stop()).toBe(0);
    disk.change('size=32m');
    daemon = await startDaemon(place);
    const later = await health(daemon);
    expect(later.status).toBe('ok');
    expect([epoch, now.epoch]).not.toContain(later.epoch);
    const kept = await wholeLog(daemon);
    // What was told under the epoch of the disk is on the disk.
    expect(kept.slice(0, received.length)).toEqual(received);
    const patient = await connect(daemon);
    for (const one of [epoch, now.epoch]) {
      const answer = await patient.ask({ type: 'subscribe', topics: ['**'], since: { epoch: one, seq: 1 } });
      expect(answer).toMatchObject({ recovered: false, reason: 'epoch_changed' });
    }
    patient.close();
  },
);

onFullDisk(
  'is full when the daemon stops: that is said, and the next start goes on as if nothing had been',
  async () => {
    disk = mountMemory(place.hooklineHome, '1m');
    daemon = await startDaemon(place);
    await post(daemon, 'before');
    const { epoch } = await health(daemon);
    const log = await wholeLog(daemon);
    disk.fill();
    expect(await daemon.stop()).toBe(0);
    expect(daemon.log()).toContain('store: it could not be closed in order');
    expect(daemon.log()).not.toMatch(STACK);
    disk.empty();
    daemon = await startDaemon(place);
    expect((await health(daemon)).epoch).toBe(epoch);
    expect((await wholeLog(daemon)).slice(0, log.length)).toEqual(log);
  },
);

onFullDisk('is full when it starts: it serves from memory, and says so', async () => {
  disk = mountMemory(place.hooklineHome, '1m');
  daemon = await startDaemon(place);
  await post(daemon, 'on the disk');
  const { epoch } = await health(daemon);
  const position = (await wholeLog(daemon)).length;
  expect(await daemon.stop()).toBe(0);
  const spool = spoolFolder(place.hooklineHome);
  fs.mkdirSync(spool, { recursive: true });
  const kept = { session_id: 's', hook_event_name: 'Notification', message: 'kept by a hook' };
  fs.writeFileSync(path.join(spool, '1.json'), JSON.stringify(kept));
  disk.fill();
  daemon = await startHidden(place);
  const { status, epoch: emergency } = await health(daemon);
  expect([status, emergency === epoch]).toEqual(['degraded', false]);
  await post(daemon, 'in memory');
  const log = await wholeLog(daemon);
  expect(messagesOf(log)).toEqual(['in memory']);
  expect(complaintsIn(log)).toEqual([
    {
      code: 'store_open',
      message: expect.stringMatching(/events\.db cannot be used .*memory only\. Make room/),
    },
  ]);
  expect(daemon.log()).toMatch(
    /daemon\.json: it cannot be written, so .*: ENOSPC: no space left on device, write\. Make room on the disk of \S+hookline$/m,
  );
  expect(daemon.log()).not.toMatch(STACK);
  expect(await daemon.stop()).toBe(0);

  disk.empty();
  daemon = await startDaemon(place);
  // What was kept on the disk was not taken into a log that would be forgotten.
  await until('the spool is empty', () => fs.readdirSync(spool).length === 0);
  expect(messagesOf(await wholeLog(daemon))).toEqual(['on the disk', 'kept by a hook']);
  // Something was acknowledged in between that is nowhere now: whoever comes with an old position must hear of it.
  const client = await connect(daemon);
  for (const one of [epoch, emergency]) {
    const since = { epoch: one, seq: position };
    const answer = await client.ask({ type: 'subscribe', topics: ['**'], since });
    expect(answer).toMatchObject({ recovered: false, reason: 'epoch_changed' });
  }
  client.close();
});

onFullDisk(
  'is full before there is a token: it does not start, says why, and leaves nothing half made',
  async () => {
    disk = mountMemory(place.hooklineHome, '64k');
    disk.fill();
    const refused = await hookline(place, 'start', '--no-hooks', '--port', '0');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/token cannot be written \(ENOSPC.*\); see to space/);
    expect(fs.readdirSync(place.hooklineHome)).toEqual(['ballast']);
  },
);

onFullDisk('is full when the tokens are to be replaced: both old ones stay good', async () => {
  disk = mountMemory(place.hooklineHome, '1m');
  daemon = await startDaemon(place);
  await daemon.stop();
  daemon = undefined;
  const before = ['token', 'hook-token'].map(name => fs.readFileSync(inHome(name), 'utf8'));
  disk.fill();
  const refused = await hookline(place, 'token', 'rotate');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('ENOSPC');
  expect(['token', 'hook-token'].map(name => fs.readFileSync(inHome(name), 'utf8'))).toEqual(before);
  expect(fs.readdirSync(place.hooklineHome).filter(name => name.endsWith('.tmp'))).toEqual([]);
});

onFullDisk('is full when a running daemon is to replace the tokens: its log says so in words', async () => {
  disk = mountMemory(place.hooklineHome, '1m');
  daemon = await startDaemon(place);
  disk.fill();
  const refused = await hookline(place, 'token', 'rotate');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(daemon.log()).toMatch(
    /POST \/api\/token\/rotate: \S+token cannot be written \(ENOSPC.*; see to space/,
  );
});

onFullDisk(
  'is full while hooks find nobody home: the user sees nothing, and no half payload is told',
  async () => {
    disk = mountMemory(place.hooklineHome, '2m');
    await installHookFile(place.hooklineHome);
    const hook = (message: string): void => {
      const payload = { session_id: 's', hook_event_name: 'Notification', message };
      const { status, stdout, stderr } = spawnSync(hookFile(place.hooklineHome), {
        input: JSON.stringify(payload),
        env: place.env,
      });
      expect([status, String(stdout), String(stderr)]).toEqual([0, '', '']);
    };
    hook('there is room');
    disk.fill();
    fs.truncateSync(inHome('ballast'), fs.statSync(inHome('ballast')).size - 4096);
    hook('half of this fits '.repeat(400));
    disk.empty();
    // What is half written may still be being written, for a while.
    for (const name of fs.readdirSync(spoolFolder(place.hooklineHome)))
      fs.utimesSync(path.join(spoolFolder(place.hooklineHome), name), 1_800_000_000, 1_790_000_000);
    daemon = await startDaemon(place);
    const found = daemon;
    await until('the whole one is told', async () => messagesOf(await wholeLog(found)).length > 0);
    await until('the half one is set aside', () =>
      fs.readdirSync(spoolFolder(place.hooklineHome)).every(name => !name.endsWith('.json')),
    );
    expect(messagesOf(await wholeLog(daemon))).toEqual(['there is room']);
    expect((await health(daemon)).status).toBe('ok');
  },
);

onFullDisk('is full when the epoch ends: daemon.json tells of the new one all the same', () => {
  disk = mountMemory(place.hooklineHome, '64k');
  const content = { pid: 1, port: 1, host: '127.0.0.1', url: '', version: '', startedAt: 1 };
  writeDaemonFile(place.hooklineHome, { ...content, epoch: 'the old one' });
  disk.fill();
  writeDaemonFile(place.hooklineHome, { ...content, epoch: 'the new one' });
  expect(JSON.parse(fs.readFileSync(inHome('daemon.json'), 'utf8'))).toEqual({
    ...content,
    epoch: 'the new one',
  });
  // What needs more room than there is leaves it as it was.
  expect(() => writeDaemonFile(place.hooklineHome, { ...content, epoch: 'a longer one' })).toThrow('ENOSPC');
  expect(fs.readFileSync(inHome('daemon.json'), 'utf8')).toContain('the new one');
  expect(fs.readdirSync(place.hooklineHome).sort()).toEqual(['ballast', 'daemon.json']);
});
