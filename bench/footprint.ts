// What the daemon occupies: the disk for its hooks, and memory after a million events that it took in itself, hook by hook.
//
// A call is two hooks and makes five events: use and result, and the states between them.
import fs from 'node:fs';
import { startDaemon } from '../test/support/hookline.ts';
import type { Rows } from './report/row.ts';
import { burst, hookBody } from './support/load.ts';
import { makePlace, startAlone } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const KEPT = 10_000;
const HOOKS = 400_000;
const LANES = 16;

/** Bytes of the log of a daemon that took in so many hooks and was stopped. */
async function diskOf(hooks: number): Promise<number> {
  const place = makePlace();
  try {
    const daemon = await startDaemon(place);
    await burst(daemon, 'disk', hooks, LANES);
    await daemon.stop();
    return ['', '-wal', '-shm']
      .map(ending => place.log + ending)
      .filter(file => fs.existsSync(file))
      .reduce((sum, file) => sum + fs.statSync(file).size, 0);
  } finally {
    place.remove();
  }
}

export async function* rows(): Rows {
  const megabytes = (bytes: number): number => bytes / 1e6;
  const posted = Array.from({ length: KEPT }, (_, n) => Buffer.byteLength(hookBody('disk', n)));
  yield {
    ...{ id: 'disk', what: `disk for ${KEPT.toLocaleString('en')} hooks`, unit: 'MB' },
    values: [megabytes((await diskOf(KEPT)) - (await diskOf(0)))],
    control: { what: 'their bodies', values: [megabytes(posted.reduce((sum, one) => sum + one, 0))] },
  };
  const daemon = await startAlone();
  try {
    const fresh = rssOf(daemon.pid);
    yield {
      id: 'memory-fresh',
      what: 'memory of a daemon that has just started',
      unit: 'MB',
      values: [fresh],
    };
    const cpu = cpuOf(daemon.pid);
    await burst(daemon, 'room', HOOKS, LANES);
    const { seq } = (await (await fetch(`${daemon.url}/health`)).json()) as { seq: number };
    yield {
      ...{
        id: 'memory',
        what: `memory after ${HOOKS.toLocaleString('en')} hooks, which made ${(seq / 1e6).toFixed(1)} million events`,
      },
      ...{ unit: 'MB', values: [rssOf(daemon.pid)], control: { what: 'when it started', values: [fresh] } },
    };
    yield {
      ...{ id: 'memory-cpu', what: 'CPU a hook meanwhile, nobody listens', unit: 'µs' },
      values: [(cpuOf(daemon.pid) - cpu) / HOOKS],
    };
  } finally {
    await daemon.stop();
  }
}
