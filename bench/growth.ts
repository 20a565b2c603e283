// What the daemon costs the longer it lives: at rest with ever more sessions that never end, and a hook with ever more in the log.
//
// A session at rest has said nothing for more than a minute; before that it may have more to say, and is looked at often.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure, Rows } from './report/row.ts';
import { fill } from './support/fill.ts';
import { burst } from './support/load.ts';
import { startAlone } from './support/place.ts';
import { poster } from './support/post.ts';
import { cpuOf, rssOf } from './support/process.ts';

const CROWDS = [500, 8000];
const LONG = 200_000;
const HOOKS = 6000;
const LANES = 8;
const REST_S = 65;
const WATCH_S = 20;

const idOf = (number: number): string => `8dd92b6f-83dd-4922-a1da-${number.toString(16).padStart(12, '0')}`;

type Daemon = Awaited<ReturnType<typeof startAlone>>;

/** Sessions that began, said something and fell silent, each with its transcript. */
async function crowd(daemon: Daemon, sessions: number): Promise<void> {
  const { post, close } = poster(daemon);
  const project = path.join(daemon.place.folder, 'claude', 'projects', '-w');
  fs.mkdirSync(project, { recursive: true });
  await post(sessions * 3, number => {
    const session_id = idOf(Math.floor(number / 3));
    const transcript_path = path.join(project, `${session_id}.jsonl`);
    if (number % 3 === 0) fs.writeFileSync(transcript_path, '');
    const about = { session_id, transcript_path, cwd: '/w' };
    if (number % 3 === 0) return { ...about, hook_event_name: 'SessionStart', source: 'startup' };
    return number % 3 === 1
      ? { ...about, hook_event_name: 'UserPromptSubmit', prompt: 'go', prompt_id: `p${number}` }
      : { ...about, hook_event_name: 'Stop', prompt_id: `p${number - 1}` };
  });
  close();
}

/** Percent of a core, and megabytes. */
async function atRest(sessions: number): Promise<{ share: number; rss: number }> {
  const daemon = await startAlone();
  try {
    await crowd(daemon, sessions);
    await delay(REST_S * 1000);
    const from = cpuOf(daemon.pid);
    const began = performance.now();
    await delay(WATCH_S * 1000);
    const share = (cpuOf(daemon.pid) - from) / 1000 / (performance.now() - began);
    return { share: share * 100, rss: rssOf(daemon.pid) };
  } finally {
    await daemon.stop();
  }
}

/** µs of CPU a hook. */
async function perHook(events: number): Promise<number> {
  const daemon = await startAlone(({ log }) => events > 0 && fill(log, events));
  try {
    await burst(daemon, 'warm', HOOKS / 3, LANES);
    const from = cpuOf(daemon.pid);
    await burst(daemon, 'long', HOOKS, LANES);
    return (cpuOf(daemon.pid) - from) / HOOKS;
  } finally {
    await daemon.stop();
  }
}

export async function* rows(): Rows {
  const none = await atRest(0);
  for (const sessions of CROWDS) {
    const { share, rss } = await atRest(sessions);
    const row = (id: string, what: string, unit: string, value: number, control: number): Figure => ({
      ...{ id: `${id}-${sessions}`, what: `at rest with ${sessions.toLocaleString('en')} sessions: ${what}` },
      ...{ unit, values: [value], control: { what: 'with none', values: [control] } },
    });
    yield row('rest', 'CPU', '% of a core', share, none.share);
    yield row('rest-memory', 'memory', 'MB', rss, none.rss);
  }
  yield {
    ...{
      id: 'hook-long',
      what: `CPU a hook with ${LONG.toLocaleString('en')} events in the log`,
      unit: 'µs',
    },
    ...{ values: [await perHook(LONG)], control: { what: 'with none', values: [await perHook(0)] } },
  };
}
