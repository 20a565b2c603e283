// Drives the built CLI as a user would: commands that end, and a daemon that runs until the test is over.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './commands.ts';
import { type Output, runAny } from './run.ts';

const main = path.join(import.meta.dirname, '../../dist/cli/main.js');

/** Where a hookline lives: nothing of the real home is in it. */
export interface Place {
  /** HOME, CLAUDE_CONFIG_DIR and PATH of whoever runs hookline. */
  env: Readonly<Record<string, string>>;
  hooklineHome: string;
  /** What comes before the command, when it is to run elsewhere: it MUST become the command, and not only start it. */
  within?: readonly string[];
  /** Milliseconds that a daemon may take to start; default 20,000. */
  startMs?: number;
}

export interface Daemon {
  readonly pid: number;
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly token: string;
  /** What it wrote to stderr so far. */
  log(): string;
  /** Sends a signal (default SIGTERM) and waits for the exit. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const envOf = (place: Place): Record<string, string> => ({ ...place.env, HOOKLINE_HOME: place.hooklineHome });

/** They let go of what they opened, or clear away what they made, when their process ends. */
const OWNERS: readonly (string | undefined)[] = ['db', 'demo', 'start', undefined];

/** Runs `hookline <args>` to its end; any exit code resolves. */
export function hookline(place: Place, ...args: string[]): Promise<Output> {
  const [env, timeout] = [envOf(place), 90_000];
  const owns = OWNERS.includes(args[0]) && !args.includes('--help');
  // Options of Node are read where a process starts.
  return owns || env['NODE_OPTIONS'] !== undefined
    ? runAny(process.execPath, [main, ...args], { env, timeout })
    : runCommand(main, { args, env, timeout });
}

/** The same, for a command that has to work. */
export async function hooklineOk(place: Place, ...args: string[]): Promise<Output> {
  const output = await hookline(place, ...args);
  if (output.code === 0) return output;
  throw new Error(`hookline ${args.join(' ')} ended with ${output.code}:\n${output.stdout}${output.stderr}`);
}

interface DaemonInfo {
  port: number;
  url: string;
}

function readInfo(home: string, pid: number | undefined): DaemonInfo | undefined {
  try {
    const file = path.join(home, 'daemon.json');
    const info = JSON.parse(fs.readFileSync(file, 'utf8')) as DaemonInfo & { pid: number };
    return info.pid === pid ? info : undefined;
  } catch {
    return undefined;
  }
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise(resolve => child.once('exit', code => resolve(code)));

/** Starts a daemon on a free port, without touching any hooks, and waits until it says where it is. */
export function startDaemon(place: Place, ...args: string[]): Promise<Daemon> {
  return startUp(place, place.hooklineHome, 'start', '--no-hooks', '--port', '0', ...args);
}

/** The same with a hub. Commands find it in the folder `hub` of `hooklineHome`. */
export function startHub(place: Place, url: string, ...args: string[]): Promise<Daemon> {
  return startUp(place, path.join(place.hooklineHome, 'hub'), 'hub', '--url', url, '--port', '0', ...args);
}

/** @param home where it keeps its files */
async function startUp(place: Place, home: string, ...args: string[]): Promise<Daemon> {
  const [file = '', ...before] = [...(place.within ?? []), process.execPath];
  const child = spawn(file, [...before, main, ...args], {
    env: envOf(place),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const { startMs = 20_000 } = place;
  const deadline = performance.now() + startMs;
  // daemon.json comes early; the greeting says that the hooks know the way too.
  const started = (): DaemonInfo | undefined =>
    log.includes('listens at') ? readInfo(home, child.pid) : undefined;
  let info = started();
  while (!info) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}:\n${log}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the daemon did not start within ${startMs / 1000} s:\n${log}`);
    }
    await delay(25);
    info = started();
  }
  return {
    pid: child.pid ?? 0,
    port: info.port,
    url: `http://127.0.0.1:${info.port}`,
    token: fs.readFileSync(path.join(home, 'token'), 'utf8').trim(),
    log: () => log,
    async stop(signal = 'SIGTERM') {
      const gone = exitOf(child);
      child.kill(signal);
      // Whatever happens, no test leaves a daemon behind.
      const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await gone;
      clearTimeout(deadline);
      return code;
    },
  };
}
