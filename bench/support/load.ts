// The load of the benchmarks: hooks over raw sockets and readers that only count, so that the machine is left to the daemon.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Target {
  readonly port: number;
  readonly token: string;
}

/** More than one person has open, and as many as several lanes can share out evenly. */
const SESSIONS = 32;
/** How long a connection is used again after its last answer, in milliseconds. */
const IDLE_MS = 2000;
/** How long a client waits for its next event, in milliseconds. */
const PATIENCE_MS = 30_000;
const OUTPUT = '✓ src/orders/rounding.test.ts (14 tests) 212 ms\n'.repeat(12);

/** What a client asks for that wants each hook as it came: one event each. */
export const EVERY_HOOK = { type: 'subscribe', topics: ['hook.*'] };

/** The body of the n-th hook of a run: a call's use and then its result, in each session by turns. */
export function hookBody(run: string, n: number): string {
  const session = n % SESSIONS;
  const step = Math.floor(n / SESSIONS);
  const common = {
    session_id: `8dd92b6f-83dd-4922-a1da-${String(session).padStart(12, '0')}`,
    transcript_path: '/home/dev/.claude/projects/-home-dev-shop-api/none.jsonl',
    cwd: '/home/dev/shop-api',
    prompt_id: '1f8d4f5a-3f0e-4d0a-9d39-5b7c6f0f9a11',
    permission_mode: 'default',
  };
  const call = {
    tool_name: 'Bash',
    tool_input: { command: `npm test -- --filter ${step}`, description: 'Run the tests once more' },
    tool_use_id: `toolu_${run}${session}x${Math.floor(step / 2)}`,
  };
  return JSON.stringify(
    step % 2 === 0
      ? { ...common, hook_event_name: 'PreToolUse', ...call }
      : {
          ...common,
          hook_event_name: 'PostToolUse',
          ...call,
          tool_response: { stdout: OUTPUT, stderr: '', interrupted: false },
          duration_ms: 212,
          sentAt: String(performance.timeOrigin + performance.now()),
        },
  );
}

/** One kept-alive connection that posts a hook at a time. */
export class Lane {
  readonly #socket: net.Socket;
  readonly #head: string;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #text = '';
  #usedAt = performance.now();

  constructor({ port, token }: Target) {
    this.#head = `POST /hook HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', chunk => this.#take(chunk.toString('latin1')));
    this.#socket.on('error', () => {}).once('close', () => this.#fail('the connection was closed'));
  }

  /** Whether the server still keeps it: Node closes what was idle for 5 s. */
  get isKept(): boolean {
    return !this.#socket.destroyed && performance.now() - this.#usedAt < IDLE_MS;
  }

  /** Resolves with the milliseconds until the answer. @throws when it is not accepted */
  post(body: string): Promise<number> {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve: () => resolve(performance.now() - from), reject };
      this.#socket.write(`${this.#head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? Number.NaN);
    const isWhole = Number.isNaN(length)
      ? this.#text.endsWith('0\r\n\r\n')
      : this.#text.length >= end + 4 + length;
    if (!isWhole) return;
    if (!this.#text.startsWith('HTTP/1.1 202')) return this.#fail(this.#text.slice(0, 200));
    this.#text = '';
    this.#usedAt = performance.now();
    this.#waiting?.resolve();
  }

  #fail(why: string): void {
    this.#waiting?.reject(new Error(`a hook was not accepted: ${why}`));
  }
}

/**
 * Posts `count` hooks as fast as so many lanes can; returns the milliseconds that each took. A session has one lane: the hooks of a
 * client come one after the other, and one that overtakes another may be told as one event with it.
 */
export async function burst(target: Target, run: string, count: number, lanes: number): Promise<number[]> {
  if (SESSIONS % lanes !== 0) throw new Error(`${lanes} lanes cannot share ${SESSIONS} sessions`);
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async (_, first) => {
      const lane = new Lane(target);
      for (let n = first; n < count; n += lanes) times.push(await lane.post(hookBody(run, n)));
      lane.close();
    }),
  );
  return times;
}

/**
 * Posts hooks at a rate for a while, each on time whether or not the one before was answered, unless it is of the same session;
 * returns the milliseconds that each took.
 */
export async function steady(
  target: Target,
  run: string,
  perSec: number,
  seconds: number,
): Promise<number[]> {
  let idle: Lane[] = [];
  const times: number[] = [];
  const sessions: Promise<void>[] = [];
  const post = async (n: number): Promise<void> => {
    for (const old of idle) if (!old.isKept) old.close();
    idle = idle.filter(({ isKept }) => isKept);
    const lane = idle.pop() ?? new Lane(target);
    times.push(await lane.post(hookBody(run, n)));
    idle.push(lane);
  };
  const from = performance.now();
  const count = Math.round(perSec * seconds);
  for (let n = 0; n < count; n++) {
    const wait = from + (n * 1000) / perSec - performance.now();
    if (wait > 1) await delay(wait);
    sessions[n % SESSIONS] = (sessions[n % SESSIONS] ?? Promise.resolve()).then(() => post(n));
  }
  await Promise.all(sessions);
  for (const lane of idle) lane.close();
  return times;
}

const EVENT = '"timestamp":';
const SENT_AT = /"sentAt":"([\d.]+)"/g;

/** A WebSocket client that counts and times events without parsing them. */
export class Reader {
  /** Resolves once it is told of events; none has been counted by then. */
  readonly ready: Promise<void>;
  /** Milliseconds from a result's hook to here. */
  readonly delays: number[] = [];
  count = 0;
  bytes = 0;
  readonly #socket: net.Socket;
  readonly #isTimed: boolean;
  /** What the last chunk ended with: an event may begin in one and go on in the next. */
  #end: Buffer = Buffer.alloc(0);
  #text = '';
  #wanted: { readonly count: number; readonly resolve: () => void } | undefined;

  /** @param subscribe what it asks for; the control sends everything to everybody without being asked */
  constructor({ port, token }: Target, subscribe: object | undefined, isTimed = false) {
    this.#isTimed = isTimed;
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    if (subscribe) this.#socket.once('data', () => this.#socket.write(masked(JSON.stringify(subscribe))));
    this.ready = this.#hears(subscribe ? '"type":"subscribed"' : '"type":"snapshot"');
  }

  /** Resolves once so many events have come. @throws when for a while no more come */
  async received(count: number): Promise<void> {
    while (this.count < count) {
      const before = this.count;
      const all = new Promise<void>(resolve => {
        this.#wanted = { count, resolve };
      });
      await Promise.race([all, delay(PATIENCE_MS, undefined, { ref: false })]);
      if (this.count === before) throw new Error(`of ${count} events a client got ${before}`);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #hears(words: string): Promise<void> {
    let heard = '';
    return new Promise(resolve => {
      const hear = (chunk: Buffer): void => {
        heard += chunk.toString('latin1');
        if (!heard.includes(words)) return;
        this.#socket.off('data', hear).on('data', more => this.#take(more));
        resolve();
      };
      this.#socket.on('data', hear);
    });
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const bytes = Buffer.concat([this.#end, chunk]);
    for (let at = bytes.indexOf(EVENT); at >= 0; at = bytes.indexOf(EVENT, at + 1)) this.count++;
    this.#end = bytes.subarray(-(EVENT.length - 1));
    if (this.#isTimed) this.#time(this.#text + chunk.toString('latin1'));
    if (this.#wanted && this.count >= this.#wanted.count) this.#wanted.resolve();
  }

  #time(text: string): void {
    const now = performance.timeOrigin + performance.now();
    let from = text.length - 40;
    for (const { 0: all, 1: sentAt, index } of text.matchAll(SENT_AT)) {
      this.delays.push(now - Number(sentAt));
      from = Math.max(from, index + all.length);
    }
    this.#text = text.slice(Math.max(0, from));
  }
}

/** A client's text frame; the mask may be anything. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body]);
}
