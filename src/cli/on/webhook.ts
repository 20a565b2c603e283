// Posts an event to a URL.
import { post } from '../../post.ts';
import { type Secret, signedHeaders } from '../../standard-webhooks.ts';
import type { Outcome } from './outcome.ts';

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

/** One try; what may pass is as `post` has it. */
export function postWebhook({ url, secrets }: Webhook, { id, ...sent }: Post): Promise<Outcome> {
  const headers = {
    'content-type': 'application/json',
    ...signedHeaders(id, Math.floor(Date.now() / 1000), sent.body, secrets),
  };
  return post(url, { ...sent, headers });
}
