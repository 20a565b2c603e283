// What this process takes up, so that whoever watches it for long can tell what grows.
import fs from 'node:fs';
import type { Metric } from './metric.ts';

/** What keeps the process alive and is a timer, as `process.getActiveResourcesInfo` of Node 20 names it. */
const TIMERS: ReadonlySet<string> = new Set(['Timeout', 'Immediate']);

/** Named as Prometheus' own clients name them; what the operating system does not tell is left out. */
export function processMetrics(): Metric[] {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const active = process.getActiveResourcesInfo();
  const timers = active.filter(kind => TIMERS.has(kind)).length;
  const descriptors = openDescriptors();
  const gauge = (name: string, help: string, value: number): Metric => ({ name, type: 'gauge', help, value });
  const cpu = {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time used, in seconds.',
    value: (user + system) / 1e6,
  } as const;
  return [
    cpu,
    gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    gauge('nodejs_heap_size_total_bytes', 'What the JavaScript heap occupies.', heapTotal),
    gauge('nodejs_heap_size_used_bytes', 'What of the JavaScript heap is in use.', heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory outside of the heap that its objects own.', external),
    ...(descriptors === undefined
      ? []
      : [gauge('process_open_fds', 'File descriptors that are open.', descriptors)]),
    gauge(
      'nodejs_active_handles',
      'Sockets, servers and requests to the system that are open.',
      active.length - timers,
    ),
    gauge('nodejs_active_timers', 'Timers that would keep the process alive.', timers),
  ];
}

/** Where there is no /proc (macOS) it is not known. */
function openDescriptors(): number | undefined {
  try {
    // The one that the folder itself is read by is closed again.
    return fs.readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
