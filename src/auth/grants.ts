// The tokens that the user made for others, as a running daemon knows them: what their file says, at once.
import { isSettled, isUnchanged, type Stamp, stampOf, statOf } from '../regular-file.ts';
import { Access } from './access.ts';
import {
  digestOf,
  type Grant,
  type Granted,
  type GrantInfo,
  infoOf,
  isExpired,
  isGrantForm,
  type NewGrant,
} from './grant.ts';
import { addGrant, grantsFileOf, readGrants, removeGrant } from './grant-file.ts';

export interface GrantsOptions {
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Live {
  readonly grant: Grant;
  readonly access: Access;
  lastUsedAt?: number;
}

export class Grants {
  readonly #options: GrantsOptions;
  /** By the digest of the token. */
  #live = new Map<string, Live>();
  #stamp: Stamp | undefined;
  #isSettled = false;
  #problem: string | undefined;

  constructor(options: GrantsOptions) {
    this.#options = options;
    this.#read();
  }

  /** Why none of the tokens is valid; undefined while nothing is wrong with their file. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** What a token is good for. It is looked up by its digest, so how long that takes says nothing about any other. */
  access(token: string): Access | undefined {
    const live = isGrantForm(token) ? this.#live.get(digestOf(token)) : undefined;
    const now = this.#options.now();
    if (live === undefined || live.access.hasEnded || isExpired(live.grant, now)) return undefined;
    live.lastUsedAt = now;
    return live.access;
  }

  /** @throws GrantError conflict, not_durable */
  create(asked: NewGrant): Granted {
    const granted = addGrant(this.#options.home, asked, this.#options.now());
    this.#read();
    return granted;
  }

  /** Those who use it are told at once. @throws GrantError not_found, not_durable */
  revoke(name: string): void {
    removeGrant(this.#options.home, name);
    this.#read();
  }

  /** Those whose time is up too: they are there until they are revoked. @throws GrantError not_durable */
  list(): GrantInfo[] {
    return readGrants(this.#options.home).map(grant => {
      const lastUsedAt = this.#live.get(grant.digest)?.lastUsedAt;
      return { ...infoOf(grant), ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
    });
  }

  /** Looks whether the file was changed by somebody else, and whose time is up. */
  look(): void {
    const now = this.#stampNow();
    const isSame = now === undefined ? this.#stamp === undefined : isUnchanged(this.#stamp, now);
    if (!isSame || !this.#isSettled) this.#read();
    for (const { grant, access } of this.#live.values())
      if (isExpired(grant, this.#options.now()) && !access.hasEnded) access.end();
  }

  /** Whatever the file does not say any more, or says in other words, has ended; all of it where it cannot be read. */
  #read(): void {
    this.#stamp = this.#stampNow();
    this.#isSettled = this.#stamp === undefined || isSettled(this.#stamp);
    const before = this.#live;
    this.#live = new Map(this.#grants().map(grant => [grant.digest, asBefore(before, grant)]));
    const kept = new Set(this.#live.values());
    for (const live of before.values()) if (!kept.has(live)) live.access.end();
  }

  #grants(): Grant[] {
    try {
      const grants = readGrants(this.#options.home);
      this.#problem = undefined;
      return grants;
    } catch (error) {
      this.#problem = (error as Error).message;
      return [];
    }
  }

  #stampNow(): Stamp | undefined {
    const stat = statOf(grantsFileOf(this.#options.home));
    return stat && stampOf(stat);
  }
}

function asBefore(before: ReadonlyMap<string, Live>, grant: Grant): Live {
  const known = before.get(grant.digest);
  if (known && JSON.stringify(known.grant) === JSON.stringify(grant)) return known;
  const { name, scopes, to, from } = grant;
  return { grant, access: new Access(scopes, { reach: { name, to, from } }) };
}
