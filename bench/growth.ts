// What the daemon costs the longer it lives: at rest with ever more sessions that never end, and a hook with ever more in the log.
//
//   npm run bench:growth [-- sessions...]
//
// A session at rest has said nothing for more than a minute; before that it may have more to say, and is looked at often.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Daemon, type Place, startDaemon } from '../test/support/hookline.ts';
import { fill } from './fill.ts';
import { poster } from './post.ts';
import { cpuOf, rssOf } from './process.ts';

const given = process.argv.slice(3).map(Number);
const crowds = given.length > 0 ? given : [0, 500, 8000];
const LONG = 200_000;
const HOOKS = 6000;
const REST_S = 65;
const WATCH_S = 20;

async function withDaemon(
  work: (daemon: Daemon, folder: string) => Promise<void>,
  events = 0,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
  const place: Place = {
    hooklineHome: path.join(folder, 'hookline'),
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
  };
  if (events > 0) fill(path.join(place.hooklineHome, 'events.db'), events);
  const daemon = await startDaemon(place);
  try {
    await work(daemon, folder);
  } finally {
    await daemon.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const idOf = (number: number): string => `8dd92b6f-83dd-4922-a1da-${number.toString(16).padStart(12, '0')}`;

/** Sessions that began, said something and fell silent, each with its transcript. */
async function crowd(daemon: Daemon, folder: string, sessions: number): Promise<void> {
  const { post, close } = poster(daemon);
  const project = path.join(folder, 'claude', 'projects', '-w');
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

async function atRest(sessions: number): Promise<void> {
  await withDaemon(async (daemon, folder) => {
    await crowd(daemon, folder, sessions);
    await delay(REST_S * 1000);
    const from = cpuOf(daemon.pid);
    const began = performance.now();
    await delay(WATCH_S * 1000);
    const share = (cpuOf(daemon.pid) - from) / ((performance.now() - began) / 1000);
    console.log(
      `at rest, ${String(sessions).padStart(5)} sessions ${(share * 100).toFixed(1).padStart(8)} % of a core   ${rssOf(daemon.pid).toFixed(0)} MB`,
    );
  });
}

async function perHook(events: number): Promise<void> {
  await withDaemon(async daemon => {
    const { post, close } = poster(daemon);
    const call = (number: number): object => ({
      session_id: idOf(number % 20),
      cwd: '/w',
      tool_name: 'Bash',
      tool_input: { command: 'npm test' },
      tool_use_id: `t${number >> 1}`,
      ...(number % 2 === 0
        ? { hook_event_name: 'PreToolUse' }
        : { hook_event_name: 'PostToolUse', tool_response: 'ok' }),
    });
    await post(HOOKS / 3, number => call(number));
    const from = cpuOf(daemon.pid);
    await post(HOOKS, number => call(HOOKS + number));
    const each = ((cpuOf(daemon.pid) - from) / HOOKS) * 1e6;
    console.log(
      `a hook, ${events.toLocaleString('en').padStart(7)} events in the log ${each.toFixed(0).padStart(6)} µs of CPU`,
    );
    close();
  }, events);
}

for (const sessions of crowds) await atRest(sessions);
if (given.length === 0) for (const events of [0, LONG]) await perHook(events);
