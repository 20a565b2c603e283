// The bridges of a daemon to its brokers: over its log, its inbox and its names, and on a hub to the machines that it shows.
import {
  type Bridge,
  type BridgeOptions,
  type HubListener,
  type LoadedBroker,
  makeBridges,
} from '../bridge/index.ts';
import type { Hub } from '../hub/index.ts';
import type { Inbox } from '../inbox/index.ts';
import type { Shared } from './shared.ts';

export interface BridgeParts {
  readonly inbox: () => Inbox;
  /** Names that messages wait for, or that somebody waits for messages of. */
  readonly inUse: () => readonly string[];
  /** Undefined for a daemon that is none. */
  readonly hub: Hub | undefined;
  readonly listener: HubListener;
}

export function bridgeBrokers(
  { config, engine, names, logger, now, uptime, failed }: Shared,
  brokers: readonly LoadedBroker[],
  { inbox, inUse, hub, listener }: BridgeParts,
): readonly Bridge[] {
  const { log, pump, queries } = engine;
  const ofHub: Pick<BridgeOptions, 'hub' | 'route'> = hub
    ? { route: hub.route, hub: side => hub.meet(side) }
    : {};
  return makeBridges(brokers, {
    home: config.store ? config.home : undefined,
    ...{ log, pump, now, uptime, failed, inbox, listener, ...ofHub },
    // A hub leaves messages for sessions to the machines that have them.
    names: () =>
      hub
        ? inUse().filter(name => hub.route(name) === undefined)
        : names.list(inUse()).map(({ name }) => name),
    calledLike: name => names.calledLike(name),
    sessions: () => queries.sessions(),
    session: sessionId => queries.session(sessionId),
    tell: (type, data) => engine.tell(type, data),
    warn: words => logger.warn(words),
  });
}
