// `hookline service status`: is it installed, started at login, and is it what runs the daemon.
import type { Command } from 'commander';
import { VERSION } from '../../version.ts';
import { configOf, examples } from '../command.ts';
import { type Found, findDaemon } from '../find-daemon.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { facts } from '../text/table.ts';
import { duration } from '../text/time.ts';
import { findManager } from './find-manager.ts';
import type { Manager, Standing } from './manager.ts';
import { standsInTheWay } from './runs.ts';
import { gone, readServiceFile, type ServiceFile } from './service-file.ts';

/** Everything there is to know. */
interface Look {
  readonly manager: Manager;
  readonly there: ServiceFile;
  /** Undefined where the manager cannot be reached: why. */
  readonly standing: Standing | string;
  readonly found: Found;
  /** What is wrong, each with what to do. */
  readonly problems: readonly string[];
}

export function addStatus(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('status')
    .summary('Tell whether it is installed, and runs.')
    .description(
      'Tell whether the service is installed, is started at login, and runs the daemon, and which version. Exit code 0 when the service runs the daemon, 1 when not.',
    )
    .option('--json', 'Print one JSON object on stdout.')
    .action(async () => {
      const { home } = configOf(command, terminal);
      const look = await lookAt(findManager(terminal.env), home);
      const json = command.opts<{ json?: true }>().json;
      terminal.exitCode = runner(look) === 'service' ? 0 : 1;
      if (json) return terminal.print(jsonLine(asData(look)));
      for (const line of asLines(look, terminal)) await terminal.print(line);
    });
  examples(command, [
    ['hookline service status', 'a look'],
    ['hookline service status --json', 'the same for scripts'],
  ]);
}

async function lookAt(manager: Manager, home: string): Promise<Look> {
  const there = readServiceFile(manager.file);
  const [standing, found] = await Promise.all([
    manager.standing().catch((error: Error) => error.message),
    findDaemon(home),
  ]);
  return { manager, there, standing, found, problems: problemsOf({ manager, there, standing, found }, home) };
}

function problemsOf({ manager, there, standing, found }: Omit<Look, 'problems'>, home: string): string[] {
  const install = `${selfCommand()} service install`;
  if (there.state === 'none') return [];
  if (there.state === 'foreign') return [`${manager.file} was not written by hookline`];
  const { mark, edited } = there;
  const problems = gone(mark);
  if (mark.home !== home) problems.push(`it is for another HOOKLINE_HOME: ${mark.home}`);
  if (edited) problems.push(`${manager.file} was changed by hand: install leaves it alone`);
  else if (mark.version !== VERSION)
    problems.push(
      `its file was written by hookline ${mark.version}, and this is ${VERSION}; bring it up to date with: ${install}`,
    );
  if (typeof standing === 'string') return [...problems, standing];
  if (!standing.isKnown)
    problems.push(`${manager.name} has not read its file; have it do so with: ${install}`);
  else if (!standing.isEnabled) problems.push(`it is not started at login; have it be with: ${install}`);
  const obstacle = standsInTheWay(found, standing);
  if (obstacle !== undefined) problems.push(obstacle);
  if (found.state === 'running' && found.info.pid === standing.pid && found.health.version !== VERSION)
    problems.push(
      `it runs hookline ${found.health.version}, and this is ${VERSION}; restart it with: ${selfCommand()} service restart`,
    );
  return problems;
}

/** Who runs the daemon: the service, somebody else, or nobody. */
function runner({ found, standing }: Look): 'service' | 'other' | 'nobody' {
  if (found.state === 'none' || found.state === 'stale') return 'nobody';
  const pid = typeof standing === 'string' ? undefined : standing.pid;
  return found.state === 'running' && found.info.pid === pid ? 'service' : 'other';
}

function asData(look: Look): object {
  const { manager, there, standing, found, problems } = look;
  const mark = there.state === 'ours' ? there.mark : undefined;
  const says = typeof standing === 'string' ? { reachable: false } : { enabled: standing.isEnabled };
  return {
    manager: manager.name,
    file: manager.file,
    installed: there.state === 'ours',
    ...(mark && { version: mark.version, node: mark.node, script: mark.script, home: mark.home }),
    ...(there.state === 'ours' && { edited: there.edited }),
    ...says,
    runner: runner(look),
    ...(found.state === 'running' && { pid: found.info.pid, daemonVersion: found.health.version }),
    problems,
  };
}

function asLines(look: Look, { colors, columns }: Terminal): string[] {
  const { manager, there, standing, found, problems } = look;
  const rows: [string, string][] = [];
  const install = `${selfCommand()} service install`;
  if (there.state === 'ours') rows.push(['service', `installed in ${manager.file}`]);
  else rows.push(['service', `${colors.yellow('not installed')}; install it with: ${install}`]);
  if (there.state === 'ours' && typeof standing !== 'string') {
    rows.push(['at login', standing.isEnabled ? 'is started' : colors.yellow('is not started')]);
    rows.push([manager.name, standing.words]);
  }
  const by = {
    service: colors.green('by the service'),
    other: colors.yellow('not by the service'),
    nobody: '',
  };
  if (found.state === 'running') {
    const { info, health } = found;
    const up = duration(health.uptimeSec * 1000);
    rows.push(['hookline', `runs ${by[runner(look)]} at ${info.url}`]);
    rows.push(['process', `${info.pid}, version ${health.version}, up ${up}`]);
  } else rows.push(['hookline', colors.red('not running')]);
  for (const problem of problems) rows.push(['wrong', colors.yellow(problem)]);
  return facts(
    rows.map(([name, value]) => [{ text: name, paint: colors.dim }, { text: value }]),
    columns,
  );
}
