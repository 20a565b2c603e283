// Alerts over what the state of a daemon knows, told by its own words and links.
import path from 'node:path';
import { Alerts, couriersOf } from '../alerts/index.ts';
import { RequestIds } from '../approvals/index.ts';
import type { OpenAlert } from '../protocol/index.ts';
import type { WatchedSession } from '../state/index.ts';
import type { Shared } from './shared.ts';

/** @param url where the daemon listens */
export function makeAlerts(
  { config, engine, names, now, uptime, failed }: Shared,
  url: () => string,
): Alerts {
  const { queries } = engine;
  const ids = new RequestIds();
  const nameOf = ({ about: { sessionId, name, project } }: WatchedSession): string =>
    names.nameOf(sessionId) ?? name ?? (path.basename(project) || sessionId.slice(0, 8));
  return new Alerts({
    rules: config.alerts,
    couriers: couriersOf(config.alerts),
    world: () => ({ sessions: queries.watched(), crossings: queries.crossings(), nameOf }),
    known: () => queries.alerts(),
    tell: events => engine.tellAlerts(events),
    newId: () => ids.next(),
    linkOf: alert => `${config.publicUrl || url()}/#/${pageOf(alert)}`,
    isCaughtUp: () => engine.isCaughtUp,
    ...{ now, uptime, failed },
  });
}

function pageOf({ sessionId, when }: OpenAlert): string {
  if (sessionId === '') return when === 'budget' ? 'usage' : '';
  return `session/${encodeURIComponent(sessionId)}`;
}
