// Whether the daemon is there and the hooks know where.
import type { Inspection } from '../../agents/claude-code/install/index.ts';
import { inDoubt, outOfDoubt } from '../doubt.ts';
import type { Found } from '../find-daemon.ts';
import { selfCommand } from '../invocation.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export function checkDaemon(found: Found): Finding {
  const start = `Start it: ${selfCommand()} start`;
  switch (found.state) {
    case 'none':
      return fail('daemon', 'It is not running', start);
    case 'stale':
      return fail('daemon', `It is not running; ${found.file} was left behind: ${found.why}`, start);
    case 'silent': {
      const { pid, url } = found.info;
      return fail(
        'daemon',
        `Process ${pid} does not answer at ${url}`,
        `End it and start it again: ${restart()}`,
      );
    }
    case 'unproven':
      return fail('daemon', capital(inDoubt(found)), capital(outOfDoubt(found)));
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
    findings.push(
      fail(
        'endpoint',
        `The hooks do not know where this daemon is (${where})`,
        `Restart the daemon: ${restart()}`,
      ),
    );
  }
  if (stalled) {
    findings.push(
      warn(
        'endpoint',
        'A hook got no answer in time, so hooks are skipped for a while',
        `If this stays, restart the daemon: ${restart()}`,
      ),
    );
  }
  return findings;
}

const restart = (): string => `${selfCommand()} stop; ${selfCommand()} start`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
