// Single-use tickets that log a browser in without the token ever being in a URL.
import { randomBytes } from 'node:crypto';

/** How long a ticket may wait to be used, in milliseconds. */
export const TICKET_MS = 30_000;

const MOST = 100;

/** What a browser may do: what the user may, or look. */
export type Visitor = 'user' | 'onlooker';

interface Issued {
  readonly visitor: Visitor;
  readonly expires: number;
}

export class Tickets {
  readonly #issued = new Map<string, Issued>();

  issue(visitor: Visitor, now: number): string {
    for (const [ticket, { expires }] of this.#issued) {
      if (expires <= now || this.#issued.size >= MOST) this.#issued.delete(ticket);
    }
    const ticket = randomBytes(32).toString('hex');
    this.#issued.set(ticket, { visitor, expires: now + TICKET_MS });
    return ticket;
  }

  /** Whom a ticket lets in: once, and not when it is too old. */
  redeem(ticket: string, now: number): Visitor | undefined {
    const issued = this.#issued.get(ticket);
    this.#issued.delete(ticket);
    return issued !== undefined && issued.expires > now ? issued.visitor : undefined;
  }

  clear(): void {
    this.#issued.clear();
  }
}
