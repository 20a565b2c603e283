// Whether the brokers of the configuration are there.
import { connectApi } from '../api.ts';
import { BrokersAnswer } from '../brokers/answers.ts';
import type { Found } from '../find-daemon.ts';
import { plural } from '../text/amount.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Nothing is said of none, nor while there is no daemon to ask. */
export async function checkBrokers(home: string, found: Found): Promise<Finding[]> {
  if (found.state !== 'running') return [];
  const api = await connectApi(home).catch(() => undefined);
  const answer = await api?.get('/api/brokers', BrokersAnswer).catch(() => undefined);
  return (answer?.brokers ?? []).map(({ label, kind, node, state, behind, reason = 'it is away' }) =>
    state === 'up'
      ? ok(
          `broker ${label}`,
          `There, by ${kind} as ${node}${behind === 0 ? '' : `; ${plural(behind, 'event')} behind`}`,
        )
      : warn(
          `broker ${label}`,
          `Away: ${reason}; ${behind === 0 ? 'no event waits' : `${plural(behind, 'event')} behind`}`,
          'It is tried again by itself, and what is for it waits. Is its url in config.json right, and its user, passwordFile and ca? They are read anew with every try, but for the url.',
        ),
  );
}
