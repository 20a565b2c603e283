// A Unix socket whose lines are messages: each is answered with a line, once it is on record or refused.
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { errorCode, isMissing } from '../private-file.ts';
import type { Chore, Service } from '../service.ts';
import { CannotOpen } from './cannot-open.ts';
import { KeptOpen } from './kept-open.ts';
import { LineConnection } from './line-connection.ts';
import type { LineIntake } from './line-intake.ts';

export interface UnixSocketOptions {
  /** Told what stands in its way, in words. */
  readonly refused: (what: string) => void;
}

/** Most connections at a time. */
const CONNECTIONS = 100;
/** Longest path, in bytes: where systems differ, the shortest (macOS). */
const PATH_MOST = 103;

export class UnixSocket implements Service {
  readonly name: string;
  readonly chores: readonly Chore[];
  readonly #file: string;
  readonly #intake: LineIntake;
  readonly #options: UnixSocketOptions;
  readonly #kept: KeptOpen;
  readonly #connections = new Set<LineConnection>();
  #server: net.Server | undefined;

  constructor(file: string, intake: LineIntake, options: UnixSocketOptions) {
    this.name = intake.name;
    this.#file = file;
    this.#intake = intake;
    this.#options = options;
    this.#kept = new KeptOpen({
      ...{ name: this.name, file, refused: options.refused },
      open: () => this.#open(),
      close: async () => void this.#server?.close(),
    });
    this.chores = [this.#kept.chore];
  }

  start(): Promise<void> {
    return this.#kept.look();
  }

  /** What is being taken in is answered; what has no answer was not taken. */
  async stop(): Promise<void> {
    await this.#kept.end();
    this.#server?.close();
    await Promise.all(Array.from(this.#connections, one => one.end()));
  }

  health(): string | undefined {
    return this.#kept.problem;
  }

  async #open(): Promise<void> {
    if (Buffer.byteLength(this.#file) > PATH_MOST)
      throw new CannotOpen(`its path is longer than ${PATH_MOST} bytes; choose a shorter one`);
    await removeLeftBehind(this.#file);
    const server = net.createServer({ allowHalfOpen: true }, socket => this.#hear(socket));
    server.maxConnections = CONNECTIONS;
    server.on('drop', () =>
      this.#options.refused(`a connection to ${this.name} was refused: there are ${CONNECTIONS} already`),
    );
    const listening = once(server, 'listening');
    server.listen(this.#file);
    // It is there as soon as that returns, and nobody else shall have a moment.
    if (server.listening) fs.chmodSync(this.#file, 0o600);
    await listening;
    server.on('error', error => this.#options.refused(`${this.name}: ${error.message}`));
    this.#server = server;
  }

  #hear(socket: net.Socket): void {
    const connection = new LineConnection(socket, this.#intake);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }
}

/** A daemon that was killed leaves its socket; what is anything else stays. @throws CannotOpen */
async function removeLeftBehind(file: string): Promise<void> {
  try {
    if (!fs.lstatSync(file).isSocket())
      throw new CannotOpen('there is something else at its path; move that away, or choose another path');
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (await isListenedAt(file))
    throw new CannotOpen('somebody else listens there; end that, or choose another path');
  fs.rmSync(file, { force: true });
}

async function isListenedAt(file: string): Promise<boolean> {
  const socket = net.connect(file);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (errorCode(error) === 'ECONNREFUSED' || isMissing(error)) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
