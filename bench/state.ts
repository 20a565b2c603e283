// What the state costs with 200 sessions of 50 subagents each: an event, a snapshot, a checkpoint; and a snapshot of a daemon.
//
//   npm run bench:state
//
// The control rows are the same state as plain objects through JSON.stringify and JSON.parse, and as many bytes that lie ready
// sent by a bare server. The daemon runs in a process of its own; its CPU time is read from /proc.
import { frameOf } from '../src/server/ws/frames.ts';
import { Projection } from '../src/state/index.ts';
import { AGENTS, agentId, Crowd, id, type Script, SESSIONS } from './crowd.ts';
import { measureDaemon } from './state/daemon.ts';
import { ms, row } from './state/rows.ts';

/** Milliseconds of CPU a round took, in the middle: what else the machine does is not counted, collecting garbage is. */
function time(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return times[Math.floor(rounds / 2)] ?? Number.NaN;
}

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function snapshots(crowd: Crowd, script: Script): void {
  const { projection } = crowd;
  const state = { sessions: projection.sessions(), agents: projection.agents() };
  const frame = (): Buffer[] => frameOf(projection.snapshotJson());
  const bytes = Buffer.byteLength(JSON.stringify(state));
  const what = `a snapshot ready to be sent, ${script}`;
  row(`control: JSON.stringify of it all, ${script}`, ms(time(20, () => JSON.stringify(state))));
  row(`${what}, the first`, `${ms(time(1, frame))}, ${mib(bytes)}`);
  const afterOne = (): Buffer[] => {
    crowd.work(id(7), agentId(9));
    return frame();
  };
  row(`${what}, after a call`, ms(time(100, afterOne)));
  let round = 0;
  const afterAll = (): Buffer[] => {
    round++;
    for (let s = 0; s < SESSIONS; s++) crowd.work(id(s), agentId(round % AGENTS));
    return frame();
  };
  row(`${what}, after a call in every session`, ms(time(20, afterAll)));
}

function eventsAndCheckpoints(crowd: Crowd): void {
  const { projection } = crowd;
  let events = 0;
  const spent = time(50, () => {
    for (let n = 0; n < 200; n++) events += crowd.work(id(n), agentId(n % AGENTS));
  });
  const each = (spent / (events / 50)) * 1000;
  row('an event in the projections', `${each.toFixed(1)} µs, with what follows from it`);
  const saved = projection.save();
  row('a checkpoint', `${ms(time(20, () => projection.save()))}, ${mib(Buffer.byteLength(saved))}`);
  row('control: JSON.stringify of a checkpoint', ms(time(20, () => JSON.stringify(JSON.parse(saved)))));
  row('loading it', ms(time(10, () => new Projection().load(saved))));
  row('control: JSON.parse of it', ms(time(10, () => JSON.parse(saved))));
}

for (const script of ['Latin', 'Greek'] as const) {
  const crowd = new Crowd(script);
  snapshots(crowd, script);
  if (script === 'Latin') eventsAndCheckpoints(crowd);
  await measureDaemon(crowd, script);
}
