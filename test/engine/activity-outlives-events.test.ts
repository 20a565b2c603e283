// What was done counts once, whatever becomes of the daemon meanwhile, and stays known when the events are gone that told of it.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { Engine } from '../../src/engine/engine.ts';
import { openDatabase } from '../../src/log/sqlite/driver.ts';
import { makeLogger } from '../../src/server/index.ts';
import { fastFolder } from '../support/faulty-database.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 7, 3, 12);
let folder: string;
let now: number;
let engine: Engine | undefined;
beforeEach(() => {
  folder = fastFolder('activity');
  fs.mkdirSync(path.join(folder, '.hookline'));
  now = START;
});
afterEach(() => {
  engine?.stop();
  engine = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

function start(): Engine {
  engine?.stop();
  engine = new Engine(loadConfig({ env: {}, homedir: folder, flags: {} }), {
    now: () => now,
    uptime: () => now,
    logger: makeLogger('error', () => {}),
    ownTokens: () => [],
    onEpochLost: () => {},
  });
  return engine;
}

/** Changes the log of a daemon that does not run. */
function change(sql: string): void {
  engine?.stop();
  engine = undefined;
  const database = openDatabase(path.join(folder, '.hookline', 'events.db'));
  database.exec(sql);
  database.close();
}

const about = (sessionId: string) => ({ timestamp: now, sessionId, source: 'claude-code' });
const called = (sessionId: string, durationMs: number, success: boolean) => ({
  ...{ ...about(sessionId), type: 'tool.result' },
  data: { toolName: 'Bash', toolUseId: 't', success, durationMs },
});

/** A call that works, and one that fails. */
async function work(to: Engine, sessionId: string, cwd: string): Promise<void> {
  const begun = { ...about(sessionId), type: 'session.discovered', data: { startedBy: 'startup', cwd } };
  const calls = [called(sessionId, 100, true), called(sessionId, 900, false)];
  await to.takeOver([begun, ...calls], () => {});
}

const known = async ({ queries }: Engine) => {
  const { tools, hours, errors, countsFrom } = await queries.stats({ zone: 'UTC', range: {} });
  return { tools, hours, errors, countsFrom };
};
const ofFolder = async ({ queries }: Engine, folder: string) => {
  const { tools } = await queries.stats({ zone: 'UTC', range: {}, fits: project => project === folder });
  return tools[0]?.calls;
};

it('with and without the state that was saved, and when the events are gone', async () => {
  let running = start();
  await work(running, 'a', '/w/one');
  await running.saveState();
  now += 40 * DAY;
  await work(running, 'b', '/w/two');
  const all = await known(running);
  expect(all).toMatchObject({
    countsFrom: START,
    tools: [{ calls: 4, failed: 2, failureRate: 0.5, fastestMs: 100, slowestMs: 900 }],
    hours: [
      { day: '2026-08-03', calls: 2 },
      { day: '2026-09-12', calls: 2 },
    ],
  });
  await running.prune();
  expect(running.log.oldest).toBe(4);
  expect(await known(running)).toEqual(all);
  expect(await known(start())).toEqual(all);
  // Some other hookline saved the state: this one cannot read it.
  change(`UPDATE checkpoint_parts SET text = '{"shape":0}'`);
  running = start();
  expect(await known(running)).toEqual(all);
  await work(running, 'c', '/w/two');
  expect(await ofFolder(running, '/w/two')).toBe(4);
  expect(await ofFolder(start(), '/w/two')).toBe(4);
});

it('when the daemon was killed before, between and after what it keeps', async () => {
  const running = start();
  await work(running, 'a', '/w/one');
  await running.saveState();
  const at = running.log.head;
  await work(running, 'b', '/w/two');
  const all = await known(running);
  // As a kill leaves it: with a summary that goes further than the rows, without one, and with rows that go further.
  change(
    `UPDATE meta SET value = '${at} 0' WHERE key = 'activity'; DELETE FROM activity_rows WHERE project = '/w/two'`,
  );
  expect(await known(start())).toEqual(all);
  change('DELETE FROM checkpoints WHERE seq = (SELECT max(seq) FROM checkpoints)');
  expect(await known(start())).toEqual(all);
  change('DELETE FROM checkpoints');
  expect(await known(start())).toEqual(all);
});

it('of a log from before there was a count of it: as far back as events go', async () => {
  const running = start();
  await work(running, 'a', '/w/one');
  await running.saveState();
  now += 40 * DAY;
  await work(running, 'b', '/w/two');
  const before = await known(running);
  change("DROP TABLE activity_rows; DELETE FROM meta WHERE key = 'activity'; PRAGMA user_version = 7");
  expect(await known(start())).toEqual(before);
  await engine?.prune();
  change("DROP TABLE activity_rows; DELETE FROM meta WHERE key = 'activity'; PRAGMA user_version = 7");
  expect(await known(start())).toMatchObject({ countsFrom: START + 40 * DAY, tools: [{ calls: 2 }] });
});

it('of sessions from before as well, by their own time, and once', async () => {
  let running = start();
  now = START - 60 * DAY;
  const begun = { ...about('old'), type: 'session.discovered', data: { startedBy: 'found', cwd: '/w/old' } };
  running.past.append([begun, called('old', 5, true), called('old', 7, false)]);
  now = START;
  await work(running, 'a', '/w/one');
  const all = await known(running);
  expect(all).toMatchObject({
    countsFrom: START - 60 * DAY,
    tools: [{ calls: 4 }],
    hours: [{ day: '2026-06-04', calls: 2, failed: 1 }, { calls: 2 }],
  });
  for (const spoil of [
    '',
    `UPDATE checkpoint_parts SET text = '{"shape":0}'`,
    "DELETE FROM activity_rows; DELETE FROM meta WHERE key = 'activity'",
  ]) {
    change(spoil);
    running = start();
    await running.past.catchUp();
    expect(await known(running)).toEqual(all);
    expect(await ofFolder(running, '/w/old')).toBe(2);
  }
});

it('what is older than 400 days is forgotten', async () => {
  const running = start();
  await work(running, 'a', '/w/one');
  await running.saveState();
  now += 399 * DAY;
  await running.prune();
  expect(await known(running)).toMatchObject({ countsFrom: START });
  now += 2 * DAY;
  await running.prune();
  expect((await known(running)).tools).toEqual([]);
});
