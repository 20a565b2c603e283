// When, where and of what a run of the benchmarks is.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
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

export function thisRun(args: readonly string[], rounds: number, claudeCode: string | undefined): Run {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    commit: commit(),
    load: os.loadavg()[0] ?? Number.NaN,
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
