// Whatever the disk does to a commit, what the daemon shows is what its log tells: no event counts that is not in it.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { Engine } from '../../src/engine/engine.ts';
import { restore } from '../../src/engine/restore.ts';
import { openStore } from '../../src/log/index.ts';
import { makeLogger } from '../../src/server/index.ts';
import { type Fault, FaultyDisk, fastFolder } from '../support/faulty-database.ts';
import { recordedPayloads } from '../support/fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = fastFolder('state');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Takes a recorded session in, a few hooks at a time, on a disk that fails; false when it did not come to that. */
async function fails(fault: Fault): Promise<boolean> {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(path.join(folder, '.hookline'), { recursive: true });
  const disk = new FaultyDisk();
  const core = new Engine(loadConfig({ env: {}, homedir: folder, flags: {} }), {
    now: () => 1_800_000_000_000,
    uptime: () => 0,
    logger: makeLogger('error', () => {}),
    ownTokens: () => [],
    onEpochLost: () => {},
    openStore: (home, now) => openStore(home, now, { open: disk.open }),
  });
  disk.failAt(fault);
  const payloads = recordedPayloads('session-subagents').slice(0, 24);
  for (let at = 0; at < payloads.length; at += 4) {
    await Promise.all(payloads.slice(at, at + 4).map(payload => core.ingest(payload)));
    const { projection } = restore(core.log, () => undefined);
    expect(core.queries.sessions(), disk.hit).toEqual(projection.sessions());
    expect(JSON.parse(String(Buffer.concat(core.queries.snapshot())))).toMatchObject({
      seq: core.log.head,
      agents: JSON.parse(JSON.stringify(projection.agents())),
    });
  }
  core.stop();
  return disk.struck;
}

it.each([
  ['fails', { code: 'SQLITE_FULL' }],
  ['says it failed', { code: 'SQLITE_IOERR', done: true }],
])('a write that %s, each of them once', async (_how, kind) => {
  let count = 0;
  while (await fails({ ...kind, at: count + 1 })) count++;
  expect(count).toBeGreaterThan(20);
});
