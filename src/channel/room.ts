// A room: who is in it, what is given to them, and what is known of its arrival.
import { addressOfRoom, type Inbox, InboxError } from '../inbox/index.ts';
import { History } from './history.ts';
import { type InboxEvent, isNew, PATH } from './inbox-event.ts';

export interface RoomOptions {
  readonly name: string;
  readonly inbox: Inbox;
}

/** Messages that are given at a time: more are once somebody has these. */
const GIVEN_MOST = 50;
/** How long somebody may take to have one, in milliseconds; then it waits again. */
const LEASE_MS = 15_000;

export class Room {
  readonly name: string;
  readonly history: History;
  readonly #address: string;
  readonly #inbox: Inbox;
  /** Given, and not known to have arrived. */
  readonly #given = new Set<string>();
  #size = 0;
  #isGiving = false;

  constructor({ name, inbox }: RoomOptions) {
    this.name = name;
    this.#inbox = inbox;
    this.#address = addressOfRoom(name);
    this.history = new History(name, inbox.view);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  enter(): void {
    this.#size++;
  }

  leave(): void {
    this.#size--;
  }

  /** Gives what waits to whoever is here: the log tells each of them. */
  async give(): Promise<void> {
    if (this.#isGiving) return;
    this.#isGiving = true;
    try {
      for (;;) {
        const max = this.isEmpty ? 0 : GIVEN_MOST - this.#given.size;
        const messages =
          max <= 0 ? [] : await this.#inbox.take(this.#address, { max, leaseMs: LEASE_MS, path: PATH });
        for (const { id } of messages) this.#given.add(id);
        if (messages.length === 0) return;
      }
    } finally {
      this.#isGiving = false;
    }
  }

  /** Somebody has these. What was given back meanwhile is given once more. */
  async arrived(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) this.#given.delete(id);
    await Promise.all(ids.map(id => this.#acknowledge(id)));
    await this.give();
  }

  /** Something became of a message that is for the room, or from it. */
  note(event: InboxEvent): void {
    const { messageId, name, state, path } = event;
    if (isNew(event)) this.history.note(messageId, event.type);
    if (name === this.#address && !(state === 'accepted' && path === PATH)) this.#given.delete(messageId);
  }

  async #acknowledge(id: string): Promise<void> {
    try {
      await this.#inbox.ack(id, this.#address, PATH);
    } catch (error) {
      if (!(error instanceof InboxError)) throw error;
    }
  }
}
