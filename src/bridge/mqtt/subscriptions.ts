// What is subscribed to, and which of it something came by: a broker sends it once for each subscription that catches it.
import type { IConnackPacket, MqttClient } from 'mqtt';
import { forEachName } from '../each-name.ts';
import { catches, nameOfTopic } from './topics.ts';

/** Why something came. `own` is what this hookline itself has at the broker. */
export type Reason = 'own' | 'name' | { readonly pattern: string };

/** Subscription identifiers; those of patterns follow from their text, so that one of an earlier configuration is told from them. */
const OWN = 1;
const NAME = 2;
const FIRST_PATTERN = 16;
/** Identifiers are up to 268,435,455 (MQTT 5, 3.8.2.1.2). */
const PATTERNS = 0x0fff_ffff - FIRST_PATTERN;

export class Subscriptions {
  readonly #client: MqttClient;
  readonly #patterns: ReadonlyMap<number, string>;
  #hasIds = true;

  constructor(client: MqttClient, patterns: readonly string[]) {
    this.#client = client;
    this.#patterns = new Map(patterns.map(pattern => [idOf(pattern), pattern]));
  }

  /** Keeps to what the broker said it can do. */
  limit({ properties }: IConnackPacket): void {
    this.#hasIds = properties?.subscriptionIdentifiersAvailable !== false;
  }

  /** @throws what the broker refuses */
  async addOwn(topic: string, qos: 0 | 1): Promise<void> {
    // What is retained there is sent each time.
    await this.#subscribe([topic], OWN, qos, 0);
  }

  /** @throws NamesError for those that the broker refuses, once it has granted the others */
  async addNames(topics: readonly string[]): Promise<void> {
    try {
      await this.#subscribe(topics, NAME);
    } catch {
      // Which of them it was, the client does not tell.
      await forEachName(topics, topic => this.#subscribe([topic], NAME));
    }
  }

  /** @throws what the broker refuses */
  async addPatterns(): Promise<void> {
    for (const [id, pattern] of this.#patterns) await this.#subscribe([pattern], id);
  }

  /** @throws when the connection is lost meanwhile */
  async remove(topics: readonly string[]): Promise<void> {
    if (topics.length > 0) await this.#client.unsubscribeAsync([...topics]);
  }

  /** Empty for what an earlier configuration has subscribed to, and the session at the broker still is. */
  reasonsFor(topic: string, ids: readonly number[]): Reason[] {
    if (ids.length > 0) return ids.map(id => this.#reasonOf(id)).filter(reason => reason !== undefined);
    const patterns = [...this.#patterns.values()].filter(pattern => catches(pattern, topic));
    const isName = nameOfTopic(topic) !== undefined;
    const own: Reason[] = isName ? ['name'] : ['own'];
    return [...own, ...patterns.map(pattern => ({ pattern }))];
  }

  #reasonOf(id: number): Reason | undefined {
    if (id === OWN) return 'own';
    if (id === NAME) return 'name';
    const pattern = this.#patterns.get(id);
    return pattern === undefined ? undefined : { pattern };
  }

  /** @param rh whether what is retained is sent: 0 each time, 1 when it was not subscribed to before */
  async #subscribe(topics: readonly string[], id: number, qos: 0 | 1 = 1, rh = 1): Promise<void> {
    if (topics.length === 0) return;
    const properties = this.#hasIds ? { properties: { subscriptionIdentifier: id } } : {};
    try {
      await this.#client.subscribeAsync([...topics], { qos, rh, ...properties });
    } catch (error) {
      const [topic, ...more] = topics;
      const what = more.length === 0 ? topic : `${topic} and ${more.length} more`;
      throw new Error(`the broker does not let us have ${what}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** The same for a pattern at any time: FNV-1a, cut to what identifiers may be. */
function idOf(pattern: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(pattern)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return FIRST_PATTERN + (hash % PATTERNS);
}
