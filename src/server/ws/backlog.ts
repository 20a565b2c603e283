// What waits in a socket to be sent: whether it is too much, and since when the other side takes nothing of it.
import type { Socket } from 'node:net';

interface Handle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}

/**
 * Bytes the operating system has taken so far. What streams tell counts whole writes only, and one event may be
 * megabytes; libuv counts down within the write that is under way.
 */
function taken(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle?: Handle | null };
  return handle ? handle.bytesWritten - handle.writeQueueSize : socket.bytesWritten - socket.writableLength;
}

export class Backlog {
  readonly #socket: Socket;
  readonly #most: number;
  #blocked: { readonly since: number; readonly taken: number } | undefined;

  /** @param most bytes that may wait before `full` says so. */
  constructor(socket: Socket, most: number) {
    this.#socket = socket;
    this.#most = most;
  }

  get full(): boolean {
    return this.#socket.writableLength > this.#most;
  }

  /** For how many milliseconds nothing of a full backlog was taken, as seen by regular calls; 0 when it is not full. */
  stalledFor(now: number): number {
    const sofar = taken(this.#socket);
    if (!this.full) this.#blocked = undefined;
    else if (sofar !== this.#blocked?.taken) this.#blocked = { since: now, taken: sofar };
    return this.#blocked ? now - this.#blocked.since : 0;
  }
}
