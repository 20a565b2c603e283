// Who may do what: tokens to scopes, compared in constant time, and browser cookies made from the token.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { Access, type Scope } from './access.ts';
import type { Grants } from './grants.ts';
import { type Claim, proofOf } from './proof.ts';
import type { Visitor } from './tickets.ts';
import type { Tokens } from './tokens.ts';

const MAIN: readonly Scope[] = ['read', 'control', 'ingest', 'send', 'approve'];
const HOOK: readonly Scope[] = ['ingest'];
const BROWSER: readonly Scope[] = ['read', 'control', 'send', 'approve'];
const ONLOOKER: readonly Scope[] = ['read'];
/** Where no token is needed: all but what runs something in the user's name. */
const ANYBODY: readonly Scope[] = MAIN.filter(scope => scope !== 'approve');

const VISITORS: readonly Visitor[] = ['user', 'onlooker'];
/** What stands before a time that is signed. */
const SIGNED: Record<Visitor, string> = { user: 'cookie', onlooker: 'cookie of an onlooker' };

/** As whom the dashboard writes. */
const DASHBOARD = 'hookline-dashboard';

/** How long a browser stays logged in, in milliseconds. */
export const COOKIE_MS = 30 * 24 * 3600 * 1000;

const digest = (value: string): Buffer => hash('sha256', value, 'buffer');

/** The user's own tokens, and what they are good for until they are replaced. */
const keysOf = (tokens: Tokens) => ({
  own: Object.values(tokens) as readonly string[],
  /** Of the two, which come with every hook. They are found by a hash that nobody knows the seed of, not by their digits. */
  digests: new Map(Object.values(tokens).map(token => [token, digest(token)])),
  main: { digest: digest(tokens.main), access: new Access(MAIN) },
  hook: { digest: digest(tokens.hook), access: new Access(HOOK) },
  user: new Access(BROWSER, { holder: 'page', speaksAs: DASHBOARD }),
  onlooker: new Access(ONLOOKER, { holder: 'page' }),
  anybody: new Access(ANYBODY, { holder: 'anybody' }),
});

export class Keyring {
  readonly #grants: Pick<Grants, 'access'> | undefined;
  #tokens: Tokens;
  #keys: ReturnType<typeof keysOf>;

  /** @param grants tokens that were made for others. Default: none */
  constructor(tokens: Tokens, grants?: Pick<Grants, 'access'>) {
    this.#grants = grants;
    this.#tokens = tokens;
    this.#keys = keysOf(tokens);
  }

  get tokens(): Tokens {
    return this.#tokens;
  }

  /** Both of them; the same list until they are replaced. */
  get ownTokens(): readonly string[] {
    return this.#keys.own;
  }

  /** What anybody may do where no token is needed. */
  get anybody(): Access {
    return this.#keys.anybody;
  }

  /** The tokens before, and cookies made from them, are worth nothing from now on; those of others stay as they are. */
  replace(tokens: Tokens): void {
    const { main, hook, user, onlooker, anybody } = this.#keys;
    this.#tokens = tokens;
    this.#keys = keysOf(tokens);
    for (const access of [main.access, hook.access, user, onlooker, anybody]) access.end();
  }

  /** What a token is good for, undefined for one that is not valid. Our own are always compared, both, digest by digest. */
  access(token: string): Access | undefined {
    const { digests, main, hook } = this.#keys;
    const given = digests.get(token) ?? digest(token);
    const isMain = timingSafeEqual(given, main.digest);
    const isHook = timingSafeEqual(given, hook.digest);
    if (isMain) return main.access;
    return isHook ? hook.access : this.#grants?.access(token);
  }

  /** A cookie value that lasts `COOKIE_MS`, survives a restart of the daemon, and dies with the token. */
  makeCookie(visitor: Visitor, now: number): string {
    const expires = String(now + COOKIE_MS);
    return `${expires}.${this.#sign(visitor, expires)}`;
  }

  /** What a cookie is good for: its signature says for whom it was made. */
  cookieAccess(value: string, now: number): Access | undefined {
    const [expires = '', signature = ''] = value.split('.');
    const given = digest(signature);
    const [visitor] = VISITORS.filter(one => timingSafeEqual(given, digest(this.#sign(one, expires))));
    return visitor && Number(expires) > now ? this.#keys[visitor] : undefined;
  }

  /** The answer to somebody who has the main token too, and wants to know whether we do before showing it. */
  prove(claim: Claim): string {
    return proofOf(this.#tokens.main, claim);
  }

  #sign(visitor: Visitor, expires: string): string {
    return createHmac('sha256', this.#tokens.main).update(`${SIGNED[visitor]} ${expires}`).digest('hex');
  }
}
