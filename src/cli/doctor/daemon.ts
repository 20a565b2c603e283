// Whether the daemon is there and the hooks know where.
import type { Inspection } from '../../install/index.ts';
import type { Found } from '../find-daemon.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const START = 'Start it: hookline start';
const RESTART = 'Restart the daemon: hookline stop; hookline start';

export function checkDaemon(found: Found): Finding {
  switch (found.state) {
    case 'none':
      return fail('daemon', 'It is not running', START);
    case 'stale':
      return fail('daemon', `It is not running; ${found.file} was left behind: ${found.why}`, START);
    case 'silent': {
      const { pid, url } = found.info;
      return fail(
        'daemon',
        `Process ${pid} does not answer at ${url}`,
        `End it (kill ${pid}) and start it again: hookline start`,
      );
    }
    case 'running': {
      const { info, health } = found;
      if (health.status === 'ok')
        return ok('daemon', `${info.url}, process ${info.pid}, version ${health.version}`);
      return warn(
        'daemon',
        `It runs at ${info.url}, but degraded: its log cannot be kept on disk`,
        'Look at its output for the reason.',
      );
    }
  }
}

/** The file that tells the hooks where the daemon is. */
export function checkEndpoint({ endpoint, stalled }: Inspection, found: Found): Finding[] {
  if (found.state !== 'running') return [];
  const { pid, url } = found.info;
  const findings: Finding[] = [];
  if (endpoint.state === 'alive' && endpoint.pid === pid && endpoint.url === new URL('/hook', url).href) {
    findings.push(ok('endpoint', `The hooks call ${endpoint.url}`));
  } else {
    const where = endpoint.url === undefined ? endpoint.state : `${endpoint.url}, process ${endpoint.pid}`;
    findings.push(fail('endpoint', `The hooks do not know where this daemon is (${where})`, RESTART));
  }
  if (stalled) {
    findings.push(
      warn(
        'endpoint',
        'A hook got no answer in time, so hooks are skipped for a while',
        `If this stays: ${lower(RESTART)}`,
      ),
    );
  }
  return findings;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
