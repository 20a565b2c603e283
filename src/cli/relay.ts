// `hookline relay`: wakes a session with what others post; run by its Monitor tool. The door of aio-message-bridge.
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { type Config, urlOf } from '../config/index.ts';
import { Name, RELAY_NAME } from '../protocol/index.ts';
import { Keys, lineOf, Pace, printEvents, RelayServer } from '../relay/index.ts';
import { configOf, examples } from './command.ts';
import { ConnectionStatus } from './connection-status.ts';
import { Failure, UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { Taker } from './listen/taker.ts';
import { ancestors, sessionAmong } from './own-session.ts';
import { RelayInbox } from './relay/inbox.ts';
import { passPushesOn } from './relay/pushes.ts';
import { type RelaySettings, relaySettings } from './relay/settings.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly name: string;
  readonly open?: boolean;
}

/** What a reader takes: the longest line, in bytes, and how fast. */
const READER = { most: 16 * 1024, pace: { lines: 5 } };
/**
 * What the Monitor tool takes (Claude Code 2.1.332): it cuts each line after 500 characters, makes one notification of what comes within
 * 200 ms (3,000 characters at most), and drops what is more than ten notifications at once, or then one in 2 s.
 */
const MONITOR = { most: 500, pace: { lines: 5, writes: { most: 8, everyMs: 2_100 } } };
/** How often it is looked whether anybody reads what is printed, in milliseconds. */
const LOOK_MS = 1_000;

export function addRelay(program: Command, terminal: Terminal): void {
  const command = program
    .command('relay')
    .summary('Wake a session with what others post (for the Monitor tool).')
    .description(
      "Let programs post events to a session that has this run by its Monitor tool, and let the session push to them: each event that is posted to /api/event is a line here, and wakes it; what it posts to /api/push goes to every client of the WebSocket at /ws. Events wait in the inbox of the name while no relay runs. Speaks as aio-message-bridge does, whose variables it knows: BRIDGE_PORT (0: any; by default the first free one of 7820 to 7840), BRIDGE_HOST (127.0.0.1), BRIDGE_TOKEN (by default the daemon's token is needed), BRIDGE_PREFIX (MSG::), BRIDGE_CLIENT (a page for /).",
    )
    .option('--name <name>', 'Whose events to print.', RELAY_NAME)
    .option('--open', 'Ask for no token; on a loopback address only.')
    .action(async ({ name, open = false }: Options) => {
      if (!Name.safeParse(name).success)
        throw new UsageError(
          `--name is ${JSON.stringify(name)}, but it must be a letter, then up to 63 letters, digits, ".", "_", "-"`,
        );
      const config = configOf(command, terminal);
      await relay(name, relaySettings(terminal.env, { open, home: config.home }), config, terminal);
    });
  examples(command, [
    ['hookline relay', 'what the Monitor tool is to run'],
    ['hookline relay --name deploys', 'the same for events of another name'],
  ]);
}

async function relay(
  name: string,
  settings: RelaySettings,
  { home, claudeDir, allowedHosts, allowedOrigins, limits }: Config,
  terminal: Terminal,
): Promise<void> {
  const isInSession = sessionAmong(ancestors(), claudeDir) !== undefined;
  const { most, pace } = isInSession ? MONITOR : READER;
  const instance = randomBytes(3).toString('hex');
  const inbox = new RelayInbox(home, name);
  const connection = new ConnectionStatus(terminal, { missed: 'passed on' });
  const server = new RelayServer({
    ...settings,
    ...{ allowedHosts, allowedOrigins, limits, self: selfCommand() },
    keys: new Keys(settings.keys),
    keep: event => inbox.keep(event),
    find: id => inbox.find(id),
    failed: (where, error) => connection.say(`${where}: ${(error as Error).message}`),
  });
  await start(server, settings);
  const print = async (lines: readonly string[]): Promise<void> => {
    await terminal.write(lines.map(line => `${line}\n`).join(''));
    await terminal.flush();
  };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const { signal } = stop;
  // A session that was killed takes nobody with it; without a reader this ends.
  const look = setInterval(() => void terminal.flush(), LOOK_MS);
  try {
    const auth = 'open' in settings.keys ? 'none' : 'token';
    const steady = new Pace(pace);
    steady.count(1);
    await print([
      `[bridge] ready at ${urlOf(settings.host, server.port)} (instance: ${instance}, auth: ${auth})`,
    ]);
    const pushes = passPushesOn({ home, name, connection, signal, push: text => server.push(text) });
    const taker = new Taker({ home, name, until: Number.POSITIVE_INFINITY, connection, signal });
    await printEvents({
      take: room => taker.takeSome(room),
      ack: message => taker.ack(message),
      lineOf: message => lineOf(message, { prefix: settings.prefix, instance, most }),
      ...{ pace: steady, print, signal },
    });
    await pushes;
  } finally {
    stop.abort();
    clearInterval(look);
    await server.stop();
  }
}

/** @throws Failure when it cannot have the address */
async function start(server: RelayServer, { host, ports }: RelaySettings): Promise<void> {
  try {
    await server.start();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [first, last] = [ports[0], ports.at(-1)];
    const which =
      first === last ? `port ${first} on ${host} is` : `ports ${first} to ${last} on ${host} are all`;
    throw new Failure(
      code === 'EADDRINUSE'
        ? `${which} in use; choose another one with BRIDGE_PORT (0: any that is free)`
        : `cannot listen on ${host}, port ${first}: ${message}; set BRIDGE_HOST and BRIDGE_PORT`,
      { cause },
    );
  }
}
