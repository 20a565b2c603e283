// Decides who is alive, from what is known of a session's process and from how long nobody has heard of it.

/** What can be said of a process by its pid. */
export type ProcessState =
  | 'alive'
  | 'gone'
  /** The pid belongs to another machine or container: it says nothing here. */
  | 'foreign';

/** What one look found out about a session that was alive at the last one. */
export interface Sighting {
  /** The processes that say they have this session open. */
  readonly open: readonly ProcessState[];
  /** The process known to have had it open, when none says so now. */
  readonly last?:
    | {
        readonly process: ProcessState;
        /** The session that this process says it has open now; undefined when it says nothing any more. */
        readonly movedTo?: string;
      }
    | undefined;
  /** It is known by its transcript alone; `unlisted`: though those that live are in a register. Default: it is known otherwise. */
  readonly onlyFound?: 'unlisted' | 'perhaps' | undefined;
  /** When its hooks, its transcript or its register told something last, in milliseconds since 1970. */
  readonly heardAt: number;
  /** Since when it is neither open anywhere nor known to be over, in milliseconds since 1970. */
  readonly doubtedAt?: number | undefined;
  /** Whether it is said to be at work: a turn or a tool call has begun and not ended. */
  readonly working: boolean;
}

export type Verdict =
  | { readonly kind: 'lives' }
  /** It may be over; whoever knows better has a little time to say so. */
  | { readonly kind: 'doubted' }
  /** It cannot be at work any more. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'over'; readonly reason: 'process_exited' | 'moved' | 'silent' };

export const LIVENESS = {
  /** How long the hook that tells a session's end may be under way after its process withdrew, in milliseconds. */
  graceMs: 3000,
  /** How long a process may be without its file in the register before its session counts as over, in milliseconds. */
  unregisteredMs: 30_000,
  /** A session without a known process that was at work and not heard of for so long is idle; in milliseconds. */
  silentIdleMs: 30 * 60_000,
  /**
   * A session without a known process that was not heard of for so long is over, if the configuration does not say otherwise; in
   * milliseconds. Whoever leaves one open on a Friday evening finds it there on Monday morning; one that is let go too early is back
   * with its next prompt.
   */
  silentOverMs: 72 * 3600_000,
  /** A session that only its transcript tells of, by a client without a register, is over after so long; in milliseconds. */
  foundOverMs: 600_000,
} as const;

/**
 * Pure: the same sighting at the same time gets the same verdict. `now` is in milliseconds since 1970.
 *
 * @param silentOverMs see `LIVENESS`
 */
export function judge(
  sighting: Sighting,
  now: number,
  silentOverMs: number = LIVENESS.silentOverMs,
): Verdict {
  const { open, last, doubtedAt = now } = sighting;
  if (open.includes('alive')) return { kind: 'lives' };
  if (open.includes('foreign')) return bySilence(sighting, now, silentOverMs);
  // Its file was left behind: the process was killed, and no hook is going to tell.
  if (open.length > 0) return { kind: 'over', reason: 'process_exited' };
  if (!last && sighting.onlyFound !== 'unlisted') return bySilence(sighting, now, silentOverMs);
  const reason = last?.movedTo === undefined ? 'process_exited' : 'moved';
  const sure = last?.process !== 'alive' || reason === 'moved';
  const waited = sure ? now - doubtedAt : now - Math.max(doubtedAt, sighting.heardAt);
  return waited >= (sure ? LIVENESS.graceMs : LIVENESS.unregisteredMs)
    ? { kind: 'over', reason }
    : { kind: 'doubted' };
}

function bySilence({ heardAt, working, onlyFound }: Sighting, now: number, silentOverMs: number): Verdict {
  const silentFor = now - heardAt;
  if (silentFor >= (onlyFound ? Math.min(LIVENESS.foundOverMs, silentOverMs) : silentOverMs))
    return { kind: 'over', reason: 'silent' };
  return working && silentFor >= LIVENESS.silentIdleMs ? { kind: 'idle' } : { kind: 'lives' };
}
