// A Mosquitto of the test's own: with users, with limits, to be killed and started again.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { until } from './until.ts';

export interface Mosquitto {
  readonly port: number;
  /** `mqtt://127.0.0.1:<port>`. */
  readonly url: string;
  start(): Promise<void>;
  /** Ends it; by SIGKILL it has no time to keep anything. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface MosquittoOptions {
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** The one user it lets in. Default: everybody. */
  readonly user?: { readonly name: string; readonly password: string };
}

const PROGRAMS = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const PROGRAM = PROGRAMS.find(file => fs.existsSync(file));

/** Whether there is one to start; a line says so when there is not. */
export const hasMosquitto = (): boolean => {
  if (PROGRAM === undefined)
    console.log('skipped: no mosquitto is installed, and these tests start their own');
  return PROGRAM !== undefined;
};

/** Keeps what it has in a folder of its own; the caller stops it. */
export async function startMosquitto({ lines = [], user }: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-mosquitto-'));
  const port = await freePort();
  const passwords = path.join(folder, 'passwords');
  if (user !== undefined)
    execFileSync('mosquitto_passwd', ['-b', '-c', passwords, user.name, user.password], { stdio: 'pipe' });
  const config = path.join(folder, 'mosquitto.conf');
  const all = [
    // Else it gives up the rights to read what is here, when it has any to give up.
    ...['user root', `listener ${port} 127.0.0.1`, 'persistence true', `persistence_location ${folder}/`],
    ...(user === undefined ? ['allow_anonymous true'] : [`password_file ${passwords}`]),
    ...lines,
  ];
  fs.writeFileSync(config, `${all.join('\n')}\n`);
  let running: ChildProcess | undefined;
  const broker: Mosquitto = {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    start: async () => {
      running = spawn(PROGRAM ?? 'mosquitto', ['-c', config], { stdio: 'ignore' });
      await until('mosquitto listens', () => listens(port), 20_000);
    },
    stop: async (signal = 'SIGTERM') => {
      const child = running;
      running = undefined;
      if (child === undefined) return;
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    },
  };
  await broker.start();
  return broker;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
