// `hookline status`: is the daemon there, how is it, and are the hooks in place.
import type { Command } from 'commander';
import { inspect } from '../agents/claude-code/install/index.ts';
import type { Config } from '../config/index.ts';
import { configOf, examples } from './command.ts';
import { inDoubt, outOfDoubt } from './doubt.ts';
import { type Found, findDaemon, type Health } from './find-daemon.ts';
import { selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';
import { jsonLine } from './text/plain.ts';
import { facts } from './text/table.ts';
import { duration } from './text/time.ts';

interface HookStatus {
  readonly installed: boolean;
  /** Settings files with our hooks in them. */
  readonly files: readonly string[];
}

export function addStatus(program: Command, terminal: Terminal): void {
  const command = program
    .command('status')
    .summary('Tell how the daemon is.')
    .description('Tell whether the daemon runs, where, and how it is. Exit code 0 when it runs, 1 when not.')
    .option('--json', 'Print one JSON object on stdout.')
    .action(async (options: { json?: true }) => {
      const config = configOf(command, terminal);
      const [found, hooks] = await Promise.all([findDaemon(config.home), findHooks(config)]);
      terminal.exitCode = found.state === 'running' ? 0 : 1;
      if (options.json) return terminal.print(jsonLine(asData(found, hooks)));
      for (const line of asLines(found, hooks, terminal)) await terminal.print(line);
    });
  examples(command, [
    ['hookline status', 'a look'],
    ['hookline status --json', 'the same for scripts'],
  ]);
}

async function findHooks(config: Config): Promise<HookStatus> {
  // The version only decides whether the entries are complete, which is doctor's business; asking `claude` takes a second.
  const { scopes } = await inspect({ home: config.home, claudeDir: config.claudeDir, version: null });
  const files = scopes
    .filter(({ present, stale }) => present.length + stale.length > 0)
    .map(({ file }) => file);
  return { installed: files.length > 0, files };
}

function asData(found: Found, hooks: HookStatus): unknown {
  if (found.state !== 'running') return { running: false, state: found.state, hooks };
  const { info, health } = found;
  return { running: true, url: info.url, pid: info.pid, startedAt: info.startedAt, ...health, hooks };
}

function asLines(found: Found, hooks: HookStatus, { colors, columns }: Terminal): string[] {
  const rows: [string, string][] = [];
  if (found.state === 'running') {
    const { info, health } = found;
    const { status, uptimeSec, seq, epoch, sessions, connections, unseen, brokers, nodes } = health;
    const word =
      status === 'ok' ? colors.green('running') : colors.yellow('running, but degraded: see its output');
    rows.push(
      ['hookline', `${word} at ${info.url}`],
      ['process', `${info.pid}, version ${health.version}, up ${duration(uptimeSec * 1000)}`],
      ['log', `seq ${seq} in epoch ${epoch}`],
      ['sessions', String(sessions)],
      ['connections', String(connections)],
    );
    if (unseen)
      rows.push([
        'history',
        `${plural(unseen, 'finished session')} from before hookline; take them in with: ${selfCommand()} history import`,
      ]);
    if (brokers) rows.push(['brokers', brokers.map(brokerWords).join(', ')]);
    if (nodes) rows.push(['machines', `${nodes.online} online, ${nodes.away} away`]);
  } else {
    rows.push([
      'hookline',
      `${colors.red(found.state === 'unproven' ? 'in doubt' : 'not running')}${whyNot(found)}`,
    ]);
  }
  rows.push([
    'hooks',
    hooks.installed
      ? `installed in ${hooks.files.join(', ')}`
      : `${colors.yellow('not installed')}; put them in with: ${selfCommand()} install`,
  ]);
  return facts(
    rows.map(([name, value]) => [{ text: name, paint: colors.dim }, { text: value }]),
    columns,
  );
}

function brokerWords({ label, state, behind }: NonNullable<Health['brokers']>[number]): string {
  return `${label} ${state}${behind === 0 ? '' : ` (${behind} behind)`}`;
}

function whyNot(found: Exclude<Found, { state: 'running' }>): string {
  switch (found.state) {
    case 'none':
      return `; start it with: ${selfCommand()} start`;
    case 'silent':
      return `: process ${found.info.pid} does not answer at ${found.info.url}`;
    case 'unproven':
      return `: ${inDoubt(found)}; ${outOfDoubt(found)}`;
    case 'stale':
      return `; ${found.file} was left behind: ${found.why}`;
  }
}
