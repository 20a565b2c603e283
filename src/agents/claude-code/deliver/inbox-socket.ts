// Into a session by the socket that its client opens for other sessions. Only what is on the socket counts: the client answers none of it.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryPath, Parcel, Receipt } from '../../../inbox/index.ts';
import { isAlive } from '../../../process-probe.ts';
import { inWords } from '../../../system-error.ts';
import { type Registered, SessionRegistry } from '../watch/session-registry.ts';
import { messageFrame, receiptsIn } from './frames.ts';

export interface InboxSocketOptions {
  /** Claude Code's folder, in whose register a session is. */
  readonly configDirOf: (sessionId: string) => string;
}

/** How long a session may take to take a message, in milliseconds. */
const PATIENCE_MS = 5000;
/** A line that is longer is none of the client's, in characters. */
const LINE_MOST = 1024 * 1024;
const OURS = /^hookline-(\d+)\.sock$/;

export class InboxSocket implements DeliveryPath {
  readonly name = 'inbox-socket';
  onReceipt: (receipt: Receipt) => void = () => {};
  readonly #options: InboxSocketOptions;
  readonly #registry = new SessionRegistry();
  /** By the folder they are in: a client speaks only to sockets beside its own. */
  readonly #own = new Map<string, Promise<net.Server>>();

  constructor(options: InboxSocketOptions) {
    this.#options = options;
  }

  whyNot(sessionId: string): string | undefined {
    const found = this.#find(sessionId);
    return typeof found === 'string' ? found : undefined;
  }

  async give(parcel: Parcel): Promise<void> {
    const found = this.#find(parcel.sessionId);
    if (typeof found === 'string') throw new Error(found);
    const socket = found.messagingSocketPath ?? '';
    const own = ownSocket(path.dirname(socket));
    await this.#listenAt(own);
    await write(socket, messageFrame(parcel, { from: `uds:${own}` }));
  }

  close(): void {
    for (const [file, server] of this.#own) {
      void server.then(
        one => one.close(),
        () => {},
      );
      fs.rmSync(file, { force: true });
    }
    this.#own.clear();
  }

  /** The process that has a session open, or why there is none that could be reached. */
  #find(sessionId: string): Registered | string {
    const all = this.#registry.read([this.#options.configDirOf(sessionId)]).openIn(sessionId);
    const alive = all.filter(one => one.process === 'alive');
    const [found] = alive;
    if (found === undefined)
      return all.length === 0
        ? 'no process has registered that it has this session open'
        : 'its process is gone';
    // One is as good as the other to the client, but the user would see it in one of them only.
    if (alive.length > 1) return `${alive.length} processes have this session open`;
    if (found.messagingSocketPath === undefined)
      return 'its client has no inbox (an old one, or one that runs with --bare)';
    return found;
  }

  #listenAt(file: string): Promise<net.Server> {
    const known = this.#own.get(file);
    if (known) return known;
    const opened = this.#open(file);
    this.#own.set(file, opened);
    opened.catch(() => this.#own.delete(file));
    return opened;
  }

  async #open(file: string): Promise<net.Server> {
    removeLeftBehind(path.dirname(file));
    const server = net.createServer(socket => this.#hear(socket));
    server.unref();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(file, resolve);
    });
    server.on('error', () => {});
    fs.chmodSync(file, 0o600);
    return server;
  }

  /** Whoever runs as this user can write there: nothing is believed but what a client may say of a message of ours. */
  #hear(socket: net.Socket): void {
    let text = '';
    socket.setEncoding('utf8').unref();
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      if (text.length > LINE_MOST) return void socket.destroy();
      for (const line of lines) for (const receipt of receiptsIn(line)) this.onReceipt(receipt);
    });
  }
}

const ownSocket = (folder: string): string => path.join(folder, `hookline-${process.pid}.sock`);

/** A daemon that was killed leaves its socket. */
function removeLeftBehind(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const pid = Number(OURS.exec(name)?.[1] ?? Number.NaN);
    if (pid === process.pid || (Number.isInteger(pid) && !isAlive(pid)))
      fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Resolves once the system has taken all of it for the one who listens. @throws Error when nobody does, or it takes too long */
async function write(file: string, text: string): Promise<void> {
  const socket = net.connect(file);
  const done = new AbortController();
  try {
    await Promise.race([
      new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.end(text, () => resolve());
      }),
      delay(PATIENCE_MS, undefined, { signal: done.signal }).then(() => {
        throw new Error(`its inbox did not take the message within ${PATIENCE_MS / 1000} s`);
      }),
    ]);
  } catch (error) {
    socket.destroy();
    throw new Error(`its inbox cannot be reached: ${inWords(error)}`, { cause: error });
  } finally {
    done.abort();
  }
}
