// A FIFO whose lines are messages. Its writers come and go; it stays open.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { errorCode } from '../private-file.ts';
import type { Chore, Service } from '../service.ts';
import { CannotOpen } from './cannot-open.ts';
import { identityOf, KeptOpen } from './kept-open.ts';
import { LineCutter } from './line-cutter.ts';
import type { LineIntake } from './line-intake.ts';

export interface FifoOptions {
  /** Told what stands in its way, in words. */
  readonly refused: (what: string) => void;
  /** Whether one that was made here goes when nobody reads it any more. Default: it stays, and its writers wait. */
  readonly removeMade?: boolean;
}

const { O_RDWR, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants;
/** How much is read at a time when it is closed, in bytes, and how often at most: somebody may write on and on. */
const LAST = { bytes: 64 * 1024, times: 64 };

/** An open one. */
interface Opened {
  readonly fd: number;
  readonly stream: net.Socket;
}

export class Fifo implements Service {
  readonly name: string;
  readonly chores: readonly Chore[];
  readonly #file: string;
  readonly #intake: LineIntake;
  readonly #kept: KeptOpen;
  readonly #removeMade: boolean;
  /** Which file it is that was made here. */
  #made: string | undefined;
  /** Half a line waits for its rest, whoever writes that. */
  readonly #cutter = new LineCutter();
  #opened: Opened | undefined;
  /** Lines that are being taken in, in order. */
  #work: Promise<void> = Promise.resolve();

  constructor(file: string, intake: LineIntake, { refused, removeMade = false }: FifoOptions) {
    this.name = intake.name;
    this.#file = file;
    this.#intake = intake;
    this.#removeMade = removeMade;
    this.#kept = new KeptOpen({
      ...{ name: this.name, file, refused },
      open: () => this.#open(),
      close: () => this.#close(),
    });
    this.chores = [this.#kept.chore];
  }

  start(): Promise<void> {
    return this.#kept.look();
  }

  /** What was written by now is taken in. Unless it was asked for, the file stays: a writer that found none would make a file of its own. */
  async stop(): Promise<void> {
    await this.#kept.end();
    // First of all: whoever writes from now on shall be told that there is nothing to write to.
    if (this.#removeMade && this.#made !== undefined && this.#made === identityOf(this.#file))
      fs.rmSync(this.#file, { force: true });
    await this.#close();
    this.#intake.leave(this.#cutter.rest, 'they end without a newline');
  }

  health(): string | undefined {
    return this.#kept.problem;
  }

  async #open(): Promise<void> {
    if (!fs.existsSync(this.#file)) {
      await makeFifo(this.#file);
      this.#made = identityOf(this.#file);
    }
    const found = fs.lstatSync(this.#file);
    if (!found.isFIFO())
      throw new CannotOpen('there is something else at its path; move that away, or choose another path');
    if (found.uid !== process.getuid?.())
      throw new CannotOpen(
        'it belongs to somebody else, who could read what is written; choose another path',
      );
    if ((found.mode & 0o077) !== 0) fs.chmodSync(this.#file, 0o600);
    if (isRead(this.#file))
      throw new CannotOpen(
        'somebody else reads it, and each line would come to one of the two; end that, or choose another path',
      );
    // With a writer of its own it has no end when the others are gone, and none of them hangs for want of a reader.
    const fd = fs.openSync(this.#file, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
    const stream = new net.Socket({ fd, readable: true, writable: false });
    this.#opened = { fd, stream };
    stream.on('error', () => {});
    stream.on('data', (bytes: Buffer) => {
      // What is not taken in yet waits with its writer.
      stream.pause();
      void this.#take(bytes).then(() => stream.resume());
    });
  }

  #take(bytes: Buffer): Promise<void> {
    const lines = this.#cutter.cut(bytes);
    this.#work = this.#work.then(async () => {
      for (const line of lines) await this.#intake.take(line);
    });
    return this.#work;
  }

  async #close(): Promise<void> {
    if (this.#opened === undefined) return;
    const { fd, stream } = this.#opened;
    this.#opened = undefined;
    stream.removeAllListeners('data').pause();
    // Until it is closed nobody else has a turn, so that nothing is read twice, or out of order.
    try {
      const buffered = stream.read() as Buffer | null;
      for (const bytes of [...(buffered ? [buffered] : []), ...lastOf(fd)]) void this.#take(bytes);
    } finally {
      const closed = once(stream, 'close');
      stream.destroy();
      await closed;
    }
    await this.#work;
  }
}

/** Whether anybody has it open for reading: a writer that does not want to wait is turned away while nobody has. */
function isRead(file: string): boolean {
  try {
    fs.closeSync(fs.openSync(file, O_WRONLY | O_NONBLOCK | O_NOFOLLOW));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENXIO') return false;
    throw error;
  }
}

/** What was written and not read yet. */
function lastOf(fd: number): Buffer[] {
  const pieces: Buffer[] = [];
  try {
    for (let n = 0; n < LAST.times; n++) {
      const piece = Buffer.alloc(LAST.bytes);
      const length = fs.readSync(fd, piece, 0, LAST.bytes, null);
      if (length === 0) break;
      pieces.push(piece.subarray(0, length));
    }
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
  }
  return pieces;
}

/** Node makes none itself. @throws CannotOpen */
function makeFifo(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('mkfifo', ['-m', '600', '--', file], (error, _, said) => {
      if (error === null) return resolve();
      const why = said.trim() || error.message;
      reject(new CannotOpen(`it cannot be made (${why}); see to its folder, or make it with mkfifo -m 600`));
    });
  });
}
