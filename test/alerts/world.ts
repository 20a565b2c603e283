// Alerts over a real state and a clock that stands until it is told: a daemon without its sockets, which can be started again.
import { Alerts, type Courier } from '../../src/alerts/index.ts';
import { ownBudget } from '../../src/engine/own-budget.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { type Budget, PriceList, Projection } from '../../src/state/index.ts';
import { readyAlerts } from '../support/alert-rules.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const START = 1_795_000_000_000;
const prices = new PriceList([]);

export class AlertWorld {
  /** Every event, as the log has them. */
  readonly log: EventDraft[] = [];
  clock = START;
  caughtUp = true;
  readonly #rules: readonly object[];
  readonly #couriers: readonly Courier[];
  readonly #budgets: readonly Budget[];
  #projection: Projection;
  #alerts: Alerts;
  #made = 0;

  /** @param rules as they are written in config.json */
  constructor(rules: readonly object[], couriers: readonly Courier[] = []) {
    this.#rules = rules;
    this.#couriers = couriers;
    this.#budgets = [ownBudget({ per: 'day', usd: 1 })];
    this.#projection = new Projection(prices, this.#budgets);
    this.#alerts = this.#make();
    this.clock += MINUTE;
  }

  get alerts(): Alerts {
    return this.#alerts;
  }

  get projection(): Projection {
    return this.#projection;
  }

  /** Something happens, some time ago if need be. */
  tell(
    type: string,
    data: Record<string, unknown> = {},
    { sessionId = 's1', agentId = '', ago = 0 } = {},
  ): void {
    this.#account({
      ...{ type, sessionId, timestamp: this.clock - ago, source: 'claude-code', data },
      ...(agentId === '' ? {} : { agentId }),
    });
  }

  /** A session that has had a prompt. */
  works(sessionId = 's1', cwd = '/home/dev/shop'): void {
    this.tell('session.discovered', { cwd, startedBy: 'startup' }, { sessionId });
    this.tell('prompt.submitted', { prompt: 'Go on', promptId: `p${this.#made++}` }, { sessionId });
  }

  asks(command: string, where = {}): void {
    this.tell('permission.requested', { toolName: 'Bash', input: { command } }, where);
  }

  /** What the time brings: told as `type title`, or `type` alone. */
  async passes(ms: number): Promise<string[]> {
    this.clock += ms;
    return this.look();
  }

  async look(): Promise<string[]> {
    const before = this.log.length;
    await this.#alerts.look();
    return this.log.slice(before).map(({ type, data }) => [type, data['title'] ?? []].flat().join(': '));
  }

  get open(): readonly string[] {
    return this.#projection.alerts.open.map(({ title }) => title);
  }

  idOf(title: string): string {
    return this.#projection.alerts.open.find(one => one.title === title)?.alertId ?? '';
  }

  /** Another daemon takes over: from what was saved, or from all that is in the log. */
  restart({
    from,
    rules = this.#rules,
    couriers = this.#couriers,
  }: {
    from: 'checkpoint' | 'log';
    rules?: readonly object[];
    couriers?: readonly Courier[];
  }): void {
    const saved = this.#projection.save();
    this.#projection = new Projection(prices, this.#budgets);
    if (from === 'checkpoint') this.#projection.load(saved);
    else for (const event of this.log) this.#projection.apply(event);
    this.#alerts = this.#make(rules, couriers);
    this.clock += 5000;
  }

  #make(rules = this.#rules, couriers = this.#couriers): Alerts {
    return new Alerts({
      rules: readyAlerts(rules),
      couriers,
      world: () => ({
        sessions: this.#projection.watched(),
        crossings: this.#projection.crossings,
        nameOf: ({ about }) => about.project.split('/').at(-1) ?? '',
      }),
      known: () => this.#projection.alerts.all,
      tell: async events => {
        for (const event of events) this.#account({ ...event, timestamp: this.clock, source: 'hookline' });
      },
      newId: () => `a${this.#made++}`,
      linkOf: ({ sessionId }) => `http://127.0.0.1:3838/#/session/${sessionId}`,
      isCaughtUp: () => this.caughtUp,
      now: () => this.clock,
      uptime: () => this.clock,
      failed: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
  }

  #account(event: EventDraft): void {
    this.log.push(event);
    for (const derived of this.#projection.apply(event)) this.#account(derived);
  }
}
