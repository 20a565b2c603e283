// A NATS server of a test's own, which it can refuse, kill and start again.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { until } from './until.ts';

/** Whether the server is installed here; when not, a line says what is skipped. */
export function hasNatsServer(): boolean {
  if (spawnSync('nats-server', ['--version']).status === 0) return true;
  console.log('skipped: nats-server is not installed, and these tests start one of their own');
  return false;
}

export class NatsServer {
  readonly #flags: readonly string[];
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-nats-'));
  #port = 0;
  #process: ChildProcess | undefined;

  /** @param flags such as `['--user', 'u', '--pass', 'p']` */
  constructor(...flags: readonly string[]) {
    this.#flags = flags;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Starts it, for a second time at the same port and with what it has stored. */
  async start(): Promise<this> {
    this.#port ||= await freePort();
    const flags = ['-a', '127.0.0.1', '-p', String(this.#port), '-js', '-sd', this.#folder, ...this.#flags];
    const server = spawn('nats-server', flags, { stdio: 'ignore' });
    this.#process = server;
    await until('the server listens', () => {
      if (server.exitCode !== null) throw new Error(`nats-server ended with code ${server.exitCode}`);
      return listens(this.#port);
    });
    return this;
  }

  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Kills it, and takes away what it has stored. */
  async remove(): Promise<void> {
    await this.kill();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
