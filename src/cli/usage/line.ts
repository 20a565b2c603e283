// A line of a report, and what reports can be by.
import type { UsageTotals } from '../../protocol/index.ts';

/** Those of one session. */
export const OF_A_SESSION = ['prompt', 'agent'] as const;
export const GROUPS = ['project', 'model', 'session', 'day', 'block', ...OF_A_SESSION] as const;
export type Group = (typeof GROUPS)[number];

/** What was used by whatever `key` names. */
export interface Line {
  readonly key: string;
  /** The beginning of an id, which stands behind the key. */
  readonly id?: string;
  readonly used: UsageTotals;
  /** The line as JSON has it. */
  readonly json?: object;
}
