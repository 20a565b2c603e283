// Which consumer reads over which connection: who follows the present shares one, everybody else has one of his own.
import type { Position } from '../protocol/index.ts';
import type { RefusedError } from './errors.ts';
import type { Guest } from './protocol-session.ts';
import type { Reader } from './reader.ts';
import { type DialOptions, type Flow, Stream } from './stream.ts';
import { asksForHooks } from './topics.ts';
import type { Status } from './types.ts';

export interface ConnectionsOptions {
  readonly dial: DialOptions;
  /** Uses the shared connection besides the consumers. */
  readonly guest: Guest;
  readonly onStatus: (status: Status) => void;
  /** The daemon refuses this client for good. */
  readonly onFatal: (error: RefusedError) => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #places = new Map<object, Stream>();
  #shared: Stream | undefined;
  #status: Status = { state: 'idle', failures: 0 };

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get status(): Status {
    return this.#status;
  }

  /** Why the shared connection is not live, as far as is known. */
  get trouble(): string | undefined {
    return this.#shared?.trouble;
  }

  /** Gives a consumer its connection. */
  place(consumer: Reader & Flow, from: 'now' | 'oldest' | Position): void {
    // Whoever matches an event both ways gets the normal form, so these cannot share: each would get the other's form.
    if (from !== 'now' || consumer.topics.some(asksForHooks)) return this.#placeAlone(consumer, from, false);
    const shared = this.share();
    this.#places.set(consumer, shared);
    shared.add(consumer);
  }

  /** Lets a consumer go on from a position, wherever it was. */
  move(consumer: Reader & Flow, position: Position): void {
    this.leave(consumer);
    this.#placeAlone(consumer, position, true);
  }

  /** Gives a guest a connection of its own. */
  invite(guest: Guest & Flow): void {
    this.#places.set(guest, this.#open({ guest, flow: guest }));
  }

  leave(one: object): void {
    const stream = this.#places.get(one);
    this.#places.delete(one);
    if (stream === undefined) return;
    if (stream === this.#shared) return stream.remove(one as Reader);
    stream.close();
    this.#update();
  }

  /** The connection that is shared, opened if need be. */
  share(): Stream {
    const { guest } = this.#options;
    this.#shared ??= this.#open({ guest, onFull: reader => this.#isolate(reader as Reader & Flow) });
    return this.#shared;
  }

  /** Ends all of it. */
  close(reason?: string): void {
    for (const stream of this.#all()) stream.close();
    this.#set({
      state: 'closed',
      failures: this.#status.failures,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** A consumer that is slower than the others goes on alone, from where it is. */
  #isolate(consumer: Reader & Flow): void {
    const position = this.#shared?.position;
    if (position !== undefined) this.move(consumer, position);
  }

  #placeAlone(consumer: Reader & Flow, from: 'now' | 'oldest' | Position, begun: boolean): void {
    const stream = this.#open({ from, flow: consumer });
    this.#places.set(consumer, stream);
    stream.add(consumer, begun);
  }

  #open(
    options: Pick<ConstructorParameters<typeof Stream>[0], 'from' | 'guest' | 'flow' | 'onFull'>,
  ): Stream {
    const { dial, onFatal } = this.#options;
    return new Stream({ ...options, dial, onFatal, onStatus: () => this.#update() });
  }

  #all(): Set<Stream> {
    return new Set([...this.#places.values(), ...(this.#shared === undefined ? [] : [this.#shared])]);
  }

  #update(): void {
    this.#set(combine([...this.#all()].map(stream => stream.status)));
  }

  #set(status: Status): void {
    const { state, reason, failures } = this.#status;
    const same = state === status.state && reason === status.reason && failures === status.failures;
    if (same || state === 'closed') return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

/** The status of them all: what is worst about any of them. */
function combine(statuses: readonly Status[]): Status {
  for (const state of ['waiting', 'connecting', 'live'] as const) {
    const found = statuses.find(status => status.state === state);
    if (found !== undefined) return found;
  }
  return { state: 'idle', failures: 0 };
}
