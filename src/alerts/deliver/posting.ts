// A courier that posts to a URL, in the form of its kind.
import { type Posted, post } from '../../post.ts';
import type { Bulletin, Courier } from './courier.ts';
import { SecretFileError } from './secret-file.ts';

/** What is posted. */
export interface Letter {
  readonly url: string;
  /** Sent as JSON. */
  readonly body: object;
  /** Besides the type of the content, made of the text that is sent. Default: none. */
  readonly headers?: (text: string) => Readonly<Record<string, string>>;
}

/** How a kind of target wants to be told. */
export interface Form<Secrets> {
  /** What is in its files. @throws SecretFileError */
  secrets(): Secrets;
  letter(bulletin: Bulletin, secrets: Secrets): Letter;
}

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

export function postingCourier<Secrets>(label: string, form: Form<Secrets>): Courier {
  return {
    label,
    async send(bulletin, kill): Promise<Posted> {
      try {
        const { url, body, headers } = form.letter(bulletin, form.secrets());
        const text = JSON.stringify(body);
        const all = { 'content-type': 'application/json', ...headers?.(text) };
        return await post(url, { headers: all, body: text, timeoutMs: TIMEOUT_MS, kill });
      } catch (error) {
        return { kind: 'failed', why: wordsOf(error), again: true };
      }
    },
    problem() {
      try {
        form.secrets();
        return undefined;
      } catch (error) {
        return wordsOf(error);
      }
    },
  };
}

/** @throws whatever is no such error */
function wordsOf(error: unknown): string {
  if (error instanceof SecretFileError) return error.message;
  throw error;
}
