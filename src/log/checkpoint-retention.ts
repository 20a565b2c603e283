// Which summaries of the past are worth keeping: dense where they are recent, and ever further apart the older they are.

/** A summary of everything up to a seq. */
export interface Kept {
  readonly seq: number;
  /** Roughly what it takes up. */
  readonly bytes: number;
}

/** The gap before a summary is at least its age divided by this, in events. */
const DENSITY = 8;

/**
 * Those to keep; the newest always is. From one of them to any moment in the past it is then at most about a quarter as far as to
 * that moment from now, and there are some ten of them for each factor of three in age.
 *
 * @param kept ascending by seq
 * @param bytes what all of them may take up
 * @param oldest the oldest event that can still be read: what is older than the one before it leads nowhere
 */
export function spaced(kept: readonly Kept[], bytes: number, oldest: number): Kept[] {
  const newest = kept.at(-1);
  const stay: Kept[] = [];
  let used = 0;
  for (const one of kept.toReversed()) {
    const after = stay[0];
    used += one.bytes;
    if (after && (one.seq < oldest - 1 || used > bytes)) break;
    if (after && newest && after.seq - one.seq < (newest.seq - one.seq) / DENSITY) used -= one.bytes;
    else stay.unshift(one);
  }
  return stay;
}
