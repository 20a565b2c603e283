// The conversation over one link: the daemon greets, the client subscribes, events follow.
import type {
  ClientMessage,
  EventEnvelope,
  Position,
  ServerMessage,
  ServerMessageOf,
} from '../protocol/index.ts';
import type { Link } from './link.ts';
import { type Tracker, whyNotResumable } from './tracker.ts';
import type { ConnectOptions, Item } from './types.ts';

/** Where a conversation puts what it learns. */
interface Sink {
  readonly push: (item: Item, position: Position | undefined) => void;
  readonly live: () => void;
}

export class Talk {
  /** The stream is flowing as it should. */
  fine = false;
  /** What makes every further try pointless. */
  fatal: Error | undefined;
  readonly #options: ConnectOptions;
  readonly #tracker: Tracker;
  readonly #sink: Sink;
  #greeted = false;

  constructor(options: ConnectOptions, tracker: Tracker, sink: Sink) {
    this.#options = options;
    this.#tracker = tracker;
    this.#sink = sink;
  }

  onMessage(message: ServerMessage | EventEnvelope, link: Link): void {
    if (!this.#greeted) {
      if (message.type !== 'snapshot') return;
      this.#greeted = true;
      void this.#begin(message as ServerMessageOf<'snapshot'>, link);
      return;
    }
    const { items, live, needSnapshot, lost, fatal } = this.#tracker.receive(message);
    for (const item of items) this.#sink.push(item, positionAfter(item, this.#tracker.position));
    if (live) this.#sink.live();
    if (needSnapshot) link.send({ type: 'get_snapshot' });
    if (message.type === 'events' || message.type === 'position') this.fine = lost === undefined;
    this.fatal = fatal;
    if (fatal !== undefined) link.close(1000, fatal.message);
    else if (lost !== undefined) link.close(1000, lost);
  }

  async #begin(snapshot: ServerMessageOf<'snapshot'>, link: Link): Promise<void> {
    try {
      link.send(this.#subscribe(await this.#startFrom(snapshot)));
    } catch (error) {
      link.close(1000, `onReset failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #subscribe(since: Position | undefined): ClientMessage {
    const { topics, sessionId } = this.#options;
    return {
      type: 'subscribe',
      topics: [...topics],
      batch: true,
      ...(sessionId === undefined
        ? {}
        : { sessionId: typeof sessionId === 'string' ? sessionId : [...sessionId] }),
      ...(since === undefined ? {} : { since }),
    };
  }

  /** Where to subscribe from; undefined is the snapshot, which the program then gets first. */
  async #startFrom(snapshot: ServerMessageOf<'snapshot'>): Promise<Position | undefined> {
    const from = this.#tracker.position;
    const fresh: Position = { epoch: snapshot.epoch, seq: snapshot.seq };
    if (from !== undefined) {
      const reason = whyNotResumable(from, snapshot);
      if (reason === undefined) return this.#tracker.begin(from, from);
      const chosen = await this.#options.onReset?.({ reason, from, snapshot });
      const to = chosen ?? fresh;
      this.#sink.push({ kind: 'reset', reason, from, to }, to);
      if (chosen !== undefined) return this.#tracker.begin(chosen, chosen);
    }
    this.#sink.push({ kind: 'snapshot', snapshot }, fresh);
    return this.#tracker.begin(undefined, fresh);
  }
}

/** An event stands for itself; everything else for wherever the stream stands. */
function positionAfter(item: Item, position: Position | undefined): Position | undefined {
  return item.kind === 'event' && position !== undefined ? { ...position, seq: item.event.seq } : position;
}
