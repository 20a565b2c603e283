// Whether the user has something half written at the prompt, as far as the keys say.
import type { Key } from './keys.ts';

/**
 * `empty`: nothing was written since the prompt was last known to be empty. `draft`: something was. `unsure`: it may have been
 * submitted or taken away, which the screen has to show.
 */
export type DraftState = 'empty' | 'draft' | 'unsure';

export class Draft {
  #state: DraftState = 'unsure';
  /** Characters of the draft; undefined once they were not counted. */
  #length: number | undefined = 0;

  get state(): DraftState {
    return this.#state;
  }

  /** @param atPrompt whether the screen shows the prompt; elsewhere, as in a dialog, a key writes something else */
  note({ kind, length }: Key, atPrompt: boolean): void {
    if (kind === 'report') return;
    if (kind === 'text') {
      if (!atPrompt) return this.#becomes('unsure');
      const before = this.#state === 'empty' ? 0 : this.#state === 'draft' ? this.#length : undefined;
      return this.#becomes(
        'draft',
        before === undefined || length === undefined ? undefined : before + length,
      );
    }
    if (kind === 'back' && this.#state === 'empty') return;
    if (kind === 'back' && this.#state === 'draft' && this.#length !== undefined) {
      const left = this.#length - 1;
      return left > 0 ? this.#becomes('draft', left) : this.#becomes('empty', 0);
    }
    if (kind === 'other' && this.#state === 'draft') return this.#becomes('draft');
    this.#becomes('unsure');
  }

  /** The prompt is known to be empty. */
  settle(): void {
    this.#becomes('empty', 0);
  }

  #becomes(state: DraftState, length?: number): void {
    this.#state = state;
    this.#length = length;
  }
}
