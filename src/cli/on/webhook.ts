// Posts an event to a URL.
import { withDeadline } from '../../deadline.ts';
import { VERSION } from '../../version.ts';
import { DONE, INTERRUPTED, type Outcome } from './outcome.ts';
import { type Secret, signedHeaders } from './signature.ts';

export interface Webhook {
  readonly url: string;
  readonly secrets: readonly Secret[];
}

export interface Post {
  /** Names the event, for its receiver. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds the answer may take; undefined for ever. */
  readonly timeoutMs: number | undefined;
  readonly kill: AbortSignal;
}

/** Most milliseconds a receiver may ask to wait before the next try. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** One try. Answers of 5xx, 408 and 429 and trouble with the network may pass; every other answer but 2xx is final. */
export async function postWebhook({ url, secrets }: Webhook, post: Post): Promise<Outcome> {
  const { id, body, timeoutMs, kill } = post;
  if (kill.aborted) return INTERRUPTED;
  try {
    return await withDeadline(timeoutMs, [kill], async signal => {
      const headers = {
        'content-type': 'application/json',
        'user-agent': `hookline/${VERSION}`,
        ...signedHeaders(id, Math.floor(Date.now() / 1000), body, secrets),
      };
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
      await response.body?.cancel().catch(() => {});
      return verdict(response);
    });
  } catch (error) {
    if (kill.aborted) return INTERRUPTED;
    const { name, message, cause } = error as Error;
    const reason =
      name === 'TimeoutError' ? `no answer within ${(timeoutMs ?? 0) / 1000} s` : causeOf(cause, message);
    return { kind: 'failed', why: `POST ${originOf(url)}: ${reason}`, again: true };
  }
}

function verdict({ status, url, headers }: Response): Outcome {
  if (status >= 200 && status < 300) return DONE;
  const again = status >= 500 || status === 429 || status === 408;
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed, so give the new URL' : '';
  const after = again ? retryAfterMs(headers.get('retry-after'), Date.now()) : undefined;
  return {
    kind: 'failed',
    why: `POST ${originOf(url)} was answered ${status}${redirect}`,
    again,
    ...(after === undefined ? {} : { afterMs: after }),
  };
}

/** Milliseconds of a `Retry-After` header, which has seconds or a date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}

/** Without path and query, which may hold a secret. */
function originOf(url: string): string {
  return new URL(url).origin;
}

function causeOf(cause: unknown, message: string): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? message;
}
