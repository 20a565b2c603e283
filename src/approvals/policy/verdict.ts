// What a rule says of a request.

export interface Verdict {
  readonly behavior: 'allow' | 'deny';
  /** Which rule of the list, from 1. */
  readonly rule: number;
  /** In words, for the log; with `deny` the model reads it too. */
  readonly why: string;
}
