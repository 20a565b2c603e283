// The requests of a daemon's sessions that can be answered from outside, and what becomes of those that nobody answers there.
import os from 'node:os';
import { Approvals, type ApprovalsOptions, Policy } from '../approvals/index.ts';
import { Consumer } from '../fanout/index.ts';
import type { Service } from '../service.ts';
import type { Shared } from './shared.ts';

/** @param listening who listens that may answer requests of a session */
export function makeApprovals(
  { config, engine, names, logger, now, uptime, failed }: Shared,
  listening: ApprovalsOptions['listening'],
): Approvals {
  const { queries } = engine;
  const policy = new Policy(config.approvals.rules, os.homedir());
  const problem = policy.problems.length === 0 ? undefined : policy.problems.join('; ');
  if (problem !== undefined)
    logger.error(`approvals: ${problem}; until it is mended, no rule allows anything`);
  return new Approvals({
    waitMs: config.approvals.waitMs,
    listening,
    verdict: (asked, sessionId) => policy.verdict(asked, sessionId, names.nameOf(sessionId)),
    problem,
    isAsked: (sessionId, requestId) => queries.isAsked(sessionId, requestId),
    leftOver: () => queries.asked(),
    tell: event => engine.tellResolved(event),
    now,
    uptime,
    decided: words => logger.info(`approvals: ${words}`),
    failed,
  });
}

/** What is answered at a terminal is told by whatever happens in its session next. */
export function watchTerminals({ engine: { log, pump } }: Shared, approvals: Approvals): Service {
  return new Consumer({
    name: 'what became of requests',
    log,
    pump,
    topics: ['**'],
    deliver: deliveries => {
      for (const sessionId of new Set(deliveries.map(({ record }) => record.sessionId)))
        approvals.look(sessionId);
    },
  });
}
