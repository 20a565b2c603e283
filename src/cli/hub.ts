// `hookline hub`: many hooklines as one, through the NATS server where all of them meet.
import path from 'node:path';
import { type Command, Option } from 'commander';
import { type BrokerConfig, type Config, loadConfig } from '../config/index.ts';
import { VERSION } from '../version.ts';
import { configOptions, examples, LOG_OPTIONS } from './command.ts';
import { DaemonLog } from './daemon-log.ts';
import { UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { launch, stopSignal, untilStopped } from './run-daemon.ts';
import type { Terminal } from './terminal.ts';

/** Beside a daemon of the same machine. */
const PORT = '3839';

interface HubOptions {
  readonly url?: string | undefined;
  readonly node?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly port?: string;
  readonly host?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly logFile?: string;
  readonly logMaxBytes?: string;
  readonly logFiles?: string;
}

export function addHub(program: Command, terminal: Terminal): void {
  const command = program
    .command('hub')
    .summary('Show many hooklines as one.')
    .description(
      'Run a hub in the foreground until Ctrl-C: everything that the hooklines at a NATS server (with JetStream) tell, in one log, on one page, for the same clients. They take part by "brokers": [{"url": "nats://...", "events": ["**"]}] in their config.json. A hub keeps what is its own in the folder hub beside theirs, where it also looks for a config.json.',
    );
  command
    .addOption(
      new Option(
        '--url <url>',
        'The NATS server: nats://host or tls://host. (default: brokers in its config.json)',
      ),
    )
    .addOption(
      new Option('--node <name>', 'What this hub is called there. (default: hub- and the name of this host)'),
    )
    .addOption(
      new Option('--password-file <file>', 'File with the password, the token or the credentials (.creds).'),
    );
  configOptions(command, ['host', ...LOG_OPTIONS]);
  command
    .addOption(new Option('--port <port>', `TCP port; 0 picks a free one. (default: ${PORT})`))
    .action(async (options: HubOptions) => {
      const config = configOfHub(options, terminal);
      const log = new DaemonLog(config, terminal);
      await log.during(async () => {
        const hub = await launch(config, { isHub: true, logger: log.logger });
        const ended = untilStopped(hub, stopSignal({ say: words => log.say(words) }));
        greet(hub.url, config, log, terminal);
        await ended;
      });
    });
  examples(command, [
    ['hookline hub --url nats://team.lan', 'what everybody at that server does'],
    ['hookline hub --url tls://team.lan --password-file ~/team.creds', 'with credentials'],
  ]);
}

function greet(url: string, { home, brokers }: Config, log: DaemonLog, { errorColors }: Terminal): void {
  const { bold, dim } = errorColors;
  const hub = `The hub ${brokers[0]?.node}`;
  log.say(`${hub} listens at ${url}`, { version: VERSION, url, home }, [
    `${hub} listens at ${bold(url)}`,
    dim(`  ${selfCommand(home)} open   show the page; other commands speak to it so too`),
    dim('  Ctrl-C  stop'),
  ]);
}

/** @throws ConfigError, UsageError */
function configOfHub({ url, node, passwordFile, ...flags }: HubOptions, terminal: Terminal): Config {
  // Its own folder: a daemon of this machine has that around it.
  const home = path.join(loadConfig({ env: terminal.env }).home, 'hub');
  const given = brokerOf({ url, node, passwordFile });
  const config = loadConfig({
    env: { ...terminal.env, HOOKLINE_HOME: home, HOOKLINE_BROKERS: given ?? '' },
    flags: { port: PORT, ...flags },
  });
  const [broker, ...more] = config.brokers;
  if (broker === undefined || more.length > 0 || broker.kind !== 'nats')
    throw new UsageError(
      `a hub needs one NATS server: name it with --url nats://host, or as the only one of "brokers" in ${path.join(home, 'config.json')}`,
    );
  return { ...config, hooks: false, brokers: [asHub(broker, node)] };
}

/** As the option of brokers is written; undefined where that of the configuration counts. */
function brokerOf({
  url,
  node,
  passwordFile,
}: Pick<HubOptions, 'url' | 'node' | 'passwordFile'>): string | undefined {
  if (url === undefined) {
    if (passwordFile === undefined) return undefined;
    throw new UsageError('--password-file goes with --url; give both, or put both into config.json');
  }
  if (URL.canParse(url) && new URL(url).password !== '')
    throw new UsageError(
      'a password in a flag can be read by everybody on this machine; put it into a file, and name that with --password-file',
    );
  const file = passwordFile === undefined ? {} : { passwordFile: path.resolve(passwordFile) };
  return JSON.stringify([{ url, ...(node === undefined ? {} : { node }), ...file }]);
}

/** It tells nothing itself; a daemon of this machine has the machine's name there. */
function asHub(broker: BrokerConfig, node: string | undefined): BrokerConfig {
  return { ...broker, events: [], node: node ?? `hub-${broker.node}`.slice(0, 32) };
}
