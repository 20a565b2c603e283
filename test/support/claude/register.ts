// Writes entries of the register as Claude Code does, for processes that a test runs itself.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from '../until.ts';

const domain = (): string =>
  `linux:${fs.readFileSync('/etc/machine-id', 'utf8').trim()}:${fs.readlinkSync('/proc/self/ns/pid')}`;

/** Field 22 of `/proc/<pid>/stat`; undefined where there is no /proc. */
export function procStartOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** A process that stands in for a client, and its file in the register. */
export interface FakeClient {
  readonly pid: number;
  /** Writes its file, with these fields on top of the usual ones. */
  register(fields: Record<string, unknown>): void;
  /** Takes its file away. */
  withdraw(): void;
  /** Kills the process; its file stays. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a process that does nothing, for a minute at most. */
export async function startFakeClient(configDir: string): Promise<FakeClient> {
  const child = spawn('sleep', ['60'], { env: { HOME: os.tmpdir(), PATH: process.env['PATH'] ?? '' } });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const pid = await until('the process runs', () => child.pid);
  const file = path.join(configDir, 'sessions', `${pid}.json`);
  const linux = process.platform === 'linux';
  return {
    pid,
    register(fields) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const entry = {
        pid,
        cwd: '/w',
        startedAt: Date.now(),
        version: '2.1.329',
        kind: 'interactive',
        entrypoint: 'cli',
        ...(linux ? { procStart: procStartOf(pid), pidDomain: domain() } : {}),
        ...fields,
      };
      fs.writeFileSync(file, JSON.stringify(entry));
    },
    withdraw: () => fs.rmSync(file),
    async kill() {
      child.kill('SIGKILL');
      await until('the process is gone', () => child.signalCode !== null);
    },
  };
}
