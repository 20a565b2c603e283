// A NATS server of a test's own, which it can refuse, kill and start again.
import fs from 'node:fs';
import path from 'node:path';
import { findProgram, freePorts, OwnServer, serverFolder } from './own-server.ts';

/** Whether the server is installed here; when not, a line says what is skipped. */
export const hasNatsServer = (): boolean => findProgram('nats-server') !== undefined;

export interface NatsOptions {
  /** Further lines of its configuration, such as `authorization { token: "t" }`. */
  readonly lines?: readonly string[];
  /** The same for JetStream: `max_file_store: 8MB`. */
  readonly jetstream?: readonly string[];
  /** Where JetStream keeps what it has. Default: a folder of its own. */
  readonly store?: string;
}

export class NatsServer extends OwnServer {
  /** `nats://127.0.0.1:<port>`. */
  readonly url: string;

  constructor(folder: string, port: number, { lines = [], jetstream = [], store = folder }: NatsOptions) {
    const config = path.join(folder, 'server.conf');
    super(folder, port, { program: 'nats-server', args: ['-c', config] });
    const kept = [`store_dir: ${JSON.stringify(store)}`, ...jetstream].join('\n');
    fs.writeFileSync(config, [`listen: "127.0.0.1:${port}"`, `jetstream {\n${kept}\n}`, ...lines].join('\n'));
    this.url = `nats://127.0.0.1:${port}`;
  }
}

/** It is taken away when the test file is done, if not before. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const [port = 0] = await freePorts(1);
  const server = new NatsServer(serverFolder('nats'), port, options);
  await server.start();
  return server;
}
