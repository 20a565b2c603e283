// Which alerts there are, as their events have told: nothing of it is told again while what it is about lasts.
import type { AlertText, EventDraft, OpenAlert } from '../../protocol/index.ts';

/** Alerts remembered; the oldest are forgotten first, and would be told again. */
const MOST = 2000;

/** An alert whose cause has not ended. */
export interface KnownAlert extends OpenAlert {
  /** Who has acknowledged it, and with it all alerts of this cause; undefined while it is open. */
  readonly acknowledgedBy?: string | undefined;
  /** Targets that have neither taken it nor been given up. */
  readonly untold: readonly string[];
}

export type SavedAlerts = readonly KnownAlert[];

export class KnownAlerts {
  readonly #alerts = new Map<string, KnownAlert>();

  /** Those that are acknowledged among them. What is given MUST NOT be changed. */
  get all(): readonly KnownAlert[] {
    return [...this.#alerts.values()];
  }

  /** Those that nobody has acknowledged. */
  get open(): readonly OpenAlert[] {
    return this.all.flatMap(({ acknowledgedBy, untold: _, ...alert }) =>
      acknowledgedBy === undefined ? [alert] : [],
    );
  }

  /** Takes an event of an alert into account; what another machine tells on a hub is acknowledged there. */
  note({ type, data, sessionId, timestamp }: EventDraft): void {
    const { alertId } = data;
    if (typeof alertId !== 'string' || data['node'] !== undefined) return;
    if (type === 'alert.fired')
      return this.#fire(data as AlertText & EventDraft['data'], sessionId, timestamp);
    const alert = this.#alerts.get(alertId);
    if (alert === undefined) return;
    if (type === 'alert.closed') this.#alerts.delete(alertId);
    else if (type === 'alert.acknowledged') this.#acknowledge(alert.cause, String(data['by']));
    else {
      const untold = alert.untold.filter(one => one !== data['target']);
      this.#alerts.set(alertId, { ...alert, untold });
    }
  }

  save(): SavedAlerts {
    return this.all;
  }

  load(saved: SavedAlerts): void {
    for (const alert of saved) this.#alerts.set(alert.alertId, alert);
  }

  #fire(
    { alertId, when, rule, cause, since, title, text, advice, session, project, to }: AlertText,
    sessionId: string,
    firedAt: number,
  ): void {
    this.#alerts.set(alertId, {
      ...{ alertId, when, rule, cause, since, title, text, advice, to, sessionId, firedAt },
      ...(session === undefined ? {} : { session }),
      ...(project === undefined ? {} : { project }),
      // Pages see the event; nobody has to be sent anything.
      untold: to.filter(one => one !== 'browser'),
    });
    const [oldest] = this.#alerts.keys();
    if (this.#alerts.size > MOST && oldest !== undefined) this.#alerts.delete(oldest);
  }

  #acknowledge(cause: string, acknowledgedBy: string): void {
    for (const alert of this.all)
      if (alert.cause === cause) this.#alerts.set(alert.alertId, { acknowledgedBy, ...alert, untold: [] });
  }
}
