// What a piece of work costs, whoever else keeps the machine busy.

/** Milliseconds of CPU that this process uses while `work` runs. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
