// Ctrl-Z: a command that stops itself in the terminal within has no shell there that would see it. So this process stops with it.
import type { ReadStream } from 'node:tty';
import { procStat } from '../../process-probe.ts';

export interface StopOptions {
  readonly stdin: ReadStream;
  /** Told when both run again. */
  readonly resumed: () => void;
}

/** How often it is looked whether the command has stopped, in milliseconds. */
const LOOK_MS = 100;

/** Looks after the process with this id. Where there is no /proc, it goes unnoticed when it stops. */
export function passStops(pid: number, { stdin, resumed }: StopOptions): { close(): void } {
  const timer = setInterval(() => {
    if (procStat(pid)?.state !== 'T') return;
    stdin.setRawMode(false);
    process.kill(process.pid, 'SIGSTOP');
  }, LOOK_MS);
  timer.unref();
  const goOn = (): void => {
    stdin.setRawMode(true);
    process.kill(pid, 'SIGCONT');
    resumed();
  };
  process.on('SIGCONT', goOn);
  return {
    close() {
      clearInterval(timer);
      process.off('SIGCONT', goOn);
    },
  };
}
