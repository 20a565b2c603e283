// Shows how this hookline and its sessions stand in retained topics; the broker itself takes the node away, by its last will.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeStatus, StateBoard } from '../driver.ts';
import type { Publisher } from './publisher.ts';
import type { Subscriptions } from './subscriptions.ts';
import { topicOfSessions, topicOfStatus } from './topics.ts';

/** How long to wait for what is retained, in milliseconds, of a broker that drops what it need not keep. */
const PATIENCE_MS = 5000;
const JSON_TYPE = { retain: true, properties: { contentType: 'application/json' } };

export class MqttBoard implements StateBoard {
  readonly #node: string;
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;
  #looking: { readonly found: Set<string>; readonly mark: string; readonly end: () => void } | undefined;

  constructor(node: string, publisher: Publisher, subscriptions: Subscriptions) {
    this.#node = node;
    this.#publisher = publisher;
    this.#subscriptions = subscriptions;
  }

  async announce(status: NodeStatus): Promise<void> {
    await this.#publisher.publish(topicOfStatus(this.#node), JSON.stringify(status), JSON_TYPE);
  }

  async announceSession(id: string, state: string | undefined): Promise<void> {
    await this.#publisher.publish(`${topicOfSessions(this.#node)}/${id}`, state ?? '', JSON_TYPE);
  }

  /** Has the broker send what is retained, and then a mark: it sends in order. */
  async announcedSessions(): Promise<readonly string[]> {
    const topic = topicOfSessions(this.#node);
    const found = new Set<string>();
    const mark = randomUUID();
    const ended = new Promise<void>(end => {
      this.#looking = { found, mark, end };
    });
    await this.#subscriptions.addOwn(`${topic}/#`, 0);
    await this.#publisher.publish(topic, mark);
    await Promise.race([ended, delay(PATIENCE_MS, undefined, { ref: false })]);
    this.#looking = undefined;
    await this.#subscriptions.remove([`${topic}/#`]);
    return [...found];
  }

  /** What came at a topic of this hookline's own. */
  hear(topic: string, body: string): void {
    const root = topicOfSessions(this.#node);
    if (topic === root && body === this.#looking?.mark) this.#looking.end();
    else if (topic.startsWith(`${root}/`) && body !== '')
      this.#looking?.found.add(topic.slice(root.length + 1));
  }
}
