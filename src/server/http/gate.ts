// The one gate every request and upgrade passes: Host, then Origin, then the token and its scope.
import type { IncomingMessage } from 'node:http';
import type { Access, Keyring, Scope } from '../../auth/index.ts';
import { SUBPROTOCOL } from '../../protocol/index.ts';
import { HttpError } from './http-error.ts';

export interface GateOptions {
  readonly keyring: Keyring;
  /** False: everybody may do everything (`--no-auth`, loopback only). Host and Origin are checked all the same. */
  readonly auth: boolean;
  /** The address the daemon is bound to, with the port it really got. */
  readonly bound: () => { readonly host: string; readonly port: number };
  /** Further values of Host (with port) and Origin, by explicit configuration. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly now: () => number;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
}

/** How a token may come, besides the Authorization header, and whether it is needed in any case. */
export interface CredentialPlaces {
  readonly query?: boolean;
  readonly subprotocol?: boolean;
  readonly cookie?: boolean;
  /** With `--no-auth` too: what is given away outlives that. */
  readonly always?: boolean;
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export class Gate {
  readonly #options: GateOptions;
  #ours: { readonly port: number; readonly hosts: ReadonlySet<string> } | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Checks where a request believes it goes and which page sent it.
   * The raw headers are read, because parsed ones hide that a header came twice.
   *
   * @throws HttpError wrong_host (421), forbidden_origin (403)
   */
  checkRoute(request: IncomingMessage): void {
    const hosts = rawValues(request, 'host');
    const host = hosts[0]?.toLowerCase();
    const target = request.url ?? '';
    if (hosts.length !== 1 || host === undefined || !target.startsWith('/') || !this.#hosts().has(host)) {
      throw new HttpError(
        'wrong_host',
        'this request names another host than this daemon; use its own address, or list the host under allowedHosts in config.json',
      );
    }
    const origins = rawValues(request, 'origin');
    if (origins.length === 0) return;
    const [origin] = origins;
    const ours =
      origin === `http://${host}` || (origin !== undefined && this.#options.allowedOrigins.includes(origin));
    if (origins.length > 1 || !ours) {
      throw new HttpError(
        'forbidden_origin',
        'a web page of another origin may not talk to hookline; list its origin under allowedOrigins in config.json if it is yours',
      );
    }
  }

  /** The foreign origin a request comes from, when the configuration names it; `checkRoute` has let it through. */
  allowedOrigin(request: IncomingMessage): string | undefined {
    const [origin, ...others] = rawValues(request, 'origin');
    const named = origin !== undefined && this.#options.allowedOrigins.includes(origin);
    return named && others.length === 0 ? origin : undefined;
  }

  /**
   * Checks the token and that it reaches as far as `scope`; says what else it is good for.
   *
   * @throws HttpError unauthorized (401), forbidden_scope (403)
   */
  authorize(request: IncomingMessage, scope: Scope, places: CredentialPlaces = {}): Access {
    const { auth, keyring, self } = this.#options;
    const shown = this.#access(request, places);
    // Nobody answers in the user's place who does not show that they may.
    const access = auth || places.always || shown?.scopes.has('approve') ? shown : keyring.anybody;
    if (!access) {
      throw new HttpError(
        'unauthorized',
        `a valid token is needed: send "Authorization: Bearer <token>"; \`${self} token\` prints it, \`${self} open\` logs a browser in`,
      );
    }
    if (!access.scopes.has(scope)) {
      throw new HttpError(
        'forbidden_scope',
        `this token may not do this (scope ${scope}); use the one that \`${self} token\` prints`,
      );
    }
    return access;
  }

  #hosts(): ReadonlySet<string> {
    const { host, port } = this.#options.bound();
    if (this.#ours?.port !== port) this.#ours = { port, hosts: this.#hostsAt(host, port) };
    return this.#ours.hosts;
  }

  #hostsAt(host: string, port: number): ReadonlySet<string> {
    const bound = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const names = [...LOOPBACK_NAMES, bound.toLowerCase()];
    const ours = names.flatMap(name => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
    return new Set([...ours, ...this.#options.allowedHosts.map(name => name.toLowerCase())]);
  }

  #access(request: IncomingMessage, places: CredentialPlaces): Access | undefined {
    const { keyring, now } = this.#options;
    const token =
      bearer(request) ??
      (places.query ? queryToken(request) : undefined) ??
      (places.subprotocol ? protocolToken(request) : undefined);
    if (token !== undefined) return keyring.access(token);
    const cookie = places.cookie ? cookieOf(request, cookieName(this.#options.bound().port)) : undefined;
    return cookie === undefined ? undefined : keyring.cookieAccess(cookie, now());
  }
}

/** Cookies ignore ports, so the name has the port in it: two daemons on one host do not log each other out. */
export function cookieName(port: number): string {
  return `hookline_${port}`;
}

/** The values of a header as they came over the wire. */
export function rawValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    // Most differ in length already, and every request is looked through several times.
    if (header?.length === name.length && header.toLowerCase() === name)
      values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** The subprotocols a client offers, in order. */
export function offeredProtocols(request: IncomingMessage): string[] {
  return rawValues(request, 'sec-websocket-protocol').flatMap(value =>
    value.split(',').map(one => one.trim()),
  );
}

function bearer(request: IncomingMessage): string | undefined {
  const values = rawValues(request, 'authorization');
  if (values.length === 0) return undefined;
  // Which of two would count is anybody's guess, so neither does.
  const [value = ''] = values.length === 1 ? values : [];
  return /^Bearer +(\S+) *$/i.exec(value)?.[1] ?? '';
}

function queryToken(request: IncomingMessage): string | undefined {
  return new URLSearchParams(request.url?.split('?')[1] ?? '').get('token') ?? undefined;
}

function protocolToken(request: IncomingMessage): string | undefined {
  const offered = offeredProtocols(request);
  if (!offered.includes(SUBPROTOCOL)) return undefined;
  return offered.find(one => one.startsWith('bearer.'))?.slice('bearer.'.length);
}

/** The value of a cookie that a page of ours sent; undefined when it is another page's doing, or there is none. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  return sameOrigin(request) ? readCookie(request, name) : undefined;
}

// A page on another port of this host is "same site" to a cookie. Browsers say where a request comes from.
function sameOrigin(request: IncomingMessage): boolean {
  return rawValues(request, 'sec-fetch-site').every(site => site === 'same-origin' || site === 'none');
}

function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of rawValues(request, 'cookie').join(';').split(';')) {
    const [key, value] = pair.split('=', 2);
    if (key?.trim() === name) return value?.trim();
  }
  return undefined;
}
