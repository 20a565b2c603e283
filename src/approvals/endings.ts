// How requests ended: remembered for whoever comes second, and told in the same words by whoever held them.
import { ApprovalError } from './errors.ts';
import type { End } from './queue.ts';

/** Ends that are remembered. */
const REMEMBERED = 1000;

export class Endings {
  readonly #ends = new Map<string, End>();

  note(requestId: string, end: End): void {
    this.#ends.set(requestId, end);
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > REMEMBERED && oldest !== undefined) this.#ends.delete(oldest);
  }

  of(requestId: string): End | undefined {
    return this.#ends.get(requestId);
  }

  /** Why nobody can answer a request that is not open. */
  whyNot(requestId: string): ApprovalError {
    const end = this.#ends.get(requestId);
    if (!end)
      return new ApprovalError(
        'not_found',
        'no such request waits for an answer; GET /api/approvals lists those that do',
      );
    const { outcome, by } = end;
    const words =
      outcome === 'timed_out'
        ? 'its time was up, and only its terminal can answer it now'
        : `${outcome === 'answered_elsewhere' ? 'answered' : outcome} by ${by}`;
    return new ApprovalError('already_answered', `the request was answered already: ${words}`);
  }
}

/**
 * Resolves once somebody who looks at a request is told that it ended, or nobody waits for that any more.
 *
 * @param watching who is told when it ends; undefined when it has
 */
export function untilTold(watching: Set<() => void> | undefined, gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (!watching || gone.aborted) return resolve();
    const done = (): void => {
      watching.delete(done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    watching.add(done);
    gone.addEventListener('abort', done);
  });
}
