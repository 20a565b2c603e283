// A WebSocket client that keeps every frame, and raw connections for requests no client library would send.
import net from 'node:net';
import WebSocket from 'ws';
import { type Frame, isEvent, keepFrames } from './frames.ts';

interface Address {
  readonly port: number;
  readonly token: string;
}

export interface ClientOptions {
  /** Default `/ws`. */
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  /** Default true; false for a client that never answers a ping. */
  readonly autoPong?: boolean;
}

export interface Client {
  readonly socket: WebSocket;
  /** Everything that came, oldest first; the first one is the snapshot. */
  readonly frames: readonly Frame[];
  /** The frames that carry an event, and those inside `events`. */
  events(): Frame[];
  send(message: object | string): void;
  /** The first frame, come or yet to come, of this type or that `wanted` accepts, after the first `from` ones. */
  waitFor(wanted: string | ((frame: Frame) => boolean), from?: number): Promise<Frame>;
  /** Sends a message with an id of its own and waits for the reply. */
  ask(message: Record<string, unknown>): Promise<Frame>;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

const PATIENCE_MS = 10_000;

/** Connects with the main token and waits for the first frame. */
export async function connect(daemon: Address, options: ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${daemon.port}${options.path ?? '/ws'}`,
    options.protocols ?? [],
    {
      headers: options.headers ?? { authorization: `Bearer ${daemon.token}` },
      autoPong: options.autoPong ?? true,
    },
  );
  const { frames, closed, waitFor: wait } = keepFrames(socket);

  function waitFor(wanted: string | ((frame: Frame) => boolean), from = 0): Promise<Frame> {
    const accepts = typeof wanted === 'string' ? (frame: Frame) => frame.type === wanted : wanted;
    return wait(String(wanted), accepts, { from, timeoutMs: PATIENCE_MS });
  }

  let asked = 0;
  const client: Client = {
    socket,
    frames,
    closed,
    waitFor,
    events: () =>
      frames
        .flatMap(frame => (frame.type === 'events' ? (frame['events'] as Frame[]) : [frame]))
        .filter(isEvent),
    send: message => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    ask(message) {
      const id = `ask-${++asked}`;
      const from = frames.length;
      client.send({ ...message, id });
      return waitFor(frame => frame['id'] === id, from);
    },
    close: () => socket.terminate(),
  };
  await waitFor(() => true);
  return client;
}

/** The status of the answer to a WebSocket handshake that is refused, with its error; 101 when it is not. */
export async function handshake(daemon: Address, lines: readonly string[], target = '/ws'): Promise<Answer> {
  const text = await exchange(daemon.port, upgradeRequest(lines, target), answer => answer.includes(' 101 '));
  return answerOf(text);
}

/** A correct handshake but for the headers given; those MUST include Host where it is wanted. */
export function upgradeRequest(lines: readonly string[], target = '/ws'): string {
  return [
    `GET ${target} HTTP/1.1`,
    ...lines,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
}

export interface Answer {
  readonly status: number;
  /** The `error` of the body, if it has one. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** All of it, as it came. */
  readonly text: string;
}

/** Sends a request byte by byte as given, with `Connection: close`, and reads the answer. */
export async function request(
  port: number,
  first: string,
  lines: readonly string[],
  body = '',
): Promise<Answer> {
  const text = await exchange(port, [first, ...lines, 'Connection: close', `\r\n${body}`].join('\r\n'));
  return answerOf(text);
}

export function answerOf(text: string): Answer {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  const [, code, message] = /"error":\{"code":"(\w+)","message":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return { status, code, message, text };
}

/** Writes raw bytes and collects what comes back until the daemon closes, or until `enough`. */
export function exchange(
  port: number,
  bytes: string | Buffer,
  enough: (answer: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the daemon did not close within ${PATIENCE_MS} ms; it answered ${answer}`));
    }, PATIENCE_MS);
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
      if (enough(answer)) finish();
    });
    socket.on('end', finish);
    socket.on('error', finish);
  });
}
