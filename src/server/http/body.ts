// Takes a request body in, with a cap, straight from the socket's stream.
import type { IncomingMessage } from 'node:http';
import { inTurns } from '../../log/index.ts';
import { parsing } from '../../sanitize/index.ts';
import { rawValues } from './gate.ts';
import { HttpError } from './http-error.ts';
import type { Guest, Room } from './room.ts';

export interface BodyOptions {
  /** Largest body, in bytes. */
  readonly most: number;
  /** Where large bodies wait for each other. */
  readonly room: Room;
  /** What can be done about a larger one. */
  readonly mend: string;
}

/** A body that is not larger waits for nobody, in bytes. */
const SMALL = 256 * 1024;

/**
 * What a large body is read into, in bytes. Allocators map so large a piece by itself, and what is freed of it goes back to
 * the system; of smaller pieces glibc learns to keep all there ever were.
 */
const LARGE = 33 * 1024 * 1024;

/**
 * Hands the parsed body on; what it is made into is given back. A large one has its place in the room until that is done.
 *
 * @throws HttpError unsupported_media_type (415), payload_too_large (413), request_timeout (408), invalid_json (400)
 */
export async function takeJson<T>(
  request: IncomingMessage,
  options: BodyOptions,
  take: (value: unknown) => T | Promise<T>,
): Promise<T> {
  const type = rawValues(request, 'content-type').join(',').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' || isEncoded(request)) {
    throw new HttpError('unsupported_media_type', 'send plain JSON with "Content-Type: application/json"');
  }
  return takeWhole(request, options, async body => take(await parsed(body)));
}

/**
 * Hands a body on as its bytes came, of whatever type. A large one has its place in the room until what is made of it is given back.
 *
 * @throws HttpError unsupported_media_type (415), payload_too_large (413), request_timeout (408)
 */
export async function takeBytes<T>(
  request: IncomingMessage,
  options: BodyOptions,
  take: (body: Buffer) => Promise<T>,
): Promise<T> {
  if (isEncoded(request))
    throw new HttpError('unsupported_media_type', 'send the body as it is, without "Content-Encoding"');
  return takeWhole(request, options, take);
}

async function takeWhole<T>(
  request: IncomingMessage,
  options: BodyOptions,
  take: (body: Buffer) => Promise<T>,
): Promise<T> {
  const sender = new Sender(request, options);
  try {
    return await take(await sender.body);
  } finally {
    sender.leave();
  }
}

function isEncoded(request: IncomingMessage): boolean {
  const encoding = rawValues(request, 'content-encoding').join(',').trim().toLowerCase();
  return encoding !== '' && encoding !== 'identity';
}

async function parsed(body: Buffer): Promise<unknown> {
  try {
    return await inTurns(parsing(body));
  } catch (cause) {
    throw new HttpError('invalid_json', `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Whoever sends a body; a large one is read once there is room for it. */
class Sender implements Guest {
  /** All of it. */
  readonly body: Promise<Buffer>;
  readonly #request: IncomingMessage;
  readonly #room: Room;
  readonly #most: number;
  /** What came, as long as it has no place of its own. */
  #pieces: Buffer[] = [];
  #large: Buffer | undefined;
  #size = 0;
  #state: 'reading' | 'in the room' | 'gone' = 'reading';
  #refuse: (error: HttpError) => void = () => {};

  constructor(request: IncomingMessage, { most, room, mend }: BodyOptions) {
    this.#request = request;
    this.#room = room;
    this.#most = most;
    this.body = new Promise((resolve, reject) => {
      this.#refuse = reject;
      const length = Number(request.headers['content-length'] ?? 0);
      if (length > most) return reject(tooLarge(most, mend));
      request.on('data', (chunk: Buffer) => {
        if (this.#size + chunk.length > most) reject(tooLarge(most, mend));
        else if (this.#state !== 'gone') this.#keep(chunk);
      });
      let isWhole = false;
      request.on('end', () => {
        isWhole = true;
        this.#room.sent(this);
        resolve(this.#whole());
      });
      // A client that goes away is nobody's fault, and there is nobody left to tell. After every good request there is a `close` too.
      const gone = (): void => {
        if (!isWhole) reject(new HttpError('bad_request', 'the connection closed before the body did'));
      };
      request.on('error', gone).on('close', gone);
      if (length > SMALL) this.#enter();
    });
  }

  get size(): number {
    return this.#size;
  }

  begin(): void {
    this.#large = Buffer.allocUnsafeSlow(Math.max(LARGE, this.#most));
    Buffer.concat(this.#pieces).copy(this.#large);
    this.#pieces = [];
    this.#request.resume();
  }

  evict(): void {
    this.#refuse(
      new HttpError('request_timeout', 'the body came too slowly while others waited; send it again'),
    );
  }

  leave(): void {
    this.#state = 'gone';
    this.#pieces = [];
    this.#large = undefined;
    this.#room.leave(this);
  }

  #keep(chunk: Buffer): void {
    if (this.#size + chunk.length > SMALL) this.#enter();
    if (this.#large) chunk.copy(this.#large, this.#size);
    else this.#pieces.push(chunk);
    this.#size += chunk.length;
  }

  /** It is kept here no longer. */
  #whole(): Buffer {
    const [first, ...others] = this.#pieces;
    const only = others.length === 0 ? first : undefined;
    const whole = this.#large?.subarray(0, this.#size) ?? only ?? Buffer.concat(this.#pieces);
    this.#large = undefined;
    this.#pieces = [];
    return whole;
  }

  #enter(): void {
    if (this.#state !== 'reading') return;
    this.#state = 'in the room';
    this.#request.pause();
    this.#room.enter(this);
  }
}

function tooLarge(most: number, mend: string): HttpError {
  return new HttpError('payload_too_large', `the body is larger than ${most} bytes; ${mend}`);
}
