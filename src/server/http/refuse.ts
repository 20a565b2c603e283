// Refusals on a bare socket: before a WebSocket exists, and when what came was no HTTP.
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpError } from './http-error.ts';

/** How long a refused client may take to read its answer, in milliseconds. */
const REFUSAL_MS = 2000;

/** Answers in plain HTTP and closes the socket, for certain. */
export function refuse(socket: Duplex, error: HttpError): void {
  const { body } = error;
  const headers = {
    ...error.headers,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${error.status} ${error.code}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
}

/** Answers bytes that Node's parser could not read, or that did not come in time. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // A reset leaves nobody to answer, and behind an answer that may still be under way a second one would be read as its part.
  const silent = !(socket instanceof Socket) || socket.bytesWritten > 0 || !socket.writable;
  if (silent || error.code === 'ECONNRESET') socket.destroy();
  else refuse(socket, whyUnreadable(error));
}

function whyUnreadable(cause: NodeJS.ErrnoException): HttpError {
  switch (cause.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('headers_too_large', 'the headers are larger than 16 KiB; send less', { cause });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request_timeout', 'the request did not come to its end in time', { cause });
    default:
      return new HttpError('bad_request', `this is not HTTP: ${cause.message}`, { cause });
  }
}
