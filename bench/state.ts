// What the state costs with 200 sessions of 50 subagents each: an event, a snapshot, a checkpoint; and a snapshot of a daemon.
//
// The control is the same state as plain objects through JSON.stringify and JSON.parse, and as many bytes that lie ready sent by a
// bare server. Milliseconds of CPU: what else the machine does is not counted, collecting garbage is.
import { frameOf } from '../src/server/ws/frames.ts';
import { Projection } from '../src/state/index.ts';
import type { Figure, Rows } from './report/row.ts';
import { AGENTS, agentId, Crowd, id, type Script, SESSIONS } from './state/crowd.ts';
import { daemonRows } from './state/daemon.ts';
import { median } from './support/numbers.ts';

/** Milliseconds of CPU a round took, in the middle. */
function time(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

const ms = (name: string, what: string, value: number, control?: readonly [string, number]): Figure => ({
  ...{ id: name, what, unit: 'ms', values: [value] },
  control: control && { what: control[0], values: [control[1]] },
});

function* snapshotRows(crowd: Crowd, script: Script): Generator<Figure> {
  const { projection } = crowd;
  const state = { sessions: projection.sessions(), agents: projection.agents() };
  const frame = (): Buffer[] => frameOf(projection.snapshotJson());
  const bytes = Buffer.byteLength(JSON.stringify(state));
  const control = ['JSON.stringify of all', time(20, () => JSON.stringify(state))] as const;
  const name = script.toLowerCase();
  const what = `a snapshot made ready, ${script}`;
  yield {
    ...{ id: `snapshot-size-${name}`, what: `size of a snapshot, ${script}`, unit: 'MiB' },
    values: [bytes / 1024 / 1024],
  };
  yield ms(`snapshot-first-${name}`, `${what}: the first`, time(1, frame), control);
  const afterOne = (): Buffer[] => {
    crowd.work(id(7), agentId(9));
    return frame();
  };
  yield ms(`snapshot-${name}`, `${what}: after a call`, time(100, afterOne), control);
  let round = 0;
  const afterAll = (): Buffer[] => {
    round++;
    for (let s = 0; s < SESSIONS; s++) crowd.work(id(s), agentId(round % AGENTS));
    return frame();
  };
  yield ms(`snapshot-all-${name}`, `${what}: after a call in every session`, time(20, afterAll), control);
}

function* checkpointRows({ projection }: Crowd): Generator<Figure> {
  const saved = projection.save();
  const parsed: unknown = JSON.parse(saved);
  const write = ['JSON.stringify of it', time(20, () => JSON.stringify(parsed))] as const;
  const read = ['JSON.parse of it', time(10, () => JSON.parse(saved))] as const;
  const mib = (Buffer.byteLength(saved) / 1024 / 1024).toFixed(1);
  yield ms(
    'checkpoint',
    `a checkpoint of ${mib} MiB`,
    time(20, () => projection.save()),
    write,
  );
  yield ms(
    'load',
    'loading it',
    time(10, () => new Projection().load(saved)),
    read,
  );
}

function eventRow(crowd: Crowd): Figure {
  let events = 0;
  const spent = time(50, () => {
    for (let n = 0; n < 200; n++) events += crowd.work(id(n), agentId(n % AGENTS));
  });
  const what = 'an event in the projections, with what follows from it';
  return { id: 'event', what, unit: 'µs', values: [(spent / (events / 50)) * 1000] };
}

export async function* rows(): Rows {
  for (const script of ['Latin', 'Greek'] as const) {
    const crowd = new Crowd(script);
    yield* snapshotRows(crowd, script);
    if (script === 'Latin') {
      yield eventRow(crowd);
      yield* checkpointRows(crowd);
    }
    yield* daemonRows(crowd, script);
  }
}
