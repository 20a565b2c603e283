// A recorded session with restarts at random moments, by SIGKILL or in order: the state after each is the state before it, and
// the log in the end is that of a daemon that was never stopped. HOOKLINE_TEST_SEED repeats a run.
import fs from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';
import { type FixtureName, recordedPayloads } from '../support/fixtures.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { chance } from '../support/random.ts';
import { makePlace, wholeLog } from './place.ts';

const CUTS = 4;
const places: string[] = [];
afterAll(() => {
  for (const folder of places) fs.rmSync(folder, { recursive: true, force: true });
});

async function post({ url, token }: Daemon, payload: object): Promise<void> {
  const answer = await fetch(`${url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  expect(answer.status).toBe(202);
}

async function stateOf({ url, token }: Daemon): Promise<unknown> {
  const answer = await fetch(`${url}/api/snapshot`, { headers: { authorization: `Bearer ${token}` } });
  const { sessions, agents } = (await answer.json()) as Frame;
  return { sessions, agents };
}

/** What the sessions' events tell, but for when they came and how they were numbered. */
const told = (events: readonly Frame[]): unknown[] =>
  events
    .filter(({ sessionId }) => sessionId !== '')
    .map(({ seq: _seq, timestamp: _timestamp, ...rest }) => rest);

test.each<FixtureName>(['session-simple', 'session-subagents'])('%s', async name => {
  const payloads = recordedPayloads(name);
  const whole = await startTestDaemon();
  for (const payload of payloads) await whole.post(payload);
  const uncut = told(await wholeLog(whole));
  await whole.stop();

  const random = chance();
  const cuts = new Set(Array.from({ length: CUTS }, () => random.between(1, payloads.length - 1)));
  console.log(`${name}, seed ${random.seed}: cut before payloads ${[...cuts].join(', ')}`);
  const place = makePlace('cuts');
  places.push(place.folder);
  let daemon = await startDaemon(place);
  try {
    for (const [index, payload] of payloads.entries()) {
      if (cuts.has(index)) {
        const before = await stateOf(daemon);
        await daemon.stop(random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM']));
        daemon = await startDaemon(place);
        expect(await stateOf(daemon), `before payload ${index}, seed ${random.seed}`).toEqual(before);
      }
      await post(daemon, payload);
      // A hook that fires twice tells nothing new, also when a restart lies between.
      if (cuts.has(index + 1) && 'tool_use_id' in payload) await post(daemon, payload);
    }
    expect(told(await wholeLog(daemon)), `seed ${random.seed}`).toEqual(uncut);
  } finally {
    await daemon.stop();
  }
});
