// What a search through a long log takes, and what it costs whoever posts a hook meanwhile.
//
//   npm run bench:search [-- events]
//
// Beside each answer stands how long hooks took that were posted one after the other while it was being put together;
// the control row is the same without a search.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Daemon, type Place, startDaemon } from '../test/support/hookline.ts';
import { fill } from './fill.ts';
import { cpuOf } from './process.ts';

const events = Number(process.argv[3] ?? 1_000_000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};

const session = '8dd92b6f-83dd-4922-a1da-0a95c2d80007';
const SEARCHES: readonly (readonly [string, string])[] = [
  ['a word that never occurs', 'q=zebra'],
  ['two, one of which always does', 'q=bash+zebra'],
  ['one in Cyrillic', 'q=%D0%B7%D0%B5%D0%B1%D1%80%D0%B0'],
  ['one that always does, the newest 100', `q=tests&before=${Number.MAX_SAFE_INTEGER}`],
  ['one that never does, in one session', `q=zebra&sessionId=${session}`],
  ['a topic that never occurs', 'topics=permission.*'],
  ['an hour long ago', 'since=2020-01-01T10:00Z&until=2020-01-01T11:00Z'],
];

/** Posts a hook and tells how long that took, in milliseconds. */
async function post(daemon: Daemon, token: string): Promise<number> {
  const from = performance.now();
  const answer = await fetch(`${daemon.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      session_id: 's',
      hook_event_name: 'UserPromptSubmit',
      cwd: '/w',
      prompt: 'meanwhile',
    }),
  });
  await answer.arrayBuffer();
  return performance.now() - from;
}

async function postWhile(daemon: Daemon, token: string, work: Promise<unknown>): Promise<string> {
  let over = false;
  void work.finally(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over) times.push(await post(daemon, token));
  times.sort((a, b) => a - b);
  const at = (part: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN).toFixed(1).padStart(6);
  return `${times.length} hooks  p50 ${at(0.5)}  p99 ${at(0.99)}  worst ${at(1)} ms`;
}

async function search(daemon: Daemon, query: string): Promise<{ ms: number; cpu: number }> {
  const from = performance.now();
  const cpu = cpuOf(daemon.pid);
  const answer = await fetch(`${daemon.url}/api/events?${query}`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  await answer.arrayBuffer();
  return { ms: performance.now() - from, cpu: 1000 * (cpuOf(daemon.pid) - cpu) };
}

async function measure(daemon: Daemon): Promise<void> {
  const token = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
  await postWhile(daemon, token, new Promise(resolve => setTimeout(resolve, 500)));
  const idle = await postWhile(daemon, token, new Promise(resolve => setTimeout(resolve, 1000)));
  console.log(`${'control: no search'.padEnd(38)} ${idle}`);
  for (const [what, query] of SEARCHES) {
    const alone = await search(daemon, query);
    const asked = search(daemon, query);
    const hooks = await postWhile(daemon, token, asked);
    const { ms } = await asked;
    console.log(
      `${what.padEnd(38)} ${alone.ms.toFixed(0).padStart(5)} ms (${alone.cpu.toFixed(0)} of CPU) alone, ${ms.toFixed(0)} with ${hooks}`,
    );
  }
}

try {
  fill(path.join(place.hooklineHome, 'events.db'), events);
  // The first start reads everything to know the sessions; the next one has it from there.
  await (await startDaemon(place)).stop();
  const daemon = await startDaemon(place);
  console.log(`${events.toLocaleString('en')} events`);
  await measure(daemon);
  await daemon.stop();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
