// What waits in a socket to be sent: whether it is too much, and since when it no longer shrinks.
import type { Socket } from 'node:net';

/** Bytes the operating system has not taken yet; libuv counts down within a write that is under way, streams do not. */
function inFlight(socket: Socket): number {
  const handle = (socket as unknown as { _handle?: { writeQueueSize?: number } | null })._handle;
  return handle?.writeQueueSize ?? 0;
}

export class Backlog {
  readonly #socket: Socket;
  readonly #most: number;
  #blockedSince: number | undefined;
  #lowest = { stream: 0, handle: 0 };

  /** @param most bytes that may wait before `full` says so. */
  constructor(socket: Socket, most: number) {
    this.#socket = socket;
    this.#most = most;
  }

  get full(): boolean {
    return this.#socket.writableLength > this.#most;
  }

  /** For how many milliseconds a full backlog has not moved, as seen by regular calls; 0 when it is not full. */
  stalledFor(now: number): number {
    if (!this.full) {
      this.#blockedSince = undefined;
      return 0;
    }
    const seen = { stream: this.#socket.writableLength, handle: inFlight(this.#socket) };
    const moved = seen.stream < this.#lowest.stream || seen.handle < this.#lowest.handle;
    if (this.#blockedSince === undefined || moved) {
      this.#blockedSince = now;
      this.#lowest = seen;
    }
    return now - this.#blockedSince;
  }
}
