// How the calls of a session went, tool by tool: how many there were, how many failed, and which took longest.
import type { CallItem } from './items.ts';

export interface ToolRow {
  readonly tool: string;
  readonly calls: number;
  /** Those that failed of those that ended; what the user broke off is no failure. */
  readonly failed: number;
  /** What they took in all, in milliseconds. */
  readonly ms: number;
  /** The one that took longest; undefined while none has ended. */
  readonly slowest: CallItem | undefined;
}

export interface ByTool {
  /** The tool that was called most comes first. */
  readonly rows: readonly ToolRow[];
  /** The calls that took longest, of any tool. */
  readonly slowest: readonly CallItem[];
}

/** Calls listed as the slowest. */
const SLOWEST = 8;

export const isFailure = ({ ok, interrupted }: CallItem): boolean => ok === false && interrupted !== true;

export function byTool(calls: Iterable<CallItem>): ByTool {
  const rows = new Map<string, { -readonly [K in keyof ToolRow]: ToolRow[K] }>();
  const slowest: CallItem[] = [];
  for (const call of calls) {
    const row = rows.get(call.tool) ?? { tool: call.tool, calls: 0, failed: 0, ms: 0, slowest: undefined };
    rows.set(call.tool, row);
    row.calls++;
    if (isFailure(call)) row.failed++;
    if (call.ms === undefined) continue;
    row.ms += call.ms;
    if (row.slowest?.ms === undefined || call.ms > row.slowest.ms) row.slowest = call;
    keepSlowest(slowest, call, call.ms);
  }
  const sorted = [...rows.values()].sort((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1));
  return { rows: sorted, slowest };
}

function keepSlowest(slowest: CallItem[], call: CallItem, ms: number): void {
  if (slowest.length === SLOWEST && ms <= (slowest.at(-1)?.ms ?? 0)) return;
  const at = slowest.findIndex(one => ms > (one.ms ?? 0));
  slowest.splice(at < 0 ? slowest.length : at, 0, call);
  slowest.length = Math.min(slowest.length, SLOWEST);
}
