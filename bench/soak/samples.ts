// What a daemon takes up at a moment, as it tells of itself.
import type { Daemon } from '../../test/support/hookline.ts';
import { control } from './control.ts';
import { median } from './verdict.ts';

/** Bytes, but where something else is said. */
export interface Sample {
  /** Seconds since the first sample was asked for. */
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  /** What V8 holds for the heap, used or not. */
  readonly heapTotal: number;
  readonly external: number;
  /** Whatever is resident and neither: SQLite, the allocator, code. */
  readonly native: number;
  /** Without those of clients. */
  readonly descriptors: number;
  readonly handles: number;
  readonly timers: number;
  readonly sessions: number;
  readonly clients: number;
  /** The newest seq. */
  readonly head: number;
  /** Since the sample before. */
  readonly hooks: number;
  readonly perSecond: number;
  /** µs of CPU for each of them, with all that is done besides. */
  readonly cpuPerHook: number;
  /** µs of CPU for the control: what the machine is worth at the moment. */
  readonly control: number;
  /** Share of a core in use. */
  readonly cpu: number;
  /** How long a hook took to be answered, in milliseconds: the median, and the slowest of a hundred. */
  readonly p50: number;
  readonly p99: number;
}

/** Tells how long hooks took since it was asked last, in milliseconds. */
export interface Timed {
  takeTimes(): number[];
}

export class Sampler {
  readonly #daemon: Daemon;
  readonly #timed: Timed;
  readonly #from = performance.now();
  #before = { at: 0, cpu: 0, hooks: 0 };

  constructor(daemon: Daemon, timed: Timed) {
    this.#daemon = daemon;
    this.#timed = timed;
  }

  async take(): Promise<Sample> {
    const { url, token } = this.#daemon;
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const told = new Map(
      [...(await answer.text()).matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
    );
    const of = (name: string): number => told.get(name) ?? Number.NaN;
    const now = {
      at: (performance.now() - this.#from) / 1000,
      cpu: of('process_cpu_seconds_total'),
      hooks: of('hookline_hooks_total'),
    };
    const { at, cpu, hooks } = this.#before;
    this.#before = now;
    const times = this.#timed.takeTimes().sort((a, b) => a - b);
    const rss = of('process_resident_memory_bytes');
    const heapTotal = of('nodejs_heap_size_total_bytes');
    const external = of('nodejs_external_memory_bytes');
    const clients = of('hookline_connections');
    return {
      at: now.at,
      rss,
      heapUsed: of('nodejs_heap_size_used_bytes'),
      heapTotal,
      external,
      native: rss - heapTotal - external,
      descriptors: of('process_open_fds') - clients,
      handles: of('nodejs_active_handles') - clients,
      timers: of('nodejs_active_timers'),
      sessions: of('hookline_sessions'),
      clients,
      head: of('hookline_log_head_seq'),
      hooks: now.hooks - hooks,
      perSecond: (now.hooks - hooks) / (now.at - at),
      cpuPerHook: ((now.cpu - cpu) / (now.hooks - hooks)) * 1e6,
      control: control(),
      cpu: (now.cpu - cpu) / (now.at - at),
      p50: median(times),
      p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    };
  }
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1).padStart(6)}`;

/** One line for people. */
export function say(sample: Sample): string {
  const { at, rss, heapUsed, external, native, descriptors, handles, timers, sessions, clients } = sample;
  const { head, perSecond, cpuPerHook, cpu, p50, p99 } = sample;
  return [
    `${(at / 60).toFixed(1).padStart(6)} min`,
    `rss${mb(rss)} heap${mb(heapUsed)} external${mb(external)} native${mb(native)} MB`,
    `${descriptors} descriptors ${handles} handles ${timers} timers`,
    `${sessions} sessions ${clients} clients seq ${head}`,
    `${perSecond.toFixed(0)} hooks/s ${(cpu * 100).toFixed(1)} % ${cpuPerHook.toFixed(0)} µs a hook p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`,
  ].join('  ');
}
