// Two sessions that write to each other on and on, and nobody has typed anything: how many messages that are by now.

export interface LoopsOptions {
  /** When the newest messages between two were sent, those on record, the newest first: at most so many. */
  readonly onRecord: (a: string, b: string, most: number) => readonly number[];
  /** When somebody last typed something into one of these sessions, if that was since then; both in milliseconds since 1970. */
  readonly lastTyped: (sessions: readonly string[], since: number) => number | undefined;
}

interface Pair {
  readonly sessions: readonly [string, string];
  /** When the newest were sent since somebody typed something, the oldest first, in milliseconds since 1970. */
  times: readonly number[];
}

/** Messages between two sessions, in both directions, until it counts as a loop. */
const MOST = 20;
/** Pairs remembered; what is not is looked up in the messages on record. */
const REMEMBERED = 1000;

export class Loops {
  readonly #options: LoopsOptions;
  /** The one that was asked about last is last. */
  readonly #pairs = new Map<string, Pair>();

  constructor(options: LoopsOptions) {
    this.#options = options;
  }

  /** Whether so many went between the two already that one more has to wait for somebody. */
  isLoop(a: string, b: string): boolean {
    return this.#pair(a, b).times.length >= MOST;
  }

  /** One more went. */
  count(a: string, b: string, at: number): void {
    const pair = this.#pair(a, b);
    pair.times = [...pair.times, at].slice(-MOST);
  }

  /** Somebody typed something in a session: what was sent by then does not count any more. */
  typed(session: string, at: number): void {
    for (const pair of this.#pairs.values())
      if (pair.sessions.includes(session)) pair.times = pair.times.filter(time => time > at);
  }

  #pair(a: string, b: string): Pair {
    const key = [a, b].sort().join(' ');
    const pair = this.#pairs.get(key) ?? { sessions: [a, b], times: this.#timesOnRecord(a, b) };
    this.#pairs.delete(key);
    this.#pairs.set(key, pair);
    const [oldest] = this.#pairs.size > REMEMBERED ? this.#pairs.keys() : [];
    if (oldest !== undefined) this.#pairs.delete(oldest);
    return pair;
  }

  #timesOnRecord(a: string, b: string): number[] {
    const times = this.#options.onRecord(a, b, MOST);
    const oldest = times.at(-1);
    const typedAt = oldest === undefined ? undefined : this.#options.lastTyped([a, b], oldest);
    return times.filter(time => typedAt === undefined || time > typedAt).toReversed();
  }
}
