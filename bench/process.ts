// What the operating system knows of a process; on Linux only.
import fs from 'node:fs';

/** CPU seconds a process has used so far (fields 14 and 15 of stat, in ticks of 10 ms). */
export function cpuOf(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Megabytes of memory it occupies. */
export const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** CPU microseconds of all its threads so far, finer than `cpuOf`. */
export function cpuMicrosOf(pid: number): number {
  const threads = fs.readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map(thread =>
    Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanos.reduce((sum, one) => sum + one, 0) / 1000;
}
