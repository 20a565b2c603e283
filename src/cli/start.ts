// `hookline start`: the daemon in the foreground, hooks put in place on the way.
import { type Command, Option } from 'commander';
import { applyPlan, InstallError, planInstall } from '../agents/claude-code/install/index.ts';
import type { Config } from '../config/index.ts';
import type { Daemon } from '../server/index.ts';
import { VERSION } from '../version.ts';
import { connectApi } from './api.ts';
import { configOf, configOptions, examples, LOG_OPTIONS } from './command.ts';
import { DaemonLog } from './daemon-log.ts';
import { selfCommand } from './invocation.ts';
import { openBrowser, ticketUrl } from './open.ts';
import { launch, stopSignal, untilStopped } from './run-daemon.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';

export function addStart(program: Command, terminal: Terminal): void {
  const command = program
    .command('start')
    .summary('Run the daemon (the default).')
    .description(
      "Run the daemon in the foreground until Ctrl-C, and put the hooks into Claude Code's settings if they are not there yet.",
    );
  configOptions(command, ['port', 'host', 'hooks', 'store', 'auth', ...LOG_OPTIONS]);
  command
    .addOption(new Option('--open', 'Open the dashboard in the browser.'))
    .action(async (options: { open?: true }) => {
      const config = configOf(command, terminal);
      const log = new DaemonLog(config, terminal);
      await log.during(async () => {
        const daemon = await launch(config, { logger: log.logger });
        const ended = untilStopped(daemon, stopSignal({ say: words => log.say(words) }));
        greet(daemon, config, log, terminal);
        if (config.hooks) await installHooks(config, log, terminal);
        if (options.open) await openDashboard(config, terminal);
        await ended;
      });
    });
  examples(command, [
    ['hookline start', 'on 127.0.0.1:3838'],
    ['hookline start --port 0 --no-hooks', 'on a free port, settings left alone'],
  ]);
}

function greet({ url }: Daemon, config: Config, log: DaemonLog, { errorColors }: Terminal): void {
  const { bold, dim, yellow } = errorColors;
  const self = selfCommand();
  const row = (typed: string, what: string): string =>
    `  ${bold(typed.padEnd(self.length + 7))} ${dim(what)}`;
  log.say(`hookline ${VERSION} listens at ${url}`, { version: VERSION, url, home: config.home }, [
    `hookline ${VERSION} listens at ${bold(url)}`,
    row(`${self} tail`, 'watch events in another terminal'),
    row(`${self} open`, 'open the dashboard'),
    row('Ctrl-C', 'stop'),
  ]);
  const open = 'Anyone on this machine can read everything: there is no token (--no-auth).';
  if (!config.auth) log.say(open, {}, [yellow(open)]);
}

/** A settings file that cannot be used keeps nobody from watching sessions that have the hooks already. */
async function installHooks(
  { home, claudeDir }: Config,
  log: DaemonLog,
  { errorColors }: Terminal,
): Promise<void> {
  try {
    const { plan } = await applyPlan(await planInstall({ home, claudeDir }));
    for (const note of plan.notes) log.say(`Note: ${note}`);
    if (plan.events.length > 0)
      log.say(`Hooks for ${plural(plan.events.length, 'event')} are in ${plan.file.path}.`);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    const words = `The hooks could not be installed: ${error.message}\nThen run: ${selfCommand()} install`;
    log.say(words, {}, [errorColors.yellow(words)]);
  }
}

async function openDashboard({ home }: Config, terminal: Terminal): Promise<void> {
  const { url, expiresInSec } = await ticketUrl(await connectApi(home));
  const problem = await openBrowser(url);
  if (problem !== undefined)
    terminal.say(`${problem}; open this link yourself within ${expiresInSec} s: ${url}`);
}
