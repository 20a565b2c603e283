// Who is in the agents' registers at a moment, and whether their processes are still there.

import type { ProcessState } from './liveness-verdict.ts';
import { ownDomain, type ProcessName, processState } from './process-probe.ts';
import { type SessionFile, SessionFiles } from './session-files.ts';

/** Someone in a register. */
export interface Registered extends SessionFile {
  readonly process: ProcessState;
  /** Claude Code's folder in whose register it is. */
  readonly configDir: string;
}

/** The registers at one moment. */
export class Attendance {
  readonly everyone: readonly Registered[];
  readonly #readable: ReadonlySet<string>;
  readonly #bySession = new Map<string, Registered[]>();

  constructor(everyone: readonly Registered[], readable: ReadonlySet<string>) {
    this.everyone = everyone;
    this.#readable = readable;
    for (const one of everyone) {
      const others = this.#bySession.get(one.sessionId);
      if (others) others.push(one);
      else this.#bySession.set(one.sessionId, [one]);
    }
  }

  /** Whose files say that they have this session open, those left behind included. */
  openIn(sessionId: string): readonly Registered[] {
    return this.#bySession.get(sessionId) ?? [];
  }

  /** The very process, if it lives and is registered. */
  find({ pid, procStart }: ProcessName): Registered | undefined {
    return this.everyone.find(
      one => one.pid === pid && one.procStart === procStart && one.process !== 'gone',
    );
  }

  /** Whether there is a register in this folder, so that a file that is not there says something. */
  isReadable(configDir: string): boolean {
    return this.#readable.has(configDir);
  }
}

export class SessionRegistry {
  readonly #own = ownDomain();
  readonly #registers = new Map<string, SessionFiles>();

  read(configDirs: Iterable<string>): Attendance {
    const everyone: Registered[] = [];
    const readable = new Set<string>();
    for (const configDir of configDirs) {
      const register = this.#registers.get(configDir) ?? new SessionFiles(configDir);
      this.#registers.set(configDir, register);
      const entries = register.read();
      if (entries) readable.add(configDir);
      for (const entry of entries ?? []) everyone.push({ ...entry, process: this.look(entry), configDir });
    }
    return new Attendance(everyone, readable);
  }

  /** Whether a process is still there. */
  look(name: ProcessName): ProcessState {
    return processState(name, this.#own);
  }
}
