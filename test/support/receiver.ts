// A server on loopback that keeps what is posted to it, and answers as it is told.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEveryFile } from './endings.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  readonly json: any;
}

export interface Receiver {
  readonly url: string;
  readonly got: readonly Received[];
  /** What the next posts are answered, one after the other, and then 200. */
  readonly answers: { status: number; headers?: Record<string, string> }[];
  close(): Promise<void>;
}

const open = new Set<Receiver>();
afterEveryFile(() => Promise.all([...open].map(one => one.close())));

/** It is closed when the test file is done, if not before. */
export async function startReceiver(): Promise<Receiver> {
  const got: Received[] = [];
  const answers: Receiver['answers'] = [];
  const server = http.createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { method = '', url = '', headers } = request;
    got.push({ method, path: url, headers, body, json: jsonOf(body) });
    const { status, headers: more } = answers.shift() ?? { status: 200 };
    response.writeHead(status, more).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    answers,
    close: () => {
      open.delete(receiver);
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
  open.add(receiver);
  return receiver;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
