// Single-use tickets that log a browser in without the token ever being in a URL.
import { randomBytes } from 'node:crypto';

/** How long a ticket may wait to be used, in milliseconds. */
export const TICKET_MS = 30_000;

const MOST = 100;

export class Tickets {
  readonly #expires = new Map<string, number>();

  issue(now: number): string {
    for (const [ticket, expires] of this.#expires) {
      if (expires <= now || this.#expires.size >= MOST) this.#expires.delete(ticket);
    }
    const ticket = randomBytes(32).toString('hex');
    this.#expires.set(ticket, now + TICKET_MS);
    return ticket;
  }

  /** True once for a ticket that is not too old. */
  redeem(ticket: string, now: number): boolean {
    const expires = this.#expires.get(ticket);
    this.#expires.delete(ticket);
    return expires !== undefined && expires > now;
  }

  clear(): void {
    this.#expires.clear();
  }
}
