// Room for large request bodies: a few are taken in at a time, so that any number of them needs the memory of a few.

/** How many are taken in at a time. */
const PLACES = 2;
/** How often it is looked whether a body comes while others wait for its place, in milliseconds, and how much of it has to, in bytes. */
const PATIENCE_MS = 10_000;
const LEAST = 1024 * 1024;

/** Somebody with a large body. */
export interface Guest {
  /** How much of it is there, in bytes. */
  readonly size: number;
  /** It has a place now. */
  begin(): void;
  /** It came too slowly while others waited, and has no place any more. */
  evict(): void;
}

export interface RoomOptions {
  /** Default 10,000. */
  readonly patienceMs?: number;
}

export class Room {
  readonly #patienceMs: number;
  readonly #waiting = new Set<Guest>();
  /** Who has a place, and what looks after a sender that is not done. */
  readonly #inside = new Map<Guest, NodeJS.Timeout>();

  constructor({ patienceMs = PATIENCE_MS }: RoomOptions = {}) {
    this.#patienceMs = patienceMs;
  }

  /** Everybody gets a place in turn, and MUST leave, also while still waiting for one. */
  enter(guest: Guest): void {
    this.#waiting.add(guest);
    this.#admit();
  }

  /** All of the body is there; what goes on with it is not up to its sender. */
  sent(guest: Guest): void {
    clearInterval(this.#inside.get(guest));
  }

  /** Of one who was never here nothing is to be done. */
  leave(guest: Guest): void {
    this.sent(guest);
    this.#waiting.delete(guest);
    if (this.#inside.delete(guest)) this.#admit();
  }

  #admit(): void {
    for (const guest of this.#waiting) {
      if (this.#inside.size >= PLACES) return;
      this.#waiting.delete(guest);
      let size = 0;
      const watch = setInterval(() => {
        if (this.#waiting.size > 0 && guest.size - size < LEAST) this.#evict(guest);
        size = guest.size;
      }, this.#patienceMs);
      this.#inside.set(guest, watch.unref());
      guest.begin();
    }
  }

  #evict(guest: Guest): void {
    this.leave(guest);
    guest.evict();
  }
}
