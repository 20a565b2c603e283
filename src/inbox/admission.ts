// Who is meant by a message, whether it may go to them, and whether there is room for it.
import { InboxError } from './errors.ts';
import type { Addresses, Ledger } from './ledger.ts';
import type { MessageRules, Passage } from './rules.ts';

export interface AdmissionOptions {
  readonly ledger: Ledger;
  readonly addresses: Addresses;
  /** Why a message would not outlive the daemon though it should; undefined while it does. */
  readonly whyNotDurable: () => string | undefined;
  /** Most messages that may wait for one name. */
  readonly mostQueued: number;
  /** Which messages may go. Default: all. */
  readonly rules?: Pick<MessageRules, 'refusal'>;
}

export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Who is meant, and may be written to. @throws InboxError not_found, conflict, forbidden */
  meant(passage: Passage): readonly string[] {
    const { addresses, rules } = this.#options;
    const names = addresses.resolve(passage.to, passage.from);
    const refusal = rules?.refusal(passage, names);
    if (refusal !== undefined) throw new InboxError('forbidden', refusal);
    return names;
  }

  /** @throws InboxError inbox_full, where one more would be too many */
  checkRoom(names: readonly string[]): void {
    const { ledger, mostQueued } = this.#options;
    const full = names.find(name => ledger.waiting(name) >= mostQueued);
    if (full === undefined) return;
    throw new InboxError(
      'inbox_full',
      `${mostQueued} messages wait for ${full} already; send it when some of them were taken`,
    );
  }

  /** @throws InboxError not_durable */
  checkDurable(): void {
    const problem = this.#options.whyNotDurable();
    if (problem === undefined) return;
    throw new InboxError('not_durable', `the message was not taken, for it could be lost: ${problem}`);
  }
}
