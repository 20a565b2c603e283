// When, where and of what a run of the benchmarks is.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Run } from './report.ts';

const ROOT = path.join(import.meta.dirname, '../..');

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function commit(): string {
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

/** How long it is looked what else the machine does, in milliseconds. */
const LOOK_MS = 2000;

/** Milliseconds that all cores together worked, and that they had, since the machine was started. */
function worked(): { readonly busy: number; readonly all: number } {
  const times = os.cpus().map(({ times }) => times);
  const all = times.flatMap(Object.values).reduce((sum: number, one: number) => sum + one, 0);
  return { busy: times.reduce((rest, { idle }) => rest - idle, all), all };
}

async function busyCores(): Promise<number> {
  const before = worked();
  await delay(LOOK_MS);
  const after = worked();
  return ((after.busy - before.busy) / (after.all - before.all)) * os.cpus().length;
}

export async function thisRun(
  args: readonly string[],
  rounds: number,
  claudeCode: string | undefined,
): Promise<Run> {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    commit: commit(),
    busyCores: Number((await busyCores()).toPrecision(2)),
    rounds,
    machine: {
      cpu: cpus[0]?.model.trim() ?? 'unknown',
      cores: cpus.length,
      system: `${os.type()} ${os.release()}`,
      node: process.versions.node,
      claudeCode,
    },
  };
}
