// What is under way to targets: one alert at a time to each, tried again ever more rarely, and given up in the end.
import type { Posted } from '../../post.ts';
import type { KnownAlert } from '../../state/index.ts';
import type { Bulletin, Courier } from './courier.ts';

export interface DeliveriesOptions {
  readonly couriers: readonly Courier[];
  /** The alert with what is to be sent besides. */
  readonly bulletin: (alert: KnownAlert) => Bulletin;
  /** Tells what came of it; resolves once it is on record. */
  readonly tell: (alert: KnownAlert, target: string, why: string | undefined) => Promise<void>;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** Tries, and the waits between them in milliseconds: the first, and at most. It is some half an hour. */
const TRIES = 12;
const WAIT = { first: 1000, most: 300_000 };
/** Between two alerts to a target, in milliseconds: services take about one a second. */
const PAUSE_MS = 1000;
/** How long a stop waits for what is under way, in milliseconds. */
const GOODBYE_MS = 1000;

interface Trial {
  failures: number;
  /** By `uptime`. */
  nextAt: number;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  /** By target and alert: what was tried and did not arrive. */
  readonly #trials = new Map<string, Trial>();
  /** Target → when it may be sent the next alert, by `uptime`. */
  readonly #free = new Map<string, number>();
  /** Target → what is on its way there. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #kill = new AbortController();
  #stopped = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Sends what is due of the alerts that are open. One that is open no more is not sent again. */
  send(open: readonly KnownAlert[]): void {
    const keys = new Set(open.flatMap(({ alertId, untold }) => untold.map(target => keyOf(target, alertId))));
    for (const key of this.#trials.keys()) if (!keys.has(key)) this.#trials.delete(key);
    for (const courier of this.#options.couriers) this.#sendTo(courier, open);
    this.#giveUp(open);
  }

  /** What is under way has a moment; what does not arrive then is sent again by the next daemon. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const late = setTimeout(() => this.#kill.abort(), GOODBYE_MS);
    await Promise.all(this.#underWay.values());
    clearTimeout(late);
  }

  #sendTo(courier: Courier, open: readonly KnownAlert[]): void {
    const { label } = courier;
    const now = this.#options.uptime();
    if (this.#stopped || this.#underWay.has(label) || now < (this.#free.get(label) ?? 0)) return;
    const isDue = (alertId: string): boolean => (this.#trials.get(keyOf(label, alertId))?.nextAt ?? 0) <= now;
    const alert = open.find(({ untold, alertId }) => untold.includes(label) && isDue(alertId));
    if (alert === undefined) return;
    this.#free.set(label, now + PAUSE_MS);
    const sending = this.#try(courier, alert)
      .catch(error => this.#options.failed(`alerts: telling ${label}`, error))
      .finally(() => this.#underWay.delete(label));
    this.#underWay.set(label, sending);
  }

  async #try(courier: Courier, alert: KnownAlert): Promise<void> {
    const { bulletin, tell, uptime } = this.#options;
    const posted = await courier.send(bulletin(alert), this.#kill.signal);
    if (posted.kind === 'interrupted') return;
    const key = keyOf(courier.label, alert.alertId);
    const failures = (this.#trials.get(key)?.failures ?? 0) + 1;
    if (posted.kind === 'failed' && posted.again && failures < TRIES) {
      this.#trials.set(key, { failures, nextAt: uptime() + waitOf(posted, failures) });
      return;
    }
    await tell(alert, courier.label, posted.kind === 'failed' ? posted.why : undefined);
  }

  /** Nobody brings anything to a target that is in the configuration no more. */
  #giveUp(open: readonly KnownAlert[]): void {
    const known = new Set(this.#options.couriers.map(({ label }) => label));
    for (const alert of open)
      for (const target of alert.untold) {
        if (known.has(target) || this.#underWay.has(target)) continue;
        const telling = this.#options
          .tell(alert, target, 'no rule tells it any more')
          .catch(error => this.#options.failed(`alerts: giving up ${target}`, error))
          .finally(() => this.#underWay.delete(target));
        this.#underWay.set(target, telling);
      }
  }
}

const keyOf = (target: string, alertId: string): string => `${target} ${alertId}`;

function waitOf({ afterMs = 0 }: Posted & { readonly kind: 'failed' }, failures: number): number {
  return Math.max(afterMs, Math.min(WAIT.most, WAIT.first * 2 ** (failures - 1)));
}
