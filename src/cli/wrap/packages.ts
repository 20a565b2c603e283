// The packages that a wrapped terminal needs: not everybody has them, as npm leaves them out where optional ones are not wanted.
import type { IPty, IPtyForkOptions } from '@lydell/node-pty';
import type { Terminal as Emulator, ITerminalInitOnlyOptions, ITerminalOptions } from '@xterm/headless';
import { UsageError } from '../failure.ts';

export interface Packages {
  /** Runs a command in a terminal of its own. */
  readonly spawn: (file: string, args: string[], options: IPtyForkOptions) => IPty;
  /** Keeps a screen of what a command writes. */
  readonly Emulator: new (
    options: ITerminalOptions & ITerminalInitOnlyOptions,
  ) => Emulator;
}

/** @throws UsageError that names what is missing, and how it is installed */
export async function loadPackages(): Promise<Packages> {
  const [pty, xterm] = await Promise.all([
    load('@lydell/node-pty', () => import('@lydell/node-pty')),
    load('@xterm/headless', () => import('@xterm/headless')),
  ]);
  // Both are CommonJS: what they export is in `default` for Node, and beside it where it can tell the names.
  const { spawn } = 'default' in pty ? (pty.default as typeof pty) : pty;
  const { Terminal } = 'default' in xterm ? (xterm.default as typeof xterm) : xterm;
  return { spawn, Emulator: Terminal };
}

async function load<T>(name: string, get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (error) {
    // The first of the two is but a door to another one with the binary of this platform.
    throw new UsageError(
      `this command needs the package ${name}, which was left out when hookline was installed, or does not run on ${process.platform} ${process.arch}; install hookline again with: npm install --include=optional, and -g or the folder as before`,
      { cause: error },
    );
  }
}
