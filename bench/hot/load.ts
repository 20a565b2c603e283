// The load of the benchmarks: hooks over raw sockets and readers that only count, so that the machine is left to the daemon.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Target {
  readonly port: number;
  readonly token: string;
}

const SESSIONS = 64;
const OUTPUT = '✓ src/orders/rounding.test.ts (14 tests) 212 ms\n'.repeat(12);

/** The body of the n-th hook: calls of many sessions, so that no result can overtake its use, however many lanes there are. */
export function hookBody(run: string, n: number): string {
  const session = n % SESSIONS;
  const step = Math.floor(n / SESSIONS);
  const common = {
    session_id: `8dd92b6f-83dd-4922-a1da-${run}${String(session).padStart(4, '0')}`,
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
  #answered: () => void = () => {};
  #text = '';

  constructor({ port, token }: Target) {
    this.#head = `POST /hook HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', chunk => {
      this.#text += chunk.toString('latin1');
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? Number.NaN);
      const isWhole = Number.isNaN(length)
        ? this.#text.endsWith('0\r\n\r\n')
        : this.#text.length >= end + 4 + length;
      if (!isWhole) return;
      if (!this.#text.startsWith('HTTP/1.1 202'))
        throw new Error(`a hook was answered ${this.#text.slice(0, 200)}`);
      this.#text = '';
      this.#answered();
    });
  }

  /** Resolves with the milliseconds until the answer. */
  post(body: string): Promise<number> {
    const from = performance.now();
    return new Promise(resolve => {
      this.#answered = () => resolve(performance.now() - from);
      this.#socket.write(`${this.#head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Posts `count` hooks as fast as so many lanes can. */
export async function burst(target: Target, run: string, count: number, lanes: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const lane = new Lane(target);
      while (next < count) await lane.post(hookBody(run, next++));
      lane.close();
    }),
  );
}

/** Posts hooks at a rate for a while, each on time whether or not the one before was answered; returns what each took. */
export async function steady(
  target: Target,
  run: string,
  perSec: number,
  seconds: number,
): Promise<number[]> {
  const idle: Lane[] = [];
  const times: number[] = [];
  const posts: Promise<void>[] = [];
  const from = performance.now();
  const count = Math.round(perSec * seconds);
  for (let n = 0; n < count; n++) {
    const wait = from + (n * 1000) / perSec - performance.now();
    if (wait > 1) await delay(wait);
    const lane = idle.pop() ?? new Lane(target);
    posts.push(
      lane.post(hookBody(run, n)).then(ms => {
        times.push(ms);
        idle.push(lane);
      }),
    );
  }
  await Promise.all(posts);
  for (const lane of idle) lane.close();
  return times;
}

/** A WebSocket client that counts and times events without parsing them. */
export class Reader {
  readonly ready: Promise<void>;
  /** Milliseconds from a result's hook to here. */
  readonly delays: number[] = [];
  count = 0;
  readonly #socket: net.Socket;
  readonly #isTimed: boolean;
  #wake: () => void = () => {};

  constructor({ port, token }: Target, subscribe: object | undefined, isTimed = false) {
    this.#isTimed = isTimed;
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    this.ready = new Promise(resolve => {
      this.#socket.once('data', () => {
        if (subscribe) this.#socket.write(masked(JSON.stringify(subscribe)));
        this.#socket.on('data', chunk => this.#take(chunk));
        // The snapshot, and the answer to the subscription, may be in other chunks.
        setTimeout(() => {
          this.count = 0;
          resolve();
        }, 300);
      });
    });
  }

  async received(count: number): Promise<void> {
    while (this.count < count)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    for (let at = chunk.indexOf('"timestamp":'); at >= 0; at = chunk.indexOf('"timestamp":', at + 1))
      this.count++;
    if (this.#isTimed) {
      const now = performance.timeOrigin + performance.now();
      for (const [, sentAt] of chunk.toString('latin1').matchAll(/"sentAt":"([\d.]+)"/g))
        this.delays.push(now - Number(sentAt));
    }
    this.#wake();
  }
}

/** A client's text frame; the mask may be anything. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  if (body.length > 125) throw new Error('a subscription that long was not thought of');
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
