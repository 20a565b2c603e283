// A wrapped terminal, put together: its screen, its typist, the socket that messages come to, and the file that says how it is.
import { performance } from 'node:perf_hooks';
import type { Screen } from './screen.ts';
import { Typist } from './typist.ts';
import { removeDeadWrapFiles, removeWrapFile, wrapSocket, writeWrapFile } from './wrap-files.ts';
import { WrapSocket } from './wrap-socket.ts';
import { type ClientState, WrappedClient } from './wrapped-client.ts';

export interface WrapOptions {
  /** The state directory, where the daemon looks for wraps. */
  readonly home: string;
  /** Claude Code's own folder, such as `~/.claude`. */
  readonly claudeDir: string;
  readonly screen: Screen;
  /** To what runs in the terminal, as if it was typed. */
  readonly send: (input: string | Uint8Array) => void;
}

/** How often it is looked whether something may be typed, in milliseconds. */
const LOOK_MS = 400;

export class WrapSession {
  readonly #home: string;
  readonly #claudeDir: string;
  #client: WrappedClient | undefined;
  readonly #typist: Typist;
  readonly #socket: WrapSocket;
  #typing: string | undefined;
  /** What the file says. */
  #told: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ home, claudeDir, screen, send }: WrapOptions) {
    this.#home = home;
    this.#claudeDir = claudeDir;
    const client = () => this.#look();
    const uptime = () => performance.now();
    this.#typist = new Typist({ screen, send, client, uptime, changed: () => this.#tell() });
    this.#socket = new WrapSocket({
      file: wrapSocket(home, process.pid),
      typist: this.#typist,
      client,
      typing: messageId => {
        this.#typing = messageId;
        this.#tell();
      },
    });
  }

  /** @throws Error when no message can come here */
  async open(): Promise<void> {
    removeDeadWrapFiles(this.#home);
    await this.#socket.open();
    this.#tell();
    this.#timer = setInterval(() => {
      this.#tell();
      this.#typist.tidy().catch(() => {}); // The client has ended, most likely.
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** From now on it is known what runs in the terminal. */
  watch(pid: number): void {
    this.#client = new WrappedClient(this.#claudeDir, pid);
  }

  /** Passes on what comes from the user's terminal. */
  press(input: Uint8Array): void {
    this.#typist.press(input);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
    removeWrapFile(this.#home, process.pid);
  }

  #look(): ClientState {
    return this.#client?.look() ?? { whyNot: 'nothing runs in its terminal yet' };
  }

  #tell(): void {
    try {
      const { sessionId } = this.#look();
      const about = { sessionId, whyNot: this.#typist.whyNot(), typing: this.#typing };
      const text = JSON.stringify(about);
      if (text === this.#told) return;
      this.#told = undefined;
      writeWrapFile(this.#home, about);
      this.#told = text;
    } catch {
      // A full disk, most likely, and nothing to break the user's session for: it is tried again with the next look.
    }
  }
}
