// The unit of systemd: what its user manager starts at login, and again after a crash.
import type { Job } from './job.ts';
import { marked } from './mark.ts';

export const UNIT = 'hookline.service';

/** Started anew so often, and no more until somebody looks: within 10 minutes, 2 s after each end. */
const RESTARTS = { most: 20, withinSec: 600, afterSec: 2 };
/** A stop commits what waits and says goodbye to clients; that takes a second or two. */
const STOP_SEC = 30;
/** Wrong usage, or a wrong configuration: another try would end in the same way. */
const NO_USE = 2;

/** systemd takes no program with these in its path, in whatever quotes; as arguments they are fine. */
const NOT_IN_A_PROGRAM = /["'\\]/;
const BY_SHELL = ['/bin/sh', '-c', 'exec "$0" "$@"'];

/** Its log is what it writes to stderr: the journal has it. */
export function unitText(job: Job): string {
  const { node, script, args, env } = job;
  const command = NOT_IN_A_PROGRAM.test(node) ? [...BY_SHELL, node] : [node];
  const [program = '', ...words] = [...command, script, ...args];
  const start = [quoted(program), ...words.map(word => quoted(word).replaceAll('$', '$$$$'))];
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  const lines = (mark: string): string[] => [
    `# ${mark}`,
    `# Written by hookline. For changes of your own: systemctl --user edit ${UNIT}`,
    '[Unit]',
    'Description=hookline, the event stream of coding agents',
    `StartLimitIntervalSec=${RESTARTS.withinSec}`,
    `StartLimitBurst=${RESTARTS.most}`,
    '',
    '[Service]',
    `ExecStart=${start.join(' ')}`,
    ...variables,
    'Restart=on-failure',
    `RestartSec=${RESTARTS.afterSec}`,
    `RestartPreventExitStatus=${NO_USE}`,
    `TimeoutStopSec=${STOP_SEC}`,
    '# The daemon is asked to end; what it has started ends with it.',
    'KillMode=mixed',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ];
  return marked(mark => lines(mark).join('\n'), job);
}

/** As systemd.syntax(7) reads a word; `%` would stand for something (systemd.unit(5)). */
function quoted(word: string): string {
  return `"${word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}
