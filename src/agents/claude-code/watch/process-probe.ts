// Asks the operating system whether a process of the register is still the same one.
import fs from 'node:fs';
import { procStat } from '../../../process-probe.ts';
import type { ProcessState } from './liveness-verdict.ts';

/** A process, and where its pid means something. */
export interface ProcessName {
  readonly pid: number;
  readonly procStart?: string | undefined;
  readonly pidDomain?: string | undefined;
}

/** This machine and this namespace of pids, as far as they are known. */
export interface PidDomain {
  readonly platform: string;
  readonly machine: string | undefined;
  readonly namespace: string | undefined;
}

/** `<platform>:<machine id>:<pid namespace>`, as Claude Code 2.1.329 writes it on Linux. */
const DOMAIN = /^(\w+):([^:]*):(pid:\[\d+\])$/;

export function ownDomain(): PidDomain {
  return {
    platform: process.platform,
    machine: attempt(() => fs.readFileSync('/etc/machine-id', 'utf8').trim()),
    namespace: attempt(() => fs.readlinkSync('/proc/self/ns/pid')),
  };
}

/** Whether a pid of that domain names another process here, or none. A domain written in another way is taken for ours. */
export function isForeign(pidDomain: string | undefined, own: PidDomain): boolean {
  const [, platform, machine, namespace] = DOMAIN.exec(pidDomain ?? '') ?? [];
  const differs = (theirs: string | undefined, ours: string | undefined): boolean =>
    !!theirs && !!ours && theirs !== ours;
  return (
    differs(platform, own.platform) || differs(machine, own.machine) || differs(namespace, own.namespace)
  );
}

/** Without /proc (macOS) the pid alone has to do. */
export function processState({ pid, procStart, pidDomain }: ProcessName, own: PidDomain): ProcessState {
  if (isForeign(pidDomain, own)) return 'foreign';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's: it lives.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  const stat = procStat(pid);
  return stat === undefined || isSame(stat, procStart) ? 'alive' : 'gone';
}

function isSame(
  { state, start }: NonNullable<ReturnType<typeof procStat>>,
  procStart: string | undefined,
): boolean {
  if (state === 'Z' || state === 'X') return false;
  return procStart === undefined || !/^\d+$/.test(procStart) || start === procStart;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
