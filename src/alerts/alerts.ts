// Alerts: fired once when a rule says so, open until somebody acknowledges them or what they are about is over, and told to targets.
import type { AlertRule } from '../config/config.ts';
import type { Acknowledged, EventDraft, OpenAlert } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import type { KnownAlert } from '../state/index.ts';
import type { Bulletin, Courier } from './deliver/courier.ts';
import { Deliveries } from './deliver/deliveries.ts';
import { type Due, dueNow, type ReadyRule, readyRule, type World } from './due.ts';
import { NoAlertError } from './errors.ts';
import { testAlert } from './test-alert.ts';

/** What is told of an alert. */
type AlertEvent = Omit<EventDraft, 'timestamp' | 'source'>;

export interface AlertsOptions {
  readonly rules: readonly AlertRule[];
  readonly couriers: readonly Courier[];
  /** What the state knows. */
  readonly world: () => World;
  /** Alerts whose cause has not ended, as the state has them: it outlives the daemon. */
  readonly known: () => readonly KnownAlert[];
  /** Puts events into the log; resolves once they are durable, and the state has them. */
  readonly tell: (events: readonly AlertEvent[]) => Promise<void>;
  /** A name that no other alert has. */
  readonly newId: () => string;
  /** Where an alert is to be seen. */
  readonly linkOf: (alert: OpenAlert) => string;
  /** Whether nothing is left to take in of what happened while the daemon was away. */
  readonly isCaughtUp: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** What came of trying a target. */
export interface Tried {
  readonly target: string;
  /** Why it was not reached; absent when it was. */
  readonly reason?: string;
}

/** How often it is looked what is due, in milliseconds. */
const LOOK_MS = 1000;
/** It rests so many times what a look takes, at least: thousands of sessions may cost a daemon at rest two parts in a hundred. */
const REST = 50;
/** How long a daemon that has just started lets hooks and transcripts tell what happened meanwhile, in milliseconds. */
const SETTLE_MS = 3000;
/** What is so for longer than this and was not told is no news, in milliseconds; but whoever waits is waiting. */
const OLD_MS = 3600_000;

export class Alerts implements Service {
  readonly name = 'alerts';
  readonly chores: readonly Chore[] = [
    { what: 'alerts: looking what is due', everyMs: LOOK_MS, run: () => this.look() },
  ];
  readonly #options: AlertsOptions;
  readonly #rules: readonly ReadyRule[];
  readonly #deliveries: Deliveries;
  readonly #startedAt: number;
  /** What is about to be on record: two may see one at the same time. */
  readonly #acknowledging = new Map<string, Promise<Acknowledged>>();
  #settled = false;
  /** By `uptime`. */
  #restsUntil = 0;

  constructor(options: AlertsOptions) {
    const { rules, couriers, uptime, failed } = options;
    this.#options = options;
    this.#rules = rules.map(readyRule);
    this.#startedAt = uptime();
    this.#deliveries = new Deliveries({
      ...{ couriers, uptime, failed },
      bulletin: alert => this.#bulletin(alert),
      tell: (alert, target, why) => this.#tellDelivery(alert, target, why),
    });
  }

  /** Whom rules tell, by their names. */
  get targets(): readonly string[] {
    return [...new Set(this.#rules.flatMap(({ to }) => to.map(({ label }) => label)))];
  }

  stop(): Promise<void> {
    return this.#deliveries.stop();
  }

  /** What keeps a target from being told. */
  health(): string | undefined {
    for (const { label, problem } of this.#options.couriers) {
      const why = problem?.();
      if (why !== undefined) return `alerts: ${label} cannot be told: ${why}`;
    }
    return undefined;
  }

  /** Fires what is due, closes what is over, and sends what is to be sent. */
  async look(): Promise<void> {
    if (!this.#isSettled()) return;
    const { known, tell, world, now, uptime } = this.#options;
    if (this.#rules.length === 0 && known().length === 0) return;
    const began = uptime();
    if (began < this.#restsUntil) return this.#deliveries.send(known().filter(isOpen));
    const due = dueNow(this.#rules, world(), now());
    const before = known();
    const events = [...this.#over(before, due), ...this.#news(before, due)];
    this.#restsUntil = uptime() + REST * (uptime() - began);
    if (events.length > 0) await tell(events);
    this.#deliveries.send(known().filter(isOpen));
  }

  /**
   * Somebody has seen it, and with it all that is told of the same cause; who was first stays on record.
   *
   * @throws NoAlertError
   */
  async acknowledge(alertId: string, by: string): Promise<Acknowledged> {
    const alert = this.#options.known().find(one => one.alertId === alertId);
    if (alert === undefined)
      throw new NoAlertError(
        `no alert ${JSON.stringify(alertId)} is open: it is over, or there was none; /api/alerts tells which are`,
      );
    if (alert.acknowledgedBy !== undefined) return { alertId, by: alert.acknowledgedBy };
    const first = this.#acknowledging.get(alertId);
    if (first !== undefined) return first;
    const telling = this.#options
      .tell([eventOf('alert.acknowledged', alert, { alertId, by })])
      .then(() => ({ alertId, by }))
      .finally(() => this.#acknowledging.delete(alertId));
    this.#acknowledging.set(alertId, telling);
    return telling;
  }

  /**
   * Sends an alert that is about nothing, once.
   *
   * @param target default: to all that rules name
   * @throws NoAlertError
   */
  async test(target: string | undefined): Promise<Tried[]> {
    if (target !== undefined && !this.targets.includes(target)) {
      const known =
        this.targets.length === 0 ? 'no rule tells anybody' : `there are ${this.targets.join(', ')}`;
      throw new NoAlertError(`no rule tells ${JSON.stringify(target)}; ${known}`);
    }
    const targets = target === undefined ? this.targets : [target];
    return Promise.all(targets.map(one => this.#test(one)));
  }

  async #test(target: string): Promise<Tried> {
    const { couriers, newId, now, tell } = this.#options;
    const alert = testAlert(newId(), target, now());
    const courier = couriers.find(({ label }) => label === target);
    if (courier === undefined) {
      // Pages see the event; it is over at once, for there is nothing to acknowledge.
      const { firedAt: _, sessionId: __, ...data } = alert;
      await tell([
        eventOf('alert.fired', alert, data),
        eventOf('alert.closed', alert, { alertId: alert.alertId }),
      ]);
      return { target };
    }
    const posted = await courier.send(this.#bulletin(alert), new AbortController().signal);
    return posted.kind === 'failed' ? { target, reason: posted.why } : { target };
  }

  #isSettled(): boolean {
    const { uptime, isCaughtUp } = this.#options;
    this.#settled ||= uptime() - this.#startedAt >= SETTLE_MS && isCaughtUp();
    return this.#settled;
  }

  /** Alerts that no rule gives a reason for any more. */
  #over(known: readonly KnownAlert[], due: readonly Due[]): AlertEvent[] {
    const keys = new Set(due.map(({ rule, cause }) => keyOf({ rule: rule.name, cause })));
    return known
      .filter(alert => !keys.has(keyOf(alert)))
      .map(alert => eventOf('alert.closed', alert, { alertId: alert.alertId }));
  }

  /** What is due for the first time: nothing that is known, was acknowledged by whoever another rule told, or is too old. */
  #news(known: readonly KnownAlert[], due: readonly Due[]): AlertEvent[] {
    const keys = new Set(known.map(keyOf));
    const acknowledged = new Set(known.flatMap(alert => (isOpen(alert) ? [] : [alert.cause])));
    const oldest = this.#options.now() - OLD_MS;
    return due
      .filter(({ rule, dueAt }) => rule.when === 'waiting' || dueAt >= oldest)
      .filter(({ rule, cause }) => !keys.has(keyOf({ rule: rule.name, cause })) && !acknowledged.has(cause))
      .map(({ told, sessionId }) => ({
        type: 'alert.fired',
        sessionId,
        data: { alertId: this.#options.newId(), ...told() },
      }));
  }

  #bulletin(alert: OpenAlert): Bulletin {
    const { alertId, when, rule, cause, since, firedAt, title, text, advice, sessionId, to } = alert;
    const { session, project } = alert;
    return {
      ...{ alertId, when, rule, cause, since, firedAt, title, text, advice, sessionId, to },
      ...(session === undefined ? {} : { session }),
      ...(project === undefined ? {} : { project }),
      link: this.#options.linkOf(alert),
    };
  }

  #tellDelivery(alert: KnownAlert, target: string, why: string | undefined): Promise<void> {
    const data = { alertId: alert.alertId, target };
    return this.#options.tell([
      why === undefined
        ? eventOf('alert.delivered', alert, data)
        : eventOf('alert.undelivered', alert, { ...data, reason: why }),
    ]);
  }
}

const isOpen = ({ acknowledgedBy }: KnownAlert): boolean => acknowledgedBy === undefined;

/** An alert is of one rule and one cause. */
const keyOf = ({ rule, cause }: Pick<OpenAlert, 'rule' | 'cause'>): string => `${rule}\n${cause}`;

function eventOf(
  type: string,
  { sessionId }: Pick<OpenAlert, 'sessionId'>,
  data: Readonly<Record<string, unknown>>,
): AlertEvent {
  return { type, sessionId, data };
}
