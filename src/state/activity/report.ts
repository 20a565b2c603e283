// Adds rows up to what is told of a time: tools, hours and errors.
import type { ActivityRow } from '../../log/index.ts';
import type { ErrorStats, HourStats, ToolStats } from '../../protocol/index.ts';
import { hourIn } from '../calendar.ts';
import { QUARTER_MS } from '../usage/days.ts';
import { Tally } from './tally.ts';

/** Which rows are told of. */
export interface Wanted {
  /** The time zone whose days and hours they are. */
  readonly zone: string;
  /** Whether a project is meant. Default: all are. */
  readonly fits?: (project: string) => boolean;
  /** One tool. Default: all, and turns and prompts besides. */
  readonly tool?: string | undefined;
}

export class ActivityReport {
  readonly #wanted: Wanted;
  readonly #at: ReturnType<typeof hourIn>;
  readonly #tools = new Map<string, Tally>();
  readonly #turns = new Map<string, number>();
  readonly #hours = new Map<string, HourStats>();

  /** @throws RangeError for no time zone */
  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    this.#at = hourIn(wanted.zone);
  }

  add({ quarter, project, kind, name, counted }: ActivityRow): void {
    const { fits = () => true, tool } = this.#wanted;
    if (!fits(project) || (tool !== undefined && (kind !== 'tool' || name !== tool))) return;
    const tally = new Tally();
    tally.add(counted);
    const { day, hour } = this.#at(quarter * QUARTER_MS);
    const key = `${day} ${hour}`;
    const sum = this.#hours.get(key) ?? { day, hour, prompts: 0, calls: 0, failed: 0 };
    this.#hours.set(key, sum);
    if (kind === 'prompt') sum.prompts += tally.count;
    if (kind === 'turn') this.#turns.set(name, (this.#turns.get(name) ?? 0) + tally.count);
    if (kind !== 'tool') return;
    sum.calls += tally.count;
    sum.failed += tally.failed;
    const all = this.#tools.get(name) ?? new Tally();
    all.add(counted);
    this.#tools.set(name, all);
  }

  /** The one that was called most comes first. */
  tools(): ToolStats[] {
    return [...this.#tools]
      .map(([tool, { count: calls, failed, interrupted, denied, durations }]) => ({
        ...{ tool, calls, failed, interrupted, denied },
        failureRate: calls === 0 ? 0 : failed / calls,
        ...(durations.count > 0 && {
          fastestMs: durations.fastest,
          medianMs: Math.round(durations.median),
          slowestMs: durations.slowest,
        }),
        timed: durations.count,
      }))
      .sort((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1));
  }

  /** Hours in which anything was done, in order. */
  hours(): HourStats[] {
    return [...this.#hours.values()]
      .filter(({ prompts, calls }) => prompts + calls > 0)
      .sort((a, b) => (a.day === b.day ? a.hour - b.hour : a.day < b.day ? -1 : 1));
  }

  /** By event and kind, the most frequent first. */
  errors(): ErrorStats[] {
    const of = (key: 'failed' | 'interrupted' | 'denied'): number =>
      [...this.#tools.values()].reduce((sum, tally) => sum + tally[key], 0);
    const all: ErrorStats[] = [
      { event: 'tool.result', kind: 'failed', count: of('failed') },
      { event: 'tool.result', kind: 'interrupted', count: of('interrupted') },
      { event: 'permission.denied', kind: 'denied', count: of('denied') },
      ...[...this.#turns].map(([kind, count]) => ({ event: 'turn.failed' as const, kind, count })),
    ];
    return all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }
}
