// Into a session by the socket that its client opens for other sessions. Only what is on the socket counts: the client answers none of it.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryPath, Parcel, Receipt, Said } from '../../../inbox/index.ts';
import { inWords } from '../../../system-error.ts';
import { type Registered, SessionRegistry } from '../watch/session-registry.ts';
import { answerIn, markOf, messageFrame, receiptsIn } from './frames.ts';
import { hasInbox } from './has-inbox.ts';
import { isInFile } from './is-in-file.ts';

export interface InboxSocketOptions {
  /** Claude Code's folder, in whose register a session is. */
  readonly configDirOf: (sessionId: string) => string;
  /** All of those that a session that lives could be registered in. */
  readonly configDirs: () => readonly string[];
  /** What our own sockets are called: the same for each daemon of a state directory, so that an answer finds the next one. */
  readonly socketName: string;
  /** Where a session's transcript is, if it lives and has one. */
  readonly transcriptOf: (sessionId: string) => string | undefined;
}

/** How long a session may take to take a message, in milliseconds. */
const PATIENCE_MS = 5000;
/** A line that is longer is none of the client's, in characters. */
const LINE_MOST = 1024 * 1024;
const OURS = /^hookline-[\w-]+\.sock$/;

export class InboxSocket implements DeliveryPath {
  readonly name = 'inbox-socket';
  onReceipt: (receipt: Receipt) => void = () => {};
  onSaid: (said: Said) => void = () => {};
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
    const own = this.#ownBeside(socket);
    await this.#listenAt(own);
    await write(socket, messageFrame(parcel, { from: `uds:${own}` }));
  }

  /** The client writes down at once what it lets wait for the session to read (observed with 2.1.332). */
  hasTaken(messageId: string, sessionId: string): boolean | undefined {
    const transcript = this.#options.transcriptOf(sessionId);
    return transcript === undefined ? undefined : isInFile(transcript, markOf(messageId));
  }

  async open(): Promise<void> {
    const { everyone } = this.#registry.read(this.#options.configDirs());
    const alive = everyone.filter(({ process }) => process === 'alive');
    const sockets = alive.flatMap(({ messagingSocketPath }) => messagingSocketPath ?? []);
    const own = new Set(sockets.map(socket => this.#ownBeside(socket)));
    // Where it cannot be opened it is tried again with the next message, and said then.
    await Promise.allSettled([...own].map(file => this.#listenAt(file)));
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
    if (!hasInbox(found)) return `the socket of its inbox is gone (${found.messagingSocketPath})`;
    return found;
  }

  #ownBeside(socket: string): string {
    return path.join(path.dirname(socket), this.#options.socketName);
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
    await removeLeftBehind(file);
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

  #take(line: string): void {
    for (const receipt of receiptsIn(line)) this.onReceipt(receipt);
    const answer = answerIn(line);
    const from = answer && this.#sessionAt(answer.socket);
    if (answer && from !== undefined) this.onSaid({ sessionId: from, text: answer.text, key: answer.key });
  }

  /** The session whose client listens at a socket. */
  #sessionAt(socket: string): string | undefined {
    const { everyone } = this.#registry.read(this.#options.configDirs());
    const found = everyone.find(one => one.messagingSocketPath === socket && one.process === 'alive');
    return found?.sessionId;
  }

  /**
   * Whoever runs as this user can write there. Of a message of ours nothing is believed but what a client may say of it; what a model
   * says is a message like any other, and not verified.
   */
  #hear(socket: net.Socket): void {
    let text = '';
    socket.setEncoding('utf8').unref();
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      if (text.length > LINE_MOST) return void socket.destroy();
      for (const line of lines) this.#take(line);
    });
  }
}

/** A daemon that was killed leaves its socket: of those in the folder nobody listens at, and our own, which is nobody else's. */
async function removeLeftBehind(own: string): Promise<void> {
  const folder = path.dirname(own);
  for (const name of fs.readdirSync(folder).filter(one => OURS.test(one))) {
    const file = path.join(folder, name);
    if (file === own || !(await isListenedAt(file))) fs.rmSync(file, { force: true });
  }
}

function isListenedAt(file: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(file);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
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
