// A server of a test's own: a process with a folder and a port that nobody else has, to be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEveryFile } from './endings.ts';
import { until } from './until.ts';

/** How long one may take until it listens, in milliseconds: a machine that is busy takes its time. */
const START_MS = 90_000;

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside the PATH, and a HOME in its folder. */
  readonly env?: Readonly<Record<string, string>>;
}

const servers = new Set<OwnServer>();
afterEveryFile(() => Promise.all([...servers].map(server => server.remove())));
// A group of its own is not ended by what ends this one.
process.on('exit', () => {
  for (const server of servers) server.signal('SIGKILL');
});

export class OwnServer {
  /** Where it keeps what it has, over its restarts. */
  readonly folder: string;
  readonly #port: number;
  readonly #command: ServerCommand;
  #process: ChildProcess | undefined;
  #said = '';

  /** @param port what it listens at once it has started */
  constructor(folder: string, port: number, command: ServerCommand) {
    this.folder = folder;
    this.#port = port;
    this.#command = command;
    servers.add(this);
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const { program, args, env } = this.#command;
    // A group of its own: whatever it starts ends with it.
    const server = spawn(program, args, {
      ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: this.folder },
      env: { PATH: process.env['PATH'], HOME: this.folder, ...env },
    });
    this.#process = server;
    for (const output of [server.stdout, server.stderr])
      output?.on('data', chunk => {
        this.#said = (this.#said + String(chunk)).slice(-4000);
      });
    await until(
      `${program} listens`,
      () => {
        if (hasEnded(server)) throw new Error(`${program} ended with ${server.exitCode}:\n${this.#said}`);
        return listens(this.#port);
      },
      START_MS,
    );
  }

  /** Kills it with all that it started, and waits until it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const server = this.#process;
    if (server === undefined || hasEnded(server)) return;
    const gone = once(server, 'exit');
    this.signal(signal);
    await gone;
    await until(`nothing listens at ${this.#port}`, async () => !(await listens(this.#port)));
  }

  /** Sends a signal to it and all that it started. */
  signal(signal: NodeJS.Signals): void {
    const server = this.#process;
    if (server?.pid !== undefined && !hasEnded(server)) process.kill(-server.pid, signal);
  }

  /** Kills it, and takes away what it kept. */
  async remove(): Promise<void> {
    servers.delete(this);
    await this.kill();
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** A folder for one. */
export const serverFolder = (name: string): string =>
  fs.mkdtempSync(path.join(os.tmpdir(), `hookline-${name}-`));

/** The first of these files that there is; a line says that these tests are skipped when there is none. */
export function findProgram(name: string, ...files: readonly string[]): string | undefined {
  const inPath = (process.env['PATH'] ?? '').split(':').map(folder => path.join(folder, name));
  const found = [...files, ...inPath].find(file => fs.existsSync(file));
  if (found === undefined)
    console.log(`skipped: no ${name} is installed, and these tests start one of their own`);
  return found;
}

/** Ports that nobody listens at now. */
export async function freePorts(count: number): Promise<number[]> {
  const taken = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(taken.map(server => once(server, 'listening')));
  const ports = taken.map(server => (server.address() as net.AddressInfo).port);
  await Promise.all(taken.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

export function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
