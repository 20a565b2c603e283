// Reads all of what a command wrote into its terminal, also the last of it.
import fs from 'node:fs';
import type { IPty } from '@lydell/node-pty';

/** What there is of node-pty's terminal besides what it tells of. */
interface Inside {
  readonly fd?: number;
  readonly _socket?: {
    destroy: (error?: Error) => unknown;
    readonly read: () => Buffer | null;
    readonly emit: (event: 'data', data: Buffer) => boolean;
    readonly once: (event: 'end', listener: () => void) => unknown;
  };
}

const CHUNK = 64 * 1024;

/**
 * The end of a command's output is lost without this, now and then, on a busy machine every other time: libuv takes a terminal whose command is
 * gone for read to its end when one read was not full, which of a terminal none is (4,095 bytes; `uv__stream_io`), and node-pty 1.1
 * closes it 200 ms after its command ended, whatever a slow reader has not read by then. What the system still has is read here before it closes.
 */
export function readToEnd(child: IPty): void {
  const { _socket: socket, fd } = child as unknown as Inside;
  if (socket === undefined || fd === undefined) return;
  const destroy = socket.destroy.bind(socket);
  let isOver = false;
  const readRest = (): void => {
    if (isOver) return;
    isOver = true;
    // What waits in the stream is told by its being read.
    while (socket.read() !== null);
    for (let chunk = next(fd); chunk !== undefined; chunk = next(fd)) socket.emit('data', chunk);
  };
  socket.once('end', readRest);
  socket.destroy = error => {
    readRest();
    return destroy(error);
  };
}

/** Undefined where there is no more: the system says so with an error. */
function next(fd: number): Buffer | undefined {
  try {
    const chunk = Buffer.alloc(CHUNK);
    const length = fs.readSync(fd, chunk);
    return length === 0 ? undefined : chunk.subarray(0, length);
  } catch {
    return undefined;
  }
}
