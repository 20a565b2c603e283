// Clients of different kinds that follow the stream through every kill, and know what each of them should have got.
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { connect as connectClient, type Position, type SocketConstructor } from '../../src/client/index.ts';
import type { Frame } from '../support/frames.ts';
import type { Daemon, Place } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

/** One client, through all its connections. */
export interface Follower {
  readonly name: string;
  /** Everything it got, in the order it came. */
  readonly received: readonly Frame[];
  /** Comes back to where it was: it MUST be told that nothing is lost. */
  resume(daemon: Daemon): Promise<void>;
  /** The daemon is gone: takes in what had arrived. */
  lost(): Promise<void>;
  /** Waits until nothing up to there can still be to come. */
  reach(seq: number): Promise<void>;
  close(): Promise<void>;
  /** Whether it wants an event of the log, by its normal form. */
  wants(event: Frame): boolean;
}

interface Kind {
  readonly name: string;
  readonly subscribe: { readonly topics: string[]; readonly sessionId?: string; readonly batch?: boolean };
  readonly wants: (event: Frame) => boolean;
}

/** Follows by WebSocket, and keeps nothing but the seq it saw last, whatever frame that was in. */
export class SocketFollower implements Follower {
  readonly name: string;
  readonly received: Frame[] = [];
  readonly wants: (event: Frame) => boolean;
  readonly #subscribe: Kind['subscribe'];
  readonly #epoch: string;
  #position = 0;
  #client: Client | undefined;
  #read = 0;

  constructor({ name, subscribe, wants }: Kind, epoch: string) {
    this.name = name;
    this.wants = wants;
    this.#subscribe = subscribe;
    this.#epoch = epoch;
  }

  async resume(daemon: Daemon): Promise<void> {
    const since = { epoch: this.#epoch, seq: this.#position };
    this.#client = await connect(daemon);
    const reply = await this.#client.ask({ type: 'subscribe', ...this.#subscribe, since });
    expect(reply, this.name).toMatchObject({ type: 'subscribed', recovered: true, ...since });
    // What came before was about a connection that stood somewhere else.
    this.#read = this.#client.frames.indexOf(reply);
  }

  async lost(): Promise<void> {
    await this.#client?.closed;
    this.#take();
  }

  async reach(seq: number): Promise<void> {
    await until(`${this.name} has reached ${seq}`, async () => {
      const pong = await this.#client?.ask({ type: 'ping' });
      return (pong?.seq ?? 0) >= seq;
    });
    this.#take();
  }

  async close(): Promise<void> {
    this.#client?.close();
  }

  /** Reads on in the frames that came. */
  #take(): void {
    const frames = this.#client?.frames ?? [];
    for (; this.#read < frames.length; this.#read++) {
      const frame = frames[this.#read];
      if (frame) this.#see(frame);
    }
  }

  #see(frame: Frame): void {
    expect(['gap', 'error'], this.name).not.toContain(frame.type);
    if (frame.type === 'snapshot') return;
    if (frame.type === 'events') {
      expect(frame['prev'], `${this.name}: what it was told last`).toBe(this.#position);
      this.received.push(...(frame['events'] as Frame[]));
      this.#position = Number(frame['to']);
    } else if (frame.seq !== undefined) {
      expect(frame.seq, this.name).toBeGreaterThanOrEqual(this.#position);
      this.#position = frame.seq;
      if ('timestamp' in frame) this.received.push(frame);
    }
  }
}

/** Follows by Server-Sent Events, and comes back with the last id. */
export class EventSourceFollower implements Follower {
  readonly name = 'server-sent events';
  readonly received: Frame[] = [];
  readonly #topics: string;
  readonly wants: (event: Frame) => boolean;
  #lastId: string;
  #reading: Promise<void> = Promise.resolve();
  #abort = new AbortController();

  constructor(topics: string, wants: (event: Frame) => boolean, epoch: string) {
    this.#topics = topics;
    this.wants = wants;
    this.#lastId = `${epoch}:0`;
  }

  async resume(daemon: Daemon): Promise<void> {
    this.#abort = new AbortController();
    const response = await fetch(`${daemon.url}/events?topics=${encodeURIComponent(this.#topics)}`, {
      headers: { authorization: `Bearer ${daemon.token}`, 'last-event-id': this.#lastId },
      signal: this.#abort.signal,
    });
    expect(response.status).toBe(200);
    this.#reading = this.#read(response);
  }

  lost(): Promise<void> {
    return this.#reading;
  }

  async reach(seq: number): Promise<void> {
    await until(`${this.name} has reached ${seq}`, () => Number(this.#lastId.split(':')[1]) >= seq);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) this.#see(message);
      }
    } catch {
      // The daemon was killed, or the test is over.
    }
  }

  #see(message: string): void {
    const fields = new Map(message.split('\n').map(line => line.split(/: (.*)/s) as [string, string]));
    expect(['reset', 'gap'], this.name).not.toContain(fields.get('event'));
    this.#lastId = fields.get('id') ?? this.#lastId;
    if (!fields.has('event')) this.received.push(JSON.parse(fields.get('data') ?? '') as Frame);
  }
}

/** Follows with the client library, as a program that just loops; it comes back by itself. */
export class LibraryFollower implements Follower {
  readonly name = 'the client library';
  readonly received: Frame[] = [];
  readonly wants: (event: Frame) => boolean;
  readonly #client: ReturnType<typeof connectClient>;
  readonly #looping: Promise<void>;
  #position: () => Position | undefined = () => undefined;

  constructor(topics: string[], wants: (event: Frame) => boolean, place: Place, epoch: string) {
    this.wants = wants;
    const read = (file: string): string => fs.readFileSync(path.join(place.hooklineHome, file), 'utf8');
    this.#client = connectClient({
      url: () => `${(JSON.parse(read('daemon.json')) as { url: string }).url.replace('http', 'ws')}/ws`,
      token: read('token').trim(),
      WebSocket: WebSocket as unknown as SocketConstructor,
      retryBaseMs: 20,
      retryCapMs: 100,
    });
    this.#looping = this.#loop(topics, epoch);
    // Told where it is waited for.
    this.#looping.catch(() => {});
  }

  async resume(): Promise<void> {}

  async lost(): Promise<void> {}

  async reach(seq: number): Promise<void> {
    await until(`${this.name} has reached ${seq}`, () => (this.#position()?.seq ?? 0) >= seq);
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#looping;
  }

  async #loop(topics: string[], epoch: string): Promise<void> {
    const events = this.#client.events(topics, { from: { epoch, seq: 0 } });
    this.#position = () => events.position;
    for await (const event of events) this.received.push(event as unknown as Frame);
  }
}

const ofTools = ({ type }: Frame): boolean => type.startsWith('tool.');

/** One of each kind. */
export function makeFollowers(place: Place, epoch: string): Follower[] {
  const everything = (): boolean => true;
  return [
    new SocketFollower({ name: 'everything', subscribe: { topics: ['**'] }, wants: everything }, epoch),
    new SocketFollower(
      {
        name: 'a narrow glob of one session, in batches',
        subscribe: { topics: ['tool.*'], sessionId: 's3', batch: true },
        wants: event => ofTools(event) && event.sessionId === 's3',
      },
      epoch,
    ),
    new SocketFollower(
      { name: 'everything in batches', subscribe: { topics: ['**'], batch: true }, wants: everything },
      epoch,
    ),
    new SocketFollower(
      {
        name: 'what hardly ever happens',
        subscribe: { topics: ['session.*', 'system.*'] },
        wants: ({ type }) => /^(session|system)\./.test(type),
      },
      epoch,
    ),
    new EventSourceFollower('tool.*', ofTools, epoch),
    new LibraryFollower(['**'], everything, place, epoch),
  ];
}
