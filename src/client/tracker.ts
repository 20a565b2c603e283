// Follows one subscription's position through the messages of the daemon; knows no socket.
import type {
  EventEnvelope,
  Position,
  ResumeReason,
  ServerMessage,
  ServerMessageOf,
} from '../protocol/index.ts';
import { SubscriptionError } from './errors.ts';
import type { Item } from './types.ts';

type Snapshot = ServerMessageOf<'snapshot'>;

/** What a message means for the connection. */
export interface Outcome {
  readonly items: readonly Item[];
  /** The subscription stands: events follow. */
  readonly live?: true;
  /** A fresh snapshot has to be asked for. */
  readonly needSnapshot?: true;
  /** Something was lost on the way: reconnect and resume. */
  readonly lost?: string;
  /** Trying again would change nothing. */
  readonly fatal?: Error;
}

const NOTHING: Outcome = { items: [] };

/** Why a position cannot be resumed on the daemon that sent this snapshot; undefined when it can. */
export function whyNotResumable(position: Position, snapshot: Snapshot): ResumeReason | undefined {
  if (position.epoch !== snapshot.epoch) return 'epoch_changed';
  if (position.seq > snapshot.seq) return 'future';
  if (position.seq + 1 < snapshot.oldestSeq) return 'evicted';
  return undefined;
}

export class Tracker {
  /** Everything up to here was received (or can never be); undefined before the first `subscribed`. */
  position: Position | undefined;
  /** The position the daemon told last on this connection, which the next batch must name as its `prev`. */
  #told = 0;
  /** Where this connection asked to go on. */
  #asked: Position | undefined;

  constructor(since: Position | undefined) {
    this.position = since;
  }

  /** A new connection subscribes with this `since` (if any), which means it stands at `position`. Returns `since`. */
  begin(since: Position | undefined, position: Position): Position | undefined {
    this.#asked = since;
    this.position = position;
    return since;
  }

  receive(message: ServerMessage | EventEnvelope): Outcome {
    switch (message.type) {
      case 'subscribed':
        return this.#subscribed(message as ServerMessageOf<'subscribed'>);
      case 'events':
        return this.#events(message as ServerMessageOf<'events'>);
      case 'position':
        this.#advance((message as ServerMessageOf<'position'>).seq);
        return NOTHING;
      case 'gap':
        return this.#gap(message as ServerMessageOf<'gap'>);
      case 'snapshot':
        return { items: [{ kind: 'snapshot', snapshot: message as Snapshot }] };
      case 'error':
        return refused(message as ServerMessageOf<'error'>);
      default:
        return NOTHING; // A newer daemon may say more than this client understands.
    }
  }

  #subscribed({ epoch, seq, recovered, reason }: ServerMessageOf<'subscribed'>): Outcome {
    const from = this.#asked;
    this.position = { epoch, seq };
    this.#told = seq;
    if (recovered !== false || from === undefined) return { items: [], live: true };
    const reset: Item = { kind: 'reset', reason: reason ?? 'epoch_changed', from, to: { epoch, seq } };
    return { items: [reset], live: true, needSnapshot: true };
  }

  #events({ prev, to, events }: ServerMessageOf<'events'>): Outcome {
    if (prev !== this.#told && prev !== this.position?.seq) {
      return {
        items: [],
        lost: `a batch continues from seq ${prev}, but this client stands at ${this.position?.seq}`,
      };
    }
    this.#advance(to);
    return { items: events.map(event => ({ kind: 'event', event })) };
  }

  #gap({ from, to, reason }: ServerMessageOf<'gap'>): Outcome {
    // The next batch may count from before the gap or from after it; resuming always goes on after it.
    if (this.position !== undefined && to > this.position.seq) this.position = { ...this.position, seq: to };
    return { items: [{ kind: 'gap', from, to, reason }] };
  }

  #advance(seq: number): void {
    this.#told = seq;
    if (this.position !== undefined) this.position = { ...this.position, seq };
  }
}

/** Errors that pass are retried; the others end the connection. */
function refused({ code, message }: ServerMessageOf<'error'>): Outcome {
  if (code === 'internal' || code === 'rate_limited') return { items: [], lost: message };
  return { items: [], fatal: new SubscriptionError(code, message) };
}
