// Alerts over what the state of a daemon knows, told by its own words and links.
import path from 'node:path';
import { Alerts, couriersOf, Push } from '../alerts/index.ts';
import { RequestIds } from '../approvals/index.ts';
import type { OpenAlert } from '../protocol/index.ts';
import type { WatchedSession } from '../state/index.ts';
import type { Shared } from './shared.ts';

/** By what push services reach whoever sends, where hookline has no address of its own: they refuse a loopback one. */
const NOBODY = 'mailto:nobody@example.com';

/**
 * @param url where the daemon listens
 * @param isPushService what may be pushed to. Default: the services of browsers
 */
export function makeAlerts(
  { config, engine, names, now, uptime, failed }: Shared,
  url: () => string,
  isPushService?: (endpoint: string) => boolean,
): { readonly alerts: Alerts; readonly push: Push } {
  const { queries } = engine;
  const ids = new RequestIds();
  const nameOf = ({ about: { sessionId, name, project } }: WatchedSession): string =>
    names.nameOf(sessionId) ?? name ?? (path.basename(project) || sessionId.slice(0, 8));
  const push = new Push({
    ...{ home: config.home, durable: config.store, now },
    subject: config.publicUrl.startsWith('https:') ? config.publicUrl : NOBODY,
    ...(isPushService ? { isService: isPushService } : {}),
  });
  const alerts = new Alerts({
    rules: config.alerts,
    couriers: couriersOf(config.alerts, push),
    world: () => ({ sessions: queries.watched(), crossings: queries.crossings(), nameOf }),
    known: () => queries.alerts(),
    tell: events => engine.tellAlerts(events),
    newId: () => ids.next(),
    linkOf: alert => `${config.publicUrl || url()}/#/${pageOf(alert)}`,
    isCaughtUp: () => engine.isCaughtUp,
    ...{ now, uptime, failed },
  });
  return { alerts, push };
}

function pageOf({ sessionId, when }: OpenAlert): string {
  if (sessionId === '') return when === 'budget' ? 'usage' : '';
  return `session/${encodeURIComponent(sessionId)}`;
}
