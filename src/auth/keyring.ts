// Who may do what: tokens to scopes, compared in constant time, and browser cookies made from the token.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type Claim, proofOf } from './proof.ts';
import type { Tokens } from './tokens.ts';

export type Scope = 'read' | 'control' | 'ingest' | 'send';

const MAIN: ReadonlySet<Scope> = new Set(['read', 'control', 'ingest', 'send']);
const HOOK: ReadonlySet<Scope> = new Set(['ingest']);
const BROWSER: ReadonlySet<Scope> = new Set(['read', 'control', 'send']);

/** How long a browser stays logged in, in milliseconds. */
export const COOKIE_MS = 30 * 24 * 3600 * 1000;

const digest = (value: string): Buffer => hash('sha256', value, 'buffer');

export class Keyring {
  #tokens: Tokens;
  #main: Buffer;
  #hook: Buffer;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#main = digest(tokens.main);
    this.#hook = digest(tokens.hook);
  }

  get tokens(): Tokens {
    return this.#tokens;
  }

  replace(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#main = digest(tokens.main);
    this.#hook = digest(tokens.hook);
  }

  /** The scopes of a token, undefined for one that is not ours. Both are always compared, digest by digest. */
  scopes(token: string): ReadonlySet<Scope> | undefined {
    const given = digest(token);
    const isMain = timingSafeEqual(given, this.#main);
    const isHook = timingSafeEqual(given, this.#hook);
    return isMain ? MAIN : isHook ? HOOK : undefined;
  }

  /** A cookie value that lasts `COOKIE_MS`, survives a restart of the daemon, and dies with the token. */
  makeCookie(now: number): string {
    const expires = String(now + COOKIE_MS);
    return `${expires}.${this.#sign(expires)}`;
  }

  cookieScopes(value: string, now: number): ReadonlySet<Scope> | undefined {
    const [expires = '', signature = ''] = value.split('.');
    const genuine = timingSafeEqual(digest(signature), digest(this.#sign(expires)));
    return genuine && Number(expires) > now ? BROWSER : undefined;
  }

  /** The answer to somebody who has the main token too, and wants to know whether we do before showing it. */
  prove(claim: Claim): string {
    return proofOf(this.#tokens.main, claim);
  }

  #sign(expires: string): string {
    return createHmac('sha256', this.#tokens.main).update(`cookie ${expires}`).digest('hex');
  }
}
