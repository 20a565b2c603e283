// Links that open one request, for a phone: each works once, and what it leaves in the browser is good for that request alone.
import { randomBytes } from 'node:crypto';
import type { Access } from './access.ts';

/** How long a link may wait to be opened, and how long what it left in a browser is good for, in milliseconds: as long as a request can wait. */
export const LINK_MS = 600_000;

/** Most links that wait to be opened, and most that were: of more the oldest are worth nothing any more. */
const MOST = 1000;

/** What a link lets its visitor see and answer, until the access ends by which it was made. */
export interface Link {
  readonly requestId: string;
  /** Of who made it. */
  readonly access: Access;
}

interface Kept extends Link {
  /** By a clock that never jumps. */
  readonly expires: number;
}

export class AnswerLinks {
  readonly #tickets = new Map<string, Kept>();
  readonly #keys = new Map<string, Kept>();

  /** A ticket for a link: 64 hex digits. @param now in milliseconds, by a clock that never jumps; so everywhere here */
  issue(link: Link, now: number): string {
    return keep(this.#tickets, link, now);
  }

  /** What a ticket stands for, and a key for the browser that opened it: once, and not when it is too old. */
  open(ticket: string, now: number): (Link & { readonly key: string }) | undefined {
    const link = valid(this.#tickets, ticket, now);
    this.#tickets.delete(ticket);
    return link && { ...link, key: keep(this.#keys, link, now) };
  }

  /** What a key is good for; undefined for one that is not, or is for another request. */
  find(key: string, requestId: string, now: number): Link | undefined {
    const link = valid(this.#keys, key, now);
    return link?.requestId === requestId ? link : undefined;
  }
}

function keep(kept: Map<string, Kept>, { requestId, access }: Link, now: number): string {
  for (const [secret, { expires }] of kept)
    if (expires <= now || kept.size >= MOST) kept.delete(secret);
    else break;
  const secret = randomBytes(32).toString('hex');
  kept.set(secret, { requestId, access, expires: now + LINK_MS });
  return secret;
}

function valid(kept: ReadonlyMap<string, Kept>, secret: string, now: number): Link | undefined {
  const link = kept.get(secret);
  return link !== undefined && link.expires > now && !link.access.hasEnded ? link : undefined;
}
