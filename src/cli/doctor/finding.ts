// What the doctor found, one thing at a time.

/** `warn` is worth knowing, `fail` keeps hookline from working. */
export type Verdict = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly found: string;
  /** How to mend it. */
  readonly mend?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, verdict: 'ok', found };
}

export function warn(check: string, found: string, mend: string): Finding {
  return { check, verdict: 'warn', found, mend };
}

export function fail(check: string, found: string, mend: string): Finding {
  return { check, verdict: 'fail', found, mend };
}
