// A RabbitMQ of a test's own, which it can block, kill and start again.
import fs from 'node:fs';
import path from 'node:path';
import type { Certificates } from './certificates.ts';
import { findProgram, freePorts, OwnServer, serverFolder } from './own-server.ts';
import { run } from './run.ts';

// The one in the PATH may be a wrapper that keeps to the machine's own RabbitMQ.
const PROGRAM = findProgram('rabbitmq-server', '/usr/lib/rabbitmq/bin/rabbitmq-server');
const EPMD = findProgram('epmd');

export const hasRabbitmq = (): boolean => PROGRAM !== undefined && EPMD !== undefined;

export interface Rabbitmq {
  readonly url: string;
  /** The same over TLS, where there are certificates. */
  readonly tlsUrl: string;
  readonly server: OwnServer;
  /** Runs `rabbitmqctl`. */
  ctl(...args: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

export interface RabbitmqOptions {
  /** It speaks TLS too. */
  readonly certificates?: Certificates;
  /** More lines of its configuration: `default_pass = x`. */
  readonly lines?: readonly string[];
}

/** What it confirmed it still has after a restart, however it ended. */
export async function startRabbitmq({ certificates, lines = [] }: RabbitmqOptions = {}): Promise<Rabbitmq> {
  const folder = serverFolder('rabbitmq');
  const [port = 0, tlsPort = 0, names = 0, nodes = 0] = await freePorts(4);
  const file = (name: string, text: string): string => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const tls =
    certificates === undefined
      ? []
      : [
          `listeners.ssl.default = 127.0.0.1:${tlsPort}`,
          `ssl_options.cacertfile = ${certificates.ca}`,
          `ssl_options.certfile = ${certificates.cert}`,
          `ssl_options.keyfile = ${certificates.key}`,
        ];
  const env = {
    RABBITMQ_NODENAME: `hookline-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(nodes),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'data'),
    RABBITMQ_LOG_BASE: path.join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins', '[].'),
    RABBITMQ_CONF_ENV_FILE: file('env.conf', ''),
    RABBITMQ_CONFIG_FILE: file(
      'rabbitmq.conf',
      [`listeners.tcp.default = 127.0.0.1:${port}`, ...tls, ...lines, ''].join('\n'),
    ),
    RABBITMQ_PID_FILE: path.join(folder, 'pid'),
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_FLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  // Who knows the nodes of a machine: one that the node starts by itself would outlive it.
  const epmd = new OwnServer(folder, names, {
    program: EPMD ?? 'epmd',
    args: ['-port', String(names), '-address', '127.0.0.1'],
  });
  const server = new OwnServer(folder, port, { program: PROGRAM ?? 'rabbitmq-server', args: [], env });
  await epmd.start();
  await server.start();
  const ctl = path.join(path.dirname(PROGRAM ?? ''), 'rabbitmqctl');
  return {
    url: `amqp://127.0.0.1:${port}`,
    tlsUrl: `amqps://127.0.0.1:${tlsPort}`,
    server,
    ctl: (...args) =>
      run(ctl, args, { env: { PATH: process.env['PATH'], HOME: folder, ...env }, timeout: 60_000 }),
    remove: async () => {
      await server.remove();
      await epmd.remove();
    },
  };
}
