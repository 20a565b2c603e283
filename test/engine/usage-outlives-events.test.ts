// What was used stays known when the events are gone that told of it, also to a hookline that cannot read the state as it was saved.
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
  folder = fastFolder('outlives');
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

/** Some other hookline saved the state: this one cannot read it. */
function spoilCheckpoints(): void {
  engine?.stop();
  engine = undefined;
  const database = openDatabase(path.join(folder, '.hookline', 'events.db'));
  database.exec(`UPDATE checkpoint_parts SET text = '{"shape":0}'`);
  database.close();
}

let said = 0;
/** A session says something, and what that used. */
async function say(to: Engine, sessionId: string, cwd: string): Promise<void> {
  const about = { timestamp: now, sessionId, source: 'claude-code' };
  const usage = { input: 1, output: 10, cacheRead: 100, cacheCreation: 1000 };
  const message = { text: 'x', blocks: [], model: 'toString', messageId: `m${said++}`, usage };
  await to.takeOver(
    [
      { ...about, type: 'session.discovered', data: { startedBy: 'startup', cwd } },
      { ...about, type: 'message.assistant', data: message },
    ],
    () => {},
  );
}

const known = ({ queries }: Engine): unknown => [queries.usage(), queries.usageByDay('UTC')];

it('by day, project and model, and in all', async () => {
  let running = start();
  await say(running, 'a', '/w/one');
  now += DAY;
  await say(running, 'b', '/w/two');
  await running.saveState();
  now += 40 * DAY;
  await say(running, 'c', '/w/one');
  const before = known(running);
  expect(before).toMatchObject([
    { totals: { output: 30 } },
    [{ output: 10 }, { output: 10 }, { output: 10 }],
  ]);
  await running.prune();
  expect(running.log.oldest).toBe(5);
  await say(running, 'c', '/w/one');
  running = start();
  expect(known(running)).toMatchObject([{ totals: { output: 40 } }, [{}, {}, { output: 20 }]]);
  const all = known(running);
  spoilCheckpoints();
  running = start();
  expect(known(running)).toEqual(all);
  await say(running, 'd', '/w/one');
  const more = known(running);
  expect(more).toMatchObject([{ totals: { output: 50 } }, [{}, {}, { output: 30 }]]);
  // With and without the state that was saved, also after a kill: what is in the log, and not among what is kept, counts once.
  expect(known(start())).toEqual(more);
  spoilCheckpoints();
  expect(known(start())).toEqual(more);
});

it('of sessions from before as well', async () => {
  let running = start();
  const usage = { input: 1, output: 10, cacheRead: 100, cacheCreation: 1000 };
  const about = { timestamp: START - 60 * DAY, sessionId: 'old', source: 'claude-code' };
  const message = { text: 'x', blocks: [], model: 'm', messageId: 'm-old', usage };
  running.past.append([
    { ...about, type: 'session.discovered', data: { startedBy: 'found', cwd: '/w/old' } },
    { ...about, type: 'message.assistant', data: message },
  ]);
  await say(running, 'a', '/w/one');
  const all = known(running);
  expect(all).toMatchObject([{ totals: { output: 20 } }, [{ project: '/w/old' }, { project: '/w/one' }]]);
  spoilCheckpoints();
  running = start();
  await running.past.catchUp();
  expect(known(running)).toEqual(all);
});
