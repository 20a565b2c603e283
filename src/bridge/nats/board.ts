// Shows how a hookline and its sessions stand, in a key-value bucket. What nobody says any more is gone there within a minute.
import type { JetStreamClient } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NodeStatus, StateBoard } from '../driver.ts';
import { NatsError, wordsOf } from './refusal.ts';

const BUCKET = 'hookline_nodes';
/** How long an entry stays that is not said again, in milliseconds: the server has no last will. */
const STAYS_MS = 60_000;
/** How often all sessions are said again, in milliseconds. */
const AGAIN_MS = 20_000;
/** The same for the node itself: whoever does not hear it for a while takes it for away. */
const ALIVE_MS = 8000;

/** The bucket, made if need be: whoever comes first makes it, and a server refuses who comes later and wants another one. */
export const openBucket = (jetstream: JetStreamClient): Promise<KV> =>
  new Kvm(jetstream).create(BUCKET, {
    ...{ description: 'How hooklines and their sessions stand', history: 1, ttl: STAYS_MS },
  });

export class Board implements StateBoard {
  readonly #jetstream: JetStreamClient;
  readonly #node: string;
  #status: NodeStatus | undefined;
  /** What was told of sessions last, by key. */
  readonly #told = new Map<string, string>();
  readonly #timers: readonly NodeJS.Timeout[];
  #bucket: Promise<KV> | undefined;

  constructor(jetstream: JetStreamClient, node: string) {
    this.#jetstream = jetstream;
    this.#node = node;
    this.#timers = [
      setInterval(() => void this.#tellStatus().catch(() => {}), ALIVE_MS).unref(),
      setInterval(() => void this.#tellAgain().catch(() => {}), AGAIN_MS).unref(),
    ];
  }

  async announce(status: NodeStatus): Promise<void> {
    this.#status = status;
    await this.#tellStatus();
  }

  async announceSession(id: string, state: string | undefined): Promise<void> {
    const key = this.#sessionKey(id);
    if (state !== undefined) {
      this.#told.set(key, state);
      return this.#put(key, state);
    }
    this.#told.delete(key);
    await this.#do('taken away', bucket => bucket.purge(key));
  }

  announcedSessions(): Promise<readonly string[]> {
    return this.#do('listed', async bucket => {
      const ids: string[] = [];
      for await (const key of await bucket.keys(this.#sessionKey('*')))
        ids.push(key.slice(this.#sessionKey('').length));
      return ids;
    });
  }

  /** Says that the node is away, when it ever said that it is there. MUST NOT be used after that. */
  async close(): Promise<void> {
    this.leave();
    this.#told.clear();
    if (this.#status !== undefined) await this.#put(this.#node, '{"online":false}');
  }

  /** Says nothing any more by itself. */
  leave(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #sessionKey(id: string): string {
    return `${this.#node}.sessions.${id}`;
  }

  async #tellStatus(): Promise<void> {
    if (this.#status === undefined) return;
    const until = Date.now() + STAYS_MS;
    await this.#put(this.#node, JSON.stringify({ ...this.#status, until }));
  }

  async #put(key: string, value: string): Promise<void> {
    await this.#do('written', bucket => bucket.put(key, value));
  }

  async #tellAgain(): Promise<void> {
    for (const key of [...this.#told.keys()]) {
      const value = this.#told.get(key);
      if (value !== undefined) await this.#put(key, value);
    }
  }

  async #do<T>(what: string, work: (bucket: KV) => Promise<T>): Promise<T> {
    this.#bucket ??= openBucket(this.#jetstream);
    try {
      return await work(await this.#bucket);
    } catch (error) {
      this.#bucket = undefined;
      throw new NatsError(`the bucket ${BUCKET} could not be ${what}: ${wordsOf(error)}`, error);
    }
  }
}
