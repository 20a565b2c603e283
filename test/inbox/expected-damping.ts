// What damping has to make of messages, told again in the simplest words: everything that was ever sent, counted anew each time.

export interface Sending {
  readonly from: string;
  /** The recipients. */
  readonly names: readonly string[];
  readonly text: string;
  readonly key: string | undefined;
}

export interface Verdict {
  readonly is: 'taken' | 'repeat' | 'same text' | 'too fast';
  /** Those of the recipients for whom it is held. */
  readonly held: readonly string[];
}

/** A message that was taken in. */
export interface Taken extends Sending {
  readonly daemon: number;
  readonly uptime: number;
  readonly order: number;
  /** Once its sender was told. */
  id?: string;
  isLost?: boolean;
}

export class ExpectedDamping {
  readonly #sessions: ReadonlySet<string>;
  readonly #damped: ReadonlySet<string>;
  readonly #taken: Taken[] = [];
  /** By session, when somebody typed something there last. */
  readonly #typed = new Map<string, number>();
  /** The how manieth daemon this is. */
  #daemon = 0;
  #order = 0;

  /** @param damped those senders that are, besides sessions */
  constructor(sessions: readonly string[], damped: readonly string[]) {
    this.#sessions = new Set(sessions);
    this.#damped = new Set([...sessions, ...damped]);
  }

  /**
   * @param uptime milliseconds of a clock that never jumps
   * @param isOver whether a message came to its end without arriving
   */
  judge(sending: Sending, uptime: number, isOver: (taken: Taken) => boolean): [Verdict, Taken | undefined] {
    const { from, names, text, key } = sending;
    const kept = this.#taken.filter(one => one.isLost !== true);
    const isLike = (one: Taken): boolean => one.from === from && String(one.names) === String(names);
    if (key !== undefined && kept.some(one => isLike(one) && one.key === key))
      return [{ is: 'repeat', held: [] }, undefined];
    const here = kept.filter(one => one.daemon === this.#daemon);
    const within = (ms: number) => here.filter(one => one.from === from && one.uptime > uptime - ms);
    const isExchange = this.#sessions.has(from) && names.some(name => this.#sessions.has(name));
    const same = within(30_000).findLast(one => isLike(one) && one.text === text);
    if (isExchange && key === undefined && same && !isOver(same))
      return [{ is: 'same text', held: [] }, undefined];
    const isTooFast =
      within(60_000).length >= 60 ||
      names.some(name => within(10_000).filter(one => one.names.includes(name)).length >= 10);
    if (this.#damped.has(from) && isTooFast) return [{ is: 'too fast', held: [] }, undefined];
    const held = isExchange ? names.filter(name => this.#between(kept, from, name) >= 20) : [];
    const taken: Taken = { ...sending, daemon: this.#daemon, uptime, order: this.#order++ };
    this.#taken.push(taken);
    return [{ is: 'taken', held }, taken];
  }

  typed(session: string): void {
    this.#typed.set(session, this.#order++);
  }

  /** What nobody was told of is lost. */
  crash(): void {
    this.#daemon++;
    for (const one of this.#taken) if (one.id === undefined) one.isLost = true;
  }

  /** How many messages there are between two since somebody typed something in one of them. */
  #between(kept: readonly Taken[], a: string, b: string): number {
    if (!this.#sessions.has(b)) return 0;
    const typed = Math.max(this.#typed.get(a) ?? -1, this.#typed.get(b) ?? -1);
    return kept.filter(
      ({ from, names, order }) =>
        order > typed && ((from === a && names.includes(b)) || (from === b && names.includes(a))),
    ).length;
  }
}
