// One who writes lines to a Unix socket, and reads what became of each.
import { once } from 'node:events';
import type net from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { type Line, LineCutter } from './line-cutter.ts';
import type { LineIntake } from './line-intake.ts';

/** How much may wait to be taken in, in bytes; more waits with the writer. */
const WAITING_MOST = 256 * 1024;

export class LineConnection {
  /** Resolves when it is closed, and nothing of it is under way any more. */
  readonly closed: Promise<void>;
  readonly #socket: net.Socket;
  readonly #intake: LineIntake;
  readonly #cutter = new LineCutter();
  /** What was read and is not taken in yet, in bytes. */
  #waiting = 0;
  /** What is done of it, in order. */
  #work: Promise<void> = Promise.resolve();
  /** What was read and will not be taken in, in bytes. */
  #left = 0;
  #isEnding = false;
  /** Nobody waits any more for answers to be read. */
  readonly #over = new AbortController();

  constructor(socket: net.Socket, intake: LineIntake) {
    this.#socket = socket;
    this.#intake = intake;
    // Who goes without reading its answers breaks off the connection by that. What was read is taken in all the same.
    socket.on('error', error => {
      if (!socket.readableEnded) this.#intake.brokeOff(error);
    });
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('end', () => {
      this.#work = this.#work.then(() => this.#finish());
    });
    this.closed = new Promise(resolve => {
      socket.on('close', () => {
        this.#over.abort();
        resolve(this.#work.then(() => this.#tellWhatIsLeft()));
      });
    });
  }

  /** The line that is being taken in is answered; the others are not taken. Resolves when it is closed. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#over.abort();
    this.#socket.pause();
    await this.#work;
    // Answers that are not with their reader by now are not read at all.
    if (this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#socket.destroySoon();
    await this.closed;
  }

  #read(bytes: Buffer): void {
    this.#waiting += bytes.length;
    if (this.#waiting > WAITING_MOST) this.#socket.pause();
    this.#work = this.#work.then(async () => {
      // Whatever its writer wrote at once is read before an answer is written that it may not be there any more to read.
      await turn();
      for (const line of this.#cutter.cut(bytes)) await this.#answer(line);
      this.#waiting -= bytes.length;
      if (this.#waiting <= WAITING_MOST && !this.#isEnding) this.#socket.resume();
    });
  }

  /** Whoever closes its side has said all of it. */
  async #finish(): Promise<void> {
    if (this.#cutter.rest > 0) await this.#answer(this.#cutter.end());
    this.#socket.end();
  }

  async #answer(line: Line): Promise<void> {
    if (this.#isEnding) {
      this.#left += Buffer.byteLength(line ?? '');
      return;
    }
    const answer = await this.#intake.take(line);
    if (answer === undefined || !this.#socket.writable) return;
    this.#socket.write(`${JSON.stringify(answer)}\n`);
    // Whoever does not read its answers is not listened to meanwhile.
    if (this.#socket.writableNeedDrain)
      await once(this.#socket, 'drain', { signal: this.#over.signal }).catch(() => {});
  }

  #tellWhatIsLeft(): void {
    const why = this.#isEnding ? 'nobody reads them any more' : 'their writer was gone before the newline';
    this.#intake.leave(this.#left + this.#cutter.rest, why);
  }
}
