// What messages cost: the time until an idle session's model is asked, the daemon's work for one, and ten thousand that wait.
import { findClaude } from '../test/support/claude/client.ts';
import { hasTmux, openTerminal } from '../test/support/claude/terminal.ts';
import { createWorld, type World } from '../test/support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../test/support/hookline.ts';
import { until } from '../test/support/until.ts';
import type { Rows } from './report/row.ts';
import { burst } from './support/load.ts';
import { quantile, timed } from './support/numbers.ts';
import { makePlace } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const QUEUED = 10_000;
/** Names they wait for: no more than a thousand may wait for each. */
const NAMES = 16;
const LANES = 8;
/** As many as a client takes at once. */
const WAKES = 25;
const TEXT = 'Amounts are integers now; see docs/api.md. '.repeat(4);

async function send({ url, token }: Daemon, to: string, message: string): Promise<void> {
  const answer = await fetch(`${url}/api/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to, message }),
  });
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`a message was answered with ${answer.status}`);
}

async function sendMany(daemon: Daemon): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async (_, first) => {
      for (let n = first; n < QUEUED; n += LANES) await send(daemon, `worker${n % NAMES}`, `${TEXT}${n}`);
    }),
  );
}

async function* queueRows(): Rows {
  const place = makePlace();
  const empty = makePlace();
  try {
    let daemon = await startDaemon(place);
    let cpu = cpuOf(daemon.pid);
    await sendMany(daemon);
    const message = (cpuOf(daemon.pid) - cpu) / QUEUED;
    cpu = cpuOf(daemon.pid);
    await burst(daemon, 'control', QUEUED, LANES);
    yield {
      ...{ id: 'cpu', what: 'CPU of a message that is sent and waits', unit: 'µs', values: [message] },
      control: { what: 'a hook, taken in the same way', values: [(cpuOf(daemon.pid) - cpu) / QUEUED] },
    };
    await daemon.stop();
    const start = async (where: typeof place): Promise<{ ms: number; bytes: number }> => {
      let started: Daemon | undefined;
      const ms = await timed(async () => {
        started = await startDaemon(where);
      });
      if (started === undefined) throw new Error('no daemon was started');
      daemon = started;
      const bytes = rssOf(started.pid);
      await started.stop();
      return { ms, bytes };
    };
    await start(empty);
    const [full, none] = [await start(place), await start(empty)];
    const many = QUEUED.toLocaleString('en');
    yield {
      ...{ id: 'start', what: `start with ${many} messages that wait`, unit: 'ms', values: [full.ms] },
      control: { what: 'with none', values: [none.ms] },
    };
    yield {
      ...{ id: 'memory', what: `memory with ${many} messages that wait`, unit: 'MB', values: [full.bytes] },
      control: { what: 'with none', values: [none.bytes] },
    };
  } finally {
    place.remove();
    empty.remove();
  }
}

async function* wakeRows(): Rows {
  const what = 'from a message to an idle session until its model is asked';
  const claude = await findClaude();
  if (!claude.found || !hasTmux()) {
    yield { id: 'wake', what, missing: claude.found ? 'no tmux' : `no Claude Code: ${claude.why}` };
    return;
  }
  const world = await createWorld({ bin: claude.bin, scenarios: { greet: [{ text: 'Good morning.' }] } });
  await hooklineOk(world, 'install');
  const daemon = await startDaemon(world);
  const terminal = await openTerminal({ world, args: ['--name', 'idle'] });
  try {
    await terminal.waitFor(/❯/);
    const times: number[] = [];
    for (let n = 0; n < WAKES; n++) times.push(await wake(world, daemon));
    const row = { what: `${what}, Claude Code ${claude.version}`, unit: 'ms' };
    yield { ...row, id: 'wake-p50', what: `${row.what}: p50`, values: [quantile(times, 0.5)] };
    yield { ...row, id: 'wake-p99', what: `${row.what}: p99 of ${WAKES}`, values: [quantile(times, 0.99)] };
  } finally {
    await terminal.close();
    await daemon.stop();
    await world.close();
  }
}

/** Milliseconds until the model is asked; the session is idle again afterwards. */
async function wake({ api }: World, daemon: Daemon): Promise<number> {
  const isIdle = async (): Promise<boolean> => {
    const headers = { authorization: `Bearer ${daemon.token}` };
    const { sessions } = (await (await fetch(`${daemon.url}/api/sessions`, { headers })).json()) as {
      sessions: { state: string; status?: string; name?: string }[];
    };
    return sessions.some(({ state, name }) => state === 'idle' && name === 'idle');
  };
  await until('the session is idle', isIdle, 30_000);
  const before = api.requests.length;
  const from = performance.now();
  await send(daemon, 'idle', 'RUN:greet');
  await until('its model is asked', () => api.requests.length > before, 30_000);
  const asked = api.requests[before];
  if (asked === undefined) throw new Error('nobody asked the model');
  return asked.at - from;
}

export async function* rows(): Rows {
  yield* queueRows();
  yield* wakeRows();
}
