// What starts programs at login on this machine, and starts them again: as much of it as a service needs.
import type { Job } from './job.ts';

/** What a manager says of the service. */
export interface Standing {
  /** It has read our file. */
  readonly isKnown: boolean;
  /** Whether it is started at login. */
  readonly isEnabled: boolean;
  /** The process that it has started; undefined while there is none. */
  readonly pid: number | undefined;
  /** In its own words: `active (running)`. */
  readonly words: string;
}

export interface Manager {
  readonly name: 'systemd' | 'launchd';
  /** Where it looks for the service. */
  readonly file: string;
  /** Whether it keeps what a daemon writes to stderr. */
  readonly keepsLog: boolean;
  textOf(job: Job): string;
  /** @throws Failure when it cannot be reached, with what to do */
  reach(): Promise<void>;
  /** How the service of that file is. @throws Failure when it cannot be reached */
  standing(): Promise<Standing>;
  /** Reads the file anew, and has it started at login from now on. @throws Failure */
  enable(): Promise<void>;
  /** Starts it as the file has it, after it has ended what runs. It MUST let that end in good order. @throws Failure */
  restart(): Promise<void>;
  /** Stops it, and has it started no more. @throws Failure */
  disable(): Promise<void>;
  /** The file is gone. @throws Failure */
  forget(): Promise<void>;
  /** What there is to say once it is installed. */
  hints(): Promise<readonly string[]>;
}
