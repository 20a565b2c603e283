// A Redis of a test's own, which it can fill, kill and start again.
import type { Certificates } from './certificates.ts';
import { findProgram, freePorts, OwnServer, serverFolder } from './own-server.ts';

const PROGRAM = findProgram('redis-server');

export const hasRedisServer = (): boolean => PROGRAM !== undefined;

export interface RedisServer {
  readonly url: string;
  /** The same over TLS, where there are certificates. */
  readonly tlsUrl: string;
  readonly server: OwnServer;
}

export interface RedisServerOptions {
  /** It speaks TLS too. */
  readonly certificates?: Certificates;
  /** More settings: `['--requirepass', 'x']`. */
  readonly flags?: readonly string[];
  /** Where it keeps what it has. Default: a folder of its own. */
  readonly folder?: string;
}

/** What it was given it still has after a restart, however it ended. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { certificates, flags = [], folder = serverFolder('redis') } = options;
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const tls =
    certificates === undefined
      ? []
      : [
          ...[
            '--tls-port',
            String(tlsPort),
            '--tls-ca-cert-file',
            certificates.ca,
            '--tls-auth-clients',
            'no',
          ],
          ...['--tls-cert-file', certificates.cert, '--tls-key-file', certificates.key],
        ];
  const server = new OwnServer(folder, port, {
    program: PROGRAM ?? 'redis-server',
    args: [
      ...[
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        folder,
        '--appendonly',
        'yes',
        '--save',
        '',
      ],
      ...tls,
      ...flags,
    ],
  });
  await server.start();
  return { url: `redis://127.0.0.1:${port}`, tlsUrl: `rediss://127.0.0.1:${tlsPort}`, server };
}
