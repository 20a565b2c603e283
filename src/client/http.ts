// Questions over HTTP: each has a time limit, and is asked again until then, for what is in the way of an answer may pass.
import { addressOf, overHttp, resolveFresh, sendable } from './address.ts';
import { fullJitter } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import { RefusedError, RequestError, TimeoutError } from './errors.ts';
import { errorIn, FINAL } from './refusal.ts';
import { onAbort } from './signals.ts';
import type { DialOptions } from './stream.ts';
import type { RequestOptions } from './types.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  /** Below the daemon's address, such as `/api/messages`. */
  readonly path: string;
  /** A function is asked for every try. */
  readonly query?: object | (() => object);
  /** Asked again after a failure, it MUST do no more than asked once. */
  readonly body?: object;
}

/** What one try led to: an answer, or what was in the way of it. */
type Outcome = { readonly answer: unknown } | { readonly trouble: string; readonly atOnce?: boolean };

/** How long the daemon keeps a question open at most, in milliseconds. */
const LONGEST_POLL_MS = 30_000;

/** The browser keeps what changes something from the daemon, as its page is of another origin. Nothing was sent. */
export class ForeignPageError extends RequestError {
  constructor(origin: string) {
    super(
      'forbidden_origin',
      `a page of another origin may only read from ${origin}; do this in a page of the daemon, or in a program that is none`,
    );
  }
}

export class Http {
  readonly clock: Clock;
  readonly #dial: DialOptions;
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();

  /** @param timeoutMs how long an answer may take unless the question says otherwise */
  constructor(dial: DialOptions, timeoutMs: number) {
    this.clock = dial.clock;
    this.#dial = dial;
    this.#timeoutMs = timeoutMs;
  }

  /** How long one question may wait at the daemon, in milliseconds: well before its silence would count as the end of it. */
  get pollMs(): number {
    return Math.min(LONGEST_POLL_MS, Math.floor(this.#dial.idleMs / 2));
  }

  /** @throws RequestError, TimeoutError, RefusedError, what it was closed with, the signal's reason */
  async ask<T>(question: Question, { timeoutMs = this.#timeoutMs, signal }: RequestOptions = {}): Promise<T> {
    const stop = new AbortController();
    const progress: { trouble?: string } = {};
    const late = (): void =>
      stop.abort(new TimeoutError(`${question.method} ${question.path}`, timeoutMs, progress.trouble));
    const timer = timeoutMs === Infinity ? undefined : this.clock.setTimeout(late, timeoutMs);
    const forget = [signal, this.#closing.signal].map(one => {
      if (one?.aborted) stop.abort(one.reason);
      return onAbort(one, () => stop.abort(one?.reason));
    });
    try {
      return (await Promise.race([this.#answer(question, stop.signal, progress), aborted(stop.signal)])) as T;
    } finally {
      stop.abort();
      this.clock.clearTimeout(timer);
      for (const one of forget) one();
    }
  }

  /** Whatever still waits for an answer, and whoever asks from now on, fails with this. */
  close(error: Error): void {
    this.#closing.abort(error);
  }

  async #answer(question: Question, signal: AbortSignal, progress: { trouble?: string }): Promise<unknown> {
    const { retryBaseMs, retryCapMs, random } = this.#dial;
    let refusals = 0;
    for (let failures = 0; !signal.aborted; ) {
      const outcome = await this.#try(question, signal, refusals);
      if ('answer' in outcome) return outcome.answer;
      progress.trouble = outcome.trouble;
      if (outcome.atOnce) refusals++;
      else await sleep(fullJitter(failures++, retryBaseMs, retryCapMs, random), signal, this.clock);
    }
    throw signal.reason;
  }

  async #try(question: Question, signal: AbortSignal, refusals: number): Promise<Outcome> {
    const dial = this.#dial;
    const where = await this.#where();
    if ('trouble' in where) return where;
    const { base, headers } = where;
    if (question.method === 'POST' && isForeign(base)) throw new ForeignPageError(base.origin);
    const { method, body } = question;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const silence = new AbortController();
    const timer = this.clock.setTimeout(() => silence.abort(), dial.idleMs);
    try {
      const response = await dial.fetch(targetOf(base, question), {
        method,
        headers: { ...headers, ...(text === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(text === undefined ? {} : { body: text }),
        redirect: 'manual',
        signal: AbortSignal.any([signal, silence.signal]),
      });
      const said = await response.json().catch(() => undefined);
      return judge(response.status, said, base.origin, refusals === 0 && typeof dial.token === 'function');
    } catch (error) {
      if (error instanceof RequestError || error instanceof RefusedError) throw error;
      return { trouble: `no daemon answers at ${base.origin}` };
    } finally {
      this.clock.clearTimeout(timer);
    }
  }

  async #where(): Promise<ReturnType<typeof overHttp> | { readonly trouble: string }> {
    const { url, token } = this.#dial;
    try {
      return overHttp(addressOf(await resolveFresh(url)), sendable(await resolveFresh(token)));
    } catch (error) {
      return { trouble: error instanceof Error ? error.message : String(error) };
    }
  }
}

/**
 * @param mayBeStale whether a refused token may have been replaced just now: a fresh one gets a second chance
 * @throws RefusedError, RequestError
 */
function judge(status: number, body: unknown, origin: string, mayBeStale: boolean): Outcome {
  if (status >= 200 && status < 300 && body !== undefined) return { answer: body };
  const { code, message = 'it gave no reason' } = errorIn(body);
  const trouble = `${origin} answered ${status || 'a redirect'}: ${message}`;
  if (code === undefined || code === 'draining') return { trouble };
  if (status === 401 && mayBeStale) return { trouble, atOnce: true };
  // 403 `forbidden` is about this message or name; the others are about the token or the page, whatever is asked.
  if (FINAL.has(status) && code !== 'forbidden') throw new RefusedError(status, code, message);
  throw new RequestError(code, message);
}

function targetOf(base: URL, { path, query = {} }: Question): URL {
  const target = new URL(path, base);
  for (const [name, value] of Object.entries(typeof query === 'function' ? query() : query))
    if (value !== undefined) target.searchParams.set(name, String(value));
  return target;
}

/** Whether this is a page that came from elsewhere, and a browser that keeps it from writing there. */
function isForeign(base: URL): boolean {
  const { location } = globalThis as { location?: { origin: string } };
  return location !== undefined && location.origin !== base.origin;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
