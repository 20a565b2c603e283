// Posts something to a URL somewhere else: one try, within a limit of time, and no redirect is followed.
import { withDeadline } from './deadline.ts';
import { VERSION } from './version.ts';

/** What came of a try. */
export type Posted =
  | { readonly kind: 'done' }
  /** `again`: another try may help, after at least `afterMs` milliseconds. `status` where it was answered. */
  | {
      readonly kind: 'failed';
      readonly why: string;
      readonly again: boolean;
      readonly afterMs?: number;
      readonly status?: number;
    }
  /** It was not brought to an end, because somebody ended it. */
  | { readonly kind: 'interrupted' };

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Milliseconds the answer may take; undefined for ever. */
  readonly timeoutMs: number | undefined;
  readonly kill: AbortSignal;
}

const INTERRUPTED: Posted = { kind: 'interrupted' };
/** Most milliseconds a receiver may ask to wait before the next try. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Answers of 5xx, 408 and 429 and trouble with the network may pass; every other answer but 2xx is final. Of the URL no more than its
 * origin gets into what it says: path and query may hold a secret.
 */
export async function post(url: string, { headers, body, timeoutMs, kill }: PostOptions): Promise<Posted> {
  if (kill.aborted) return INTERRUPTED;
  try {
    return await withDeadline(timeoutMs, [kill], async signal => {
      const response = await fetch(url, {
        ...{ method: 'POST', redirect: 'manual', signal, body },
        headers: { 'user-agent': `hookline/${VERSION}`, ...headers },
      });
      await response.body?.cancel().catch(() => {});
      return verdict(url, response);
    });
  } catch (error) {
    if (kill.aborted) return INTERRUPTED;
    const { name, message, cause } = error as Error;
    const reason =
      name === 'TimeoutError' ? `no answer within ${(timeoutMs ?? 0) / 1000} s` : causeOf(cause, message);
    return { kind: 'failed', why: `POST ${originOf(url)}: ${reason}`, again: true };
  }
}

function verdict(url: string, { status, headers }: Response): Posted {
  if (status >= 200 && status < 300) return { kind: 'done' };
  const again = status >= 500 || status === 429 || status === 408;
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed, so give the new URL' : '';
  const after = again ? retryAfterMs(headers.get('retry-after'), Date.now()) : undefined;
  return {
    kind: 'failed',
    why: `POST ${originOf(url)} was answered ${status}${redirect}`,
    again,
    status,
    ...(after === undefined ? {} : { afterMs: after }),
  };
}

/** Milliseconds of a `Retry-After` header, which has seconds or a date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function causeOf(cause: unknown, message: string): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? message;
}
