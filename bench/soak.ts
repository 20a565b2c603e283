// Lives with a daemon for an hour, or a day, as many busy people do, and judges whether anything grows that should not.
//
//   npm run soak [-- --minutes N | --hours N | --short] [--samples FILE] [--rate N] [--clients N] [--every SECONDS]
//
// Default: an hour, 100 hooks a second, 20 clients; `--short` takes two minutes, for trying. First everything that is bounded in
// the daemon is filled as fast as it takes it, which adds a minute or two: what is measured then is a daemon that has lived for a
// while. A line a minute; the samples as NDJSON in FILE; exit code 1 when the verdict (`soak/verdict.ts`) is bad.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Place, startDaemon } from '../test/support/hookline.ts';
import { Audience } from './soak/audience.ts';
import { fillUp } from './soak/fill-up.ts';
import { readOptions } from './soak/options.ts';
import { People } from './soak/people.ts';
import { type Sample, Sampler, say } from './soak/samples.ts';
import { judge } from './soak/verdict.ts';
import { poster } from './support/post.ts';

/** How often a line is printed, in seconds. */
const SAY_S = 60;
/** How long clients may take in the end to see what they have not seen yet, in seconds. */
const PATIENCE_S = 60;

const options = readOptions(process.argv.slice(3));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-soak-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
    // Small enough to be reached within the hour: that events are deleted is a part of a long life.
    HOOKLINE_RETENTION_BYTES: String(256 * 1024 * 1024),
    ...options.env,
  },
};

const daemon = await startDaemon(place);
const { one, post, close } = poster(daemon);
const audience = new Audience(daemon);
const failures: string[] = [];
const samples: Sample[] = [];
try {
  const began = performance.now();
  const claude = path.join(folder, 'claude');
  await fillUp(post, claude);
  console.log(`filled up in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const seconds = options.minutes * 60;
  const people = new People(one, claude, seconds / 5);
  const sampler = new Sampler(daemon, people);
  // What the first sample counts from.
  await sampler.take();
  audience.enter(options.clients);
  const from = performance.now();
  const passed = (): number => (performance.now() - from) / 1000;
  let sampleAt = options.every;
  let sayAt = 0;
  let sent = 0;
  for (; passed() < seconds; await delay(10)) {
    for (const due = Math.floor(passed() * options.rate); sent < due; sent++) people.step(passed());
    if (passed() < sampleAt) continue;
    sampleAt += options.every;
    const sample = await sampler.take();
    samples.push(sample);
    if (options.samples !== undefined) fs.appendFileSync(options.samples, `${JSON.stringify(sample)}\n`);
    if (passed() < sayAt) continue;
    sayAt += Math.min(SAY_S, seconds / 12);
    console.log(say(sample));
  }
  failures.push(...(await people.rest()));
  failures.push(...(await audience.leave(PATIENCE_S)));
} catch (error) {
  failures.push((error as Error).stack ?? String(error));
} finally {
  close();
  audience.disperse();
  const code = await daemon.stop();
  if (code !== 0) failures.push(`the daemon ended with ${code}`);
  fs.rmSync(folder, { recursive: true, force: true });
}
const rows = judge(samples);
console.log(
  `\n${audience.seen.toLocaleString('en')} events seen by clients that came ${audience.visits} times`,
);
for (const { text } of rows) console.log(text);
for (const failure of failures.slice(0, 20)) console.log(`FAILED  ${failure}`);
const isGood = failures.length === 0 && rows.every(({ isWithin }) => isWithin);
console.log(isGood ? 'nothing grew that should not, and nobody missed anything' : 'NOT good: see above');
process.exitCode = isGood ? 0 : 1;
