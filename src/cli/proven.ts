// Connections to the daemon on which it has proved who it is: whatever is secret goes over such a one and no other.
import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { isProven, newChallenge, readToken, TokenFileError } from '../auth/index.ts';

/** Who is to answer: the daemon that daemon.json tells of. */
export interface Whom {
  readonly url: string;
  readonly pid: number;
}

/** A connection, and the token that its other end has proved to hold. */
export interface Proven {
  readonly socket: net.Socket;
  readonly token: string;
}

/**
 * Why nothing could be proved: nobody listens, or hangs up; somebody says nothing; there is no token here to check an answer
 * with; somebody answers, but not with a proof; or with one that is wrong.
 */
export type Doubt = 'nobody' | 'silent' | 'no token' | 'no proof' | 'wrong proof';

export class UnprovenError extends Error {
  override readonly name = 'UnprovenError';
  readonly doubt: Doubt;

  constructor(doubt: Doubt, message: string, options?: ErrorOptions) {
    super(message, options);
    this.doubt = doubt;
  }
}

/** Milliseconds for the connection and the proof. */
const PATIENCE_MS = 2_000;
/** Most characters of an answer that are looked at; a proof takes some three hundred. */
const MOST = 8_192;

/**
 * Connects, and has the other end prove that it is this daemon. The request that needs the token goes over the same connection,
 * so that nobody can take the daemon's place in between.
 *
 * @throws UnprovenError; nothing secret was sent then
 */
export async function connectProven(home: string, { url, pid }: Whom): Promise<Proven> {
  const tokenBefore = tokenIn(home);
  const { host, hostname, port } = new URL(url);
  const socket = net.connect(Number(port) || 80, hostname.replace(/^\[|\]$/g, ''));
  // Whoever uses it hears of errors in his own way; between two users there must be somebody too.
  socket.on('error', () => {});
  try {
    const challenge = newChallenge();
    const proof = proofIn(await answerOf(socket, host, challenge), url);
    const { remoteAddress: address = '', remotePort = 0 } = socket;
    const claim = { challenge, pid, address, port: remotePort };
    // It may have been replaced after it was read and before the daemon signed with it.
    const token = isProven(proof, tokenBefore, claim) ? tokenBefore : tokenIn(home);
    if (isProven(proof, token, claim)) return { socket, token };
    throw new UnprovenError('wrong proof', `whoever answers at ${url} holds another token than ${home}`);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Sends one request over a proven connection, which ends with the answer. It is like `fetch`, redirects are not followed. */
export async function request(
  { socket }: Proven,
  url: URL,
  init: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly body?: string;
  } = {},
): Promise<Response> {
  const { method = 'GET', headers = {}, signal, body: sent } = init;
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http
      .request(url, { method, headers, ...(signal && { signal }), createConnection: () => socket })
      .on('response', resolve)
      .on('error', reject)
      .end(sent);
  });
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array>;
  return new Response(body as ConstructorParameters<typeof Response>[0], { status: message.statusCode ?? 0 });
}

/** The token as it is now. @throws UnprovenError */
function tokenIn(home: string): string {
  try {
    const token = readToken(home);
    if (token !== undefined) return token;
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    throw new UnprovenError('no token', error.message, { cause: error });
  }
  throw new UnprovenError('no token', `there is no token in ${home}`);
}

/** What comes back for a challenge, from its status line to the end of its body; cut off where no proof can follow any more. */
function answerOf(socket: net.Socket, host: string, challenge: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (doubt?: 'nobody' | 'silent', cause?: unknown): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose).off('error', onError);
      if (doubt === undefined) resolve(text);
      else reject(new UnprovenError(doubt, `no answer came from ${host}`, { cause }));
    };
    const onData = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      if (text.length > MOST || isWhole(text)) settle();
    };
    const onError = (error: Error): void => settle('nobody', error);
    const onClose = (): void => (text === '' ? settle('nobody') : settle());
    const timer = setTimeout(() => settle('silent'), PATIENCE_MS);
    socket.on('data', onData).once('close', onClose).once('error', onError);
    socket.write(`GET /api/proof?challenge=${challenge} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

/** Whether an answer is complete, or none that could hold a proof. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return !text.startsWith('HTTP/1.1 200'.slice(0, text.length));
  const length = /^content-length: *(\d+) *$/im.exec(text.slice(0, end))?.[1];
  return length === undefined || text.length >= end + 4 + Number(length);
}

/** @throws UnprovenError for any other answer than that of the daemon's route. */
function proofIn(answer: string, url: string): string {
  const proof = /^HTTP\/1\.1 200 .*\r\n\r\n\{"proof":"([0-9a-f]{64})"\}$/s.exec(answer)?.[1];
  if (proof !== undefined) return proof;
  throw new UnprovenError('no proof', `whoever answers at ${url} does not say who it is`);
}
