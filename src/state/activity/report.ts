// Adds rows up to what is told of a time: tools, hours and errors.
import type { ActivityRow } from '../../log/index.ts';
import type { ErrorStats, HourStats, ToolStats } from '../../protocol/index.ts';
import { hourIn } from '../calendar.ts';
import { QUARTER_MS } from '../usage/days.ts';
import { type Kind, Tally } from './tally.ts';

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
  readonly #turns = new Map<string, Tally>();
  readonly #prompts = new Map<string, Tally>();
  readonly #hours = new Map<string, HourStats>();
  /** Rows come in the order of time: most are of the quarter that was looked at last. */
  #last: { readonly quarter: number; readonly hour: HourStats } | undefined;

  /** @throws RangeError for no time zone */
  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    this.#at = hourIn(wanted.zone);
  }

  add({ quarter, project, kind, name, counted }: ActivityRow): void {
    const { fits = () => true, tool } = this.#wanted;
    if (!fits(project) || (tool !== undefined && (kind !== 'tool' || name !== tool))) return;
    const tallies = this.#talliesOf(kind);
    const tally = tallies?.get(name) ?? new Tally();
    const { count, failed } = tally;
    tally.add(counted);
    tallies?.set(name, tally);
    const hour = this.#hourOf(quarter);
    if (kind === 'prompt') hour.prompts += tally.count - count;
    if (kind !== 'tool') return;
    hour.calls += tally.count - count;
    hour.failed += tally.failed - failed;
  }

  #talliesOf(kind: string): Map<string, Tally> | undefined {
    switch (kind as Kind) {
      case 'tool':
        return this.#tools;
      case 'turn':
        return this.#turns;
      case 'prompt':
        return this.#prompts;
    }
    return undefined;
  }

  #hourOf(quarter: number): HourStats {
    if (this.#last?.quarter === quarter) return this.#last.hour;
    const { day, hour } = this.#at(quarter * QUARTER_MS);
    const key = `${day} ${hour}`;
    const sum = this.#hours.get(key) ?? { day, hour, prompts: 0, calls: 0, failed: 0 };
    this.#hours.set(key, sum);
    this.#last = { quarter, hour: sum };
    return sum;
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
      ...[...this.#turns].map(([kind, { count }]) => ({ event: 'turn.failed' as const, kind, count })),
    ];
    return all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }
}
