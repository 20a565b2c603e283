// Runs one benchmark in a process of its own, so that none disturbs another, and ends it when it takes too long.
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BENCHES } from './benches.ts';
import { failed, isFailure, type Row } from './report/row.ts';

/** A long one may take so many times as long as another. */
const LONG = 3;
/** How long it may take to end when it is told to. */
const GRACE_MS = 5000;

/**
 * Its rows; when it fails, or takes too long, those that it had, and one that says so.
 *
 * @param limit minutes that it may take
 */
export async function startBench(name: string, limit: number, onRow: (row: Row) => void): Promise<Row[]> {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`there is no benchmark "${name}"`);
  // Whatever it leaves behind, and whatever it started, goes with it.
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
  const child = fork(
    path.join(import.meta.dirname, 'run.js'),
    [path.join(import.meta.dirname, 'one.ts'), name],
    {
      detached: true,
      env: { ...process.env, TMPDIR: tmp },
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
    },
  );
  const rows: Row[] = [];
  const take = (row: Row): void => {
    rows.push(row);
    onRow(row);
  };
  child.on('message', message => take(message as Row));
  const minutes = bench.isLong ? limit * LONG : limit;
  let isLate = false;
  const signal = (which: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? Number.NaN), which);
    } catch {
      // All of it is gone.
    }
  };
  let impatience: NodeJS.Timeout | undefined;
  const end = (): void => {
    signal('SIGTERM');
    impatience = setTimeout(() => signal('SIGKILL'), GRACE_MS);
  };
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, minutes * 60_000);
  const interrupted = (): void => {
    end();
    child.once('exit', () => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  // It ends with its last row underway.
  const told = new Promise(resolve => child.once('disconnect', resolve));
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve));
  await told;
  clearTimeout(timer);
  clearTimeout(impatience);
  process.off('SIGINT', interrupted);
  signal('SIGKILL');
  fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
  if (isLate) take(failed(bench.title, `it took longer than ${minutes} minutes`));
  else if (code !== 0 && !rows.some(isFailure)) take(failed(bench.title, `its exit code is ${code}`));
  return rows;
}
