// What is still to come of a body when its request is answered already.
import type { IncomingMessage } from 'node:http';

/** For so long the rest is let pass, in milliseconds, and so much of it, in bytes: then the connection can be used on. */
const PATIENCE = { ms: 500, bytes: 64 * 1024 * 1024 };

/** Lets the rest of a body pass, and closes the connection of one that goes on and on; the answer is sent first. */
export function drain(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  let bytes = 0;
  const enough = (): void => {
    done();
    request.socket.destroySoon();
  };
  const pass = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > PATIENCE.bytes) enough();
  };
  const done = (): void => {
    clearTimeout(timer);
    request.off('data', pass);
  };
  const timer = setTimeout(enough, PATIENCE.ms).unref();
  request.on('data', pass).once('end', done).once('close', done).resume();
}
