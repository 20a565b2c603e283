// Taking in sessions from before hookline: how long it takes, what it occupies, and what a hook and a request wait beside it.
//
// HOOKLINE_PAST_SESSIONS=200 makes fewer of them than 2,000; each has some half a megabyte of transcripts.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryStatus } from '../src/protocol/index.ts';
import type { Daemon } from '../test/support/hookline.ts';
import { pastId, writePast } from '../test/support/past.ts';
import type { Figure, Rows } from './report/row.ts';
import { steady } from './support/load.ts';
import { quantile } from './support/numbers.ts';
import { type BenchPlace, startAlone } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const SESSIONS = Number(process.env['HOOKLINE_PAST_SESSIONS'] ?? 2000);
/** Turns of a session, and characters that each of its tool calls gave. */
const TURNS = 45;
const OUTPUT = 8000;
const PROJECTS = 20;
const DAY_MS = 86_400_000;
/** Hooks, and requests, a second. */
const RATE = 40;
const QUIET_S = 10;
/** It has to end some time, in milliseconds. */
const LONGEST_MS = 15 * 60_000;

interface Waited {
  readonly hooks: readonly number[];
  readonly requests: readonly number[];
}

/** Sessions of the last ninety days, every tenth of them with two subagents. Returns their bytes. */
function makeSessions({ folder }: BenchPlace): number {
  const claudeDir = path.join(folder, 'claude');
  const from = Date.now() - 91 * DAY_MS;
  for (let n = 0; n < SESSIONS; n++)
    writePast(claudeDir, {
      ...{
        sessionId: pastId(n + 0x100000),
        at: from + (n * 90 * DAY_MS) / SESSIONS,
        turns: TURNS,
        output: OUTPUT,
      },
      ...{ cwd: `/home/dev/project-${n % PROJECTS}`, agents: n % 10 === 0 ? ['a1', 'a2'] : [] },
    });
  const files = fs.readdirSync(claudeDir, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + fs.statSync(path.join(claudeDir, file)).size, 0);
}

async function ask(daemon: Daemon, method: string, resource: string): Promise<HistoryStatus> {
  const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
  const body = method === 'POST' ? { body: '{}' } : {};
  return (await (
    await fetch(`${daemon.url}${resource}`, { method, headers, ...body })
  ).json()) as HistoryStatus;
}

/** What hooks and requests wait for so many seconds at a time, until it is over. */
async function waited(daemon: Daemon, run: string, isOver: () => Promise<boolean>): Promise<Waited> {
  const [hooks, requests]: [number[], number[]] = [[], []];
  for (let round = 0; round === 0 || !(await isOver()); round++) {
    const asking = asked(daemon, QUIET_S / 2);
    hooks.push(...(await steady(daemon, `${run}${round}`, RATE, QUIET_S / 2)));
    requests.push(...(await asking));
  }
  return { hooks, requests };
}

async function asked({ url }: Daemon, seconds: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < seconds * RATE; n++) {
    const from = performance.now();
    await (await fetch(`${url}/health`)).arrayBuffer();
    times.push(performance.now() - from);
    await delay(1000 / RATE);
  }
  return times;
}

/** The most megabytes that a process occupied until the signal. */
async function peakOf(pid: number, signal: AbortSignal): Promise<number> {
  let most = rssOf(pid);
  while (!signal.aborted) {
    await delay(200);
    most = Math.max(most, rssOf(pid));
  }
  return most;
}

export async function* rows(): Rows {
  let bytes = 0;
  const daemon = await startAlone(place => {
    bytes = makeSessions(place);
  });
  try {
    yield* measured(daemon, bytes);
  } finally {
    await daemon.stop();
  }
}

async function* measured(daemon: Daemon & { place: BenchPlace }, bytes: number): Rows {
  await steady(daemon, 'warm', RATE, 2);
  const before = await waited(daemon, 'before', async () => true);
  const quietMemory = rssOf(daemon.pid);
  const cpu = cpuOf(daemon.pid);
  const over = new AbortController();
  const peak = peakOf(daemon.pid, over.signal);
  const began = performance.now();
  await ask(daemon, 'POST', '/api/history/import');
  const busy = await waited(daemon, 'busy', async () => {
    if (performance.now() - began > LONGEST_MS) throw new Error('the import takes too long');
    return (await ask(daemon, 'GET', '/api/history')).import?.state !== 'running';
  });
  over.abort();
  const memory = await peak;
  const after = await waited(daemon, 'after', async () => true);
  const { import: run, held } = await ask(daemon, 'GET', '/api/history');
  if (run?.state !== 'done' || run.sessions.taken !== SESSIONS)
    throw new Error(`the import ended otherwise than it should: ${JSON.stringify(run)}`);
  const seconds = ((run.endedAt ?? 0) - run.startedAt) / 1000;
  const what = `${SESSIONS.toLocaleString('en')} sessions, ${(bytes / 1e6).toFixed(0)} MB`;
  yield { id: 'time', what: `taking in ${what}`, unit: 's', values: [seconds] };
  yield { id: 'speed', what: 'transcripts a second', unit: 'MB', values: [bytes / 1e6 / seconds] };
  yield {
    id: 'cpu',
    what: 'CPU meanwhile, hooks and requests included',
    unit: 's',
    values: [(cpuOf(daemon.pid) - cpu) / 1e6],
  };
  yield {
    ...beside('memory', 'most memory meanwhile', 'MB', memory, quietMemory),
    control: { what: 'before', values: [quietMemory] },
  };
  yield {
    ...beside('disk', 'on the disk afterwards', 'MB', (held?.bytes ?? 0) / 1e6, bytes / 1e6),
    control: { what: 'transcripts', values: [bytes / 1e6] },
  };
  for (const [id, whose] of [
    ['hook', 'hooks'],
    ['health', 'requests'],
  ] as const)
    for (const [part, name] of [
      [0.5, 'median'],
      [0.99, '99 of 100 within'],
    ] as const)
      yield beside(
        `${id}-${part * 100}`,
        `${id === 'hook' ? 'a hook' : '/health'} beside it, ${name}`,
        'ms',
        quantile(busy[whose], part),
        quantile([...before[whose], ...after[whose]], part),
      );
}

const beside = (id: string, what: string, unit: string, value: number, control: number): Figure => ({
  ...{ id, what, unit, values: [value], control: { what: 'before and after', values: [control] } },
});
