// What somebody writes to a session: kept while they look elsewhere, and until the daemon has it on record; sent once, however often it is tried.
import type { Sent } from '../../src/protocol/index.ts';
import { field } from '../design/lookup.ts';
import { ApiError } from '../live/api.ts';

/** Hands a text over under a key; resolves once it is on record. Rejects with ApiError. */
export type Post = (text: string, key: string) => Promise<Sent>;

/** Where a draft outlives the page, such as the browser's storage of a tab; it may refuse. */
export interface Shelf {
  read(): string | undefined;
  /** Undefined forgets it. */
  write(text: string | undefined): void;
}

export class Draft {
  /** What to say of the last try; empty when there is nothing to say. */
  problem = '';
  sending = false;
  /** Told when something of it has changed. */
  onChange: () => void = () => {};
  readonly #shelf: Shelf;
  readonly #newKey: () => string;
  #text = '';
  /** Under which this very text was tried: it stays the same message. */
  #key: string | undefined;

  constructor(shelf: Shelf, newKey: () => string) {
    this.#shelf = shelf;
    this.#newKey = newKey;
    const saved = parsed(shelf.read());
    const [text, key] = [field(saved, 'text'), field(saved, 'key')];
    if (typeof text === 'string') this.#text = text;
    if (typeof key === 'string') this.#key = key;
  }

  get text(): string {
    return this.#text;
  }

  write(text: string): void {
    if (this.sending || text === this.#text) return;
    this.#text = text;
    this.#key = undefined;
    this.problem = '';
    this.#save();
    this.onChange();
  }

  /** Sends what is there, unless that is under way; returns whether it is on record. */
  async send(post: Post): Promise<boolean> {
    if (this.sending || this.#text.trim() === '') return false;
    const key = this.#key ?? this.#newKey();
    this.#key = key;
    this.sending = true;
    this.problem = '';
    this.#save();
    this.onChange();
    try {
      await post(this.#text, key);
    } catch (error) {
      this.sending = false;
      this.problem = problemWords(error);
      this.onChange();
      return false;
    }
    this.sending = false;
    this.write('');
    return true;
  }

  #save(): void {
    const saved = JSON.stringify({ text: this.#text, key: this.#key });
    this.#shelf.write(this.#text === '' ? undefined : saved);
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** What went wrong, and what to do: the text is still there in any case. */
function problemWords(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500)
    return 'hookline has not said that it has this. Your text is kept. Send it again: should it have come, it is not sent twice.';
  if (error.status === 401)
    return 'Not sent: this page is logged out. Your text is kept. Load the page again to log in.';
  return `Not sent: ${error.message.replace(/\.$/, '')}. Your text is kept.`;
}
