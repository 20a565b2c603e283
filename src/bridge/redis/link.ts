// A connection to Redis: entries that are added to streams, and streams that are read as one of a group.
import { setTimeout as delay } from 'node:timers/promises';
import { MultiErrorReply } from '@redis/client';
import type {
  Arrival,
  ConnectOptions,
  Link,
  NodeStatus,
  OutgoingEvent,
  StateBoard,
  WireMessage,
  WireReceipt,
} from '../driver.ts';
import { forEachName } from '../each-name.ts';
import { InTurn } from '../in-turn.ts';
import { sessionPart } from '../wire-name.ts';
import { readReceipt } from '../wire-receipt.ts';
import type { Client } from './client.ts';
import { type Fields, rawOf, readFields, writeFields } from './wire.ts';

/** About how many events a stream keeps. */
const EVENTS_MOST = 100_000;
/** Receipts that nobody fetches; the newest are kept. */
const RECEIPTS_MOST = 10_000;
/** How many entries of a stream are read at once. */
const READ_MOST = 50;
/** How long one read waits, in milliseconds. */
const BLOCK_MS = 5000;
/** After how long without an acknowledgement an entry of another one is taken over, in milliseconds, and how often that is looked at. */
const CLAIM = { idleMs: 60_000, everyMs: 10_000 };
/** How long what is shown of a node holds without a word of it, in milliseconds. */
const SHOWN_MS = 60_000;

const OFFLINE = JSON.stringify({ online: false });

const GROUP = 'hookline';
const NODES = 'hookline:nodes';
const eventsOf = (node: string): string => `hookline:events:${node}`;
const messagesOf = (name: string): string => `hookline:in:${name}`;
const receiptsOf = (node: string): string => `hookline:receipts:${node}`;
const sessionsOf = (node: string): string => `hookline:sessions:${node}`;

/** A stream that is read. */
interface Stream {
  readonly key: string;
  readonly group: string;
  /** Whether an entry is of no more use to anybody once it was taken. */
  readonly removes: boolean;
  readonly handle: (id: string, fields: Fields) => Promise<void>;
  /** After which of its own entries to read: those that were handed out before come first, then `>`, what is new. */
  after: string;
  /** Some of it is being handled: more is read when that is done. */
  isBusy: boolean;
}

interface Entry {
  readonly id: string;
  readonly message: Fields;
}

export class RedisLink implements Link {
  readonly lost: Promise<string>;
  readonly board: StateBoard;
  readonly #main: Client;
  /** Waits for entries, and does nothing else meanwhile. */
  readonly #reader: Client;
  readonly #options: ConnectOptions;
  readonly #turns: InTurn;
  readonly #streams = new Map<string, Stream>();
  #lose: (reason: string) => void = () => {};
  #readerId = 0;
  #isReading = false;
  #isClosed = false;
  /** Called when the reader begins its next read, with the streams as they are by then. */
  #onRound: (() => void)[] = [];
  #claiming: NodeJS.Timeout | undefined;

  constructor(main: Client, reader: Client, options: ConnectOptions) {
    this.#main = main;
    this.#reader = reader;
    this.#options = options;
    this.lost = new Promise(resolve => {
      this.#lose = resolve;
    });
    this.#turns = new InTurn(this.lost);
    for (const client of [main, reader]) {
      client.on('error', error => this.#lose(error instanceof Error ? error.message : String(error)));
      client.on('end', () => this.#lose('Redis closed the connection'));
    }
    this.board = this.#makeBoard();
  }

  /** @throws what Redis refuses */
  async open(): Promise<void> {
    const { node, patterns, hear, take } = this.#options;
    this.#readerId = await this.#reader.clientId();
    await this.#add(receiptsOf(node), GROUP, true, async (_, { json = '' }) => {
      const receipt = readReceipt(json);
      if (receipt !== undefined) hear(receipt);
    });
    // Others may read it too: it stays, and this node has a group of its own.
    for (const key of patterns)
      await this.#add(key, `${GROUP}-${node}`, false, (id, fields) => take(caught(key, id, fields)));
    this.#claiming = setInterval(() => void this.#claim().catch(() => {}), CLAIM.everyMs).unref();
    void this.#read();
  }

  async publish(events: readonly OutgoingEvent[]): Promise<void> {
    const key = eventsOf(this.#options.node);
    // All or none: a Redis that is full may refuse one, and take the next when there is room again.
    const all = this.#main.multi();
    for (const { id, type, sessionId, body } of events)
      all.xAdd(key, '*', { id, type, sessionId, event: body }, trimmed(EVENTS_MOST));
    await all.exec().catch(told);
  }

  async send(name: string, message: WireMessage): Promise<void> {
    // Nothing is trimmed: whoever takes a message removes it, and nobody else may.
    await this.#main.xAdd(messagesOf(name), '*', writeFields(name, message));
  }

  async tell(node: string, receipt: WireReceipt): Promise<void> {
    await this.#main.xAdd(receiptsOf(node), '*', { json: JSON.stringify(receipt) }, trimmed(RECEIPTS_MOST));
  }

  async consume(names: readonly string[]): Promise<void> {
    const wanted = new Set(names.map(messagesOf));
    const kept = new Set([receiptsOf(this.#options.node), ...this.#options.patterns]);
    for (const key of this.#streams.keys()) if (!wanted.has(key) && !kept.has(key)) this.#streams.delete(key);
    try {
      await forEachName(names, async name => {
        const key = messagesOf(name);
        if (this.#streams.has(key)) return;
        await this.#add(key, GROUP, true, (_, fields) =>
          this.#options.take({ name, raw: rawOf(fields), message: readFields(fields) }),
        );
      });
    } finally {
      await this.#nextRound();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#claiming);
    await this.#turns.end();
    if (this.#main.isReady) await this.#main.hSet(NODES, this.#options.node, OFFLINE).catch(() => {});
    this.#lose('it was closed');
    for (const client of [this.#main, this.#reader]) if (client.isOpen) client.destroy();
  }

  /** Reads a stream from now on; what came before, and was not taken, first. */
  async #add(key: string, group: string, removes: boolean, handle: Stream['handle']): Promise<void> {
    try {
      await this.#main.xGroupCreate(key, group, '0', { MKSTREAM: true });
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
    }
    this.#streams.set(key, { key, group, removes, handle, after: '0', isBusy: false });
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (!this.#isClosed) await this.#round();
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isReading = false;
      for (const called of this.#onRound.splice(0)) called();
    }
  }

  /** Reads once from everything of which nothing is being handled. A read waits for streams of one group only. */
  async #round(): Promise<void> {
    for (const called of this.#onRound.splice(0)) called();
    const free = [...this.#streams.values()].filter(({ isBusy }) => !isBusy);
    const old = free.filter(({ after }) => after !== '>');
    if (old.length > 0) return void (await Promise.all(old.map(stream => this.#readFrom([stream], 0))));
    const [first] = free;
    // With nothing to wait for, whatever is done next says so.
    if (first === undefined) return void (await delay(10, undefined, { ref: false }));
    const groups = new Set(free.map(({ group }) => group));
    const isOne = groups.size === 1;
    for (const group of groups)
      await this.#readFrom(
        free.filter(stream => stream.group === group),
        isOne ? BLOCK_MS : BLOCK_MS / 50,
      );
  }

  /** @param blockMs 0: does not wait */
  async #readFrom(streams: readonly Stream[], blockMs: number): Promise<void> {
    const [{ group } = { group: GROUP }] = streams;
    const asked = new Map(streams.map(stream => [stream, stream.after]));
    const found = await this.#reader.xReadGroup(
      group,
      this.#options.node,
      streams.map(({ key, after }) => ({ key, id: after })),
      { COUNT: READ_MOST, ...(blockMs > 0 ? { BLOCK: blockMs } : {}) },
    );
    const entries = (found ?? []) as unknown as { name: string; messages: Entry[] }[];
    for (const stream of streams) {
      const { messages = [] } = entries.find(({ name }) => name === stream.key) ?? {};
      // Something may have been taken over meanwhile, and is read from the beginning then.
      if (stream.after === asked.get(stream) && stream.after !== '>')
        stream.after = messages.at(-1)?.id ?? '>';
      this.#handle(stream, messages);
    }
  }

  #handle(stream: Stream, entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    stream.isBusy = true;
    for (const { id, message } of entries)
      this.#turns.add(stream.key, async () => {
        // One that was taken away by hand while it waited here.
        if (message !== null) await stream.handle(id, message);
        await this.#done(stream, id);
      });
    this.#turns.add(stream.key, async () => {
      stream.isBusy = false;
      void this.#wake();
    });
  }

  async #done({ key, group, removes }: Stream, id: string): Promise<void> {
    if (!removes) return void (await this.#main.xAck(key, group, id));
    await this.#main.multi().xAck(key, group, id).xDel(key, id).exec();
  }

  /** Takes over what somebody else was handed and never acknowledged. */
  async #claim(): Promise<void> {
    for (const stream of this.#streams.values()) {
      if (stream.isBusy) continue;
      const { messages } = await this.#main.xAutoClaim(
        ...([stream.key, stream.group, this.#options.node, CLAIM.idleMs, '0-0'] as const),
        { COUNT: READ_MOST },
      );
      // They are its own now, and read as what was handed out before.
      if (messages.length > 0) stream.after = '0';
    }
    await this.#wake();
  }

  /** Ends a read that waits, so that the next one has the streams as they are now. */
  async #wake(): Promise<void> {
    await this.#main.sendCommand(['CLIENT', 'UNBLOCK', String(this.#readerId)]).catch(() => {});
  }

  /** Resolves once a read has begun that knows of everything before. */
  async #nextRound(): Promise<void> {
    if (!this.#isReading) return;
    let isThere = false;
    const begun = new Promise<void>(resolve => {
      this.#onRound.push(() => {
        isThere = true;
        resolve();
      });
    });
    // A read may begin just after it was woken for nothing: it is woken until one has begun.
    while (!isThere && !this.#isClosed) {
      await this.#wake();
      await Promise.race([begun, delay(20, undefined, { ref: false })]);
    }
  }

  /** Redis forgets nobody by itself: what is shown says until when it holds, and sessions go then. */
  #makeBoard(): StateBoard {
    const { node } = this.#options;
    const key = sessionsOf(node);
    return {
      announce: async (status: NodeStatus) => {
        const shown = { ...status, until: Date.now() + SHOWN_MS };
        const all = this.#main.multi().hSet(NODES, node, JSON.stringify(shown)).pExpire(key, SHOWN_MS);
        await all.exec().catch(told);
      },
      announceSession: async (id, state) => {
        const part = sessionPart(id);
        if (state === undefined) return void (await this.#main.hDel(key, part));
        await this.#main.multi().hSet(key, part, state).pExpire(key, SHOWN_MS).exec().catch(told);
      },
      announcedSessions: async () => this.#main.hKeys(key),
    };
  }
}

/** Of several commands: what Redis said of the first that failed, where the library only counts them. @throws always */
function told(error: unknown): never {
  throw error instanceof MultiErrorReply ? (error.errors().next().value ?? error) : error;
}

/** About so many entries are kept. */
const trimmed = (most: number) =>
  ({ TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: most } }) as const;

/** What is nobody's message: its fields as they are, or its text where it has one. */
function caught(key: string, id: string, fields: Fields): Arrival {
  const raw = fields['message'] ?? rawOf(fields);
  return { name: key, raw, message: { id: `${key}:${id}`, message: raw, metadata: { topic: key } } };
}
