// A hub over the log and the names of its daemon.
import type { Listening } from '../approvals/index.ts';
import type { BrokerConfig } from '../config/index.ts';
import { Hub } from '../hub/index.ts';
import type { Shared } from './shared.ts';

/**
 * @param broker the one where all hooklines meet
 * @param listening who is connected that may answer what any session asks
 */
export function makeHub(
  { config, engine, names, logger, now, uptime, failed }: Shared,
  broker: BrokerConfig | undefined,
  listening: () => Listening | undefined,
): Hub {
  if (broker === undefined) throw new Error('a hub needs a broker where all hooklines meet');
  const { log, pump, queries } = engine;
  return new Hub({
    name: broker.node,
    home: config.store ? config.home : undefined,
    ...{ log, pump, listening, now, uptime, failed },
    takeOver: (events, onCommit) => engine.takeOver(events, onCommit),
    tell: (type, data) => engine.tell(type, data),
    living: () => queries.living(),
    sessionOf: name => names.sessionOf(name),
    warn: words => logger.warn(words),
  });
}
